-- colmig 1
-- migration: 20261122064500_members_label
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_members_label
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_members_label` BEFORE INSERT ON `members`
FOR EACH ROW
BEGIN
  IF NEW.`label` IS NULL THEN
    SET NEW.`label` = (CONCAT(NEW.`team`, ':', NEW.`user`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_members_label`;
