-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_users_initial
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_initial` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`initial` IS NULL THEN
    SET NEW.`initial` = (left(NEW.`first_name`, 1));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_users_initial`;
