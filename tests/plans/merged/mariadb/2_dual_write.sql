-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_users_display_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_display_name_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`display_name` IS NULL THEN
    SET NEW.`display_name` = (ltrim(CONCAT(NEW.`first_name`, ' ', NEW.`last_name`)));
  ELSEIF NEW.`first_name` IS NULL AND NEW.`last_name` IS NULL AND (NOT (CAST(CONVERT(NEW.`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(NEW.`first_name`, ' ', NEW.`last_name`)) USING utf8mb4) AS binary))) THEN
    SET NEW.`first_name` = (rtrim(left(NEW.`display_name`, char_length(NEW.`display_name`) - char_length(substring_index(NEW.`display_name`, ' ', -1)))));
    SET NEW.`last_name` = (substring_index(NEW.`display_name`, ' ', -1));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_display_name_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`display_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) THEN
    SET NEW.`display_name` = (ltrim(CONCAT(NEW.`first_name`, ' ', NEW.`last_name`)));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`display_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(NEW.`first_name`, ' ', NEW.`last_name`)) USING utf8mb4) AS binary))) THEN
    SET NEW.`first_name` = (rtrim(left(NEW.`display_name`, char_length(NEW.`display_name`) - char_length(substring_index(NEW.`display_name`, ' ', -1)))));
    SET NEW.`last_name` = (substring_index(NEW.`display_name`, ' ', -1));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_display_name', 'users', 'display_name', JSON_OBJECT('id', `id`), QUOTE(`display_name`) FROM `users`
--   WHERE `display_name` IS NOT NULL AND NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_display_name_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_display_name_update`;
