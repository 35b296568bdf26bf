-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_handle` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`handle` IS NULL THEN
    SET NEW.`handle` = (lower(NEW.`first_name`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_users_handle`;
