-- colmig 1
-- migration: 20261122064500_members_nick_required_and_1_more
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_members_nick
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a NULL that a build from before stores is filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_nick` BEFORE INSERT ON `members`
FOR EACH ROW
BEGIN
  IF NEW.`nick` IS NULL THEN
    SET NEW.`nick` = (lower(NEW.`name`));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_nick_update` BEFORE UPDATE ON `members`
FOR EACH ROW
BEGIN
  IF NEW.`nick` IS NULL THEN
    SET NEW.`nick` = (lower(NEW.`name`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_members_nick`;
--   DROP TRIGGER IF EXISTS `colmig_fill_members_nick_update`;
