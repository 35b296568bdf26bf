-- colmig 1
-- migration: 20260102000000_profile
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_users_display_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_display_name` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`display_name` IS NULL THEN
    SET NEW.`display_name` = (CONCAT(NEW.`first_name`, ' ', NEW.`last_name`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_users_display_name`;

-- step: create_colmig_fill_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_handle` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`handle` IS NULL THEN
    SET NEW.`handle` = (CONCAT('user ', NEW.`id`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_users_handle`;
