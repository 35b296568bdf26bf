-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_users_first_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_first_name_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`first_name` IS NULL AND NEW.`last_name` IS NULL THEN
    SET NEW.`first_name` = (rtrim(left(NEW.`name`, char_length(NEW.`name`) - char_length(substring_index(NEW.`name`, ' ', -1)))));
    SET NEW.`last_name` = (nullif(substring_index(NEW.`name`, ' ', -1), ''));
  ELSEIF NEW.`name` IS NULL AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(NEW.`name`, char_length(NEW.`name`) - char_length(substring_index(NEW.`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(NEW.`name`, ' ', -1), '') USING utf8mb4) AS binary))) THEN
    SET NEW.`name` = (ltrim(CONCAT(NEW.`first_name`, ' ', coalesce(NEW.`last_name`, ''))));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_first_name_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`name` USING utf8mb4) AS binary))) THEN
    SET NEW.`first_name` = (rtrim(left(NEW.`name`, char_length(NEW.`name`) - char_length(substring_index(NEW.`name`, ' ', -1)))));
    SET NEW.`last_name` = (nullif(substring_index(NEW.`name`, ' ', -1), ''));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(NEW.`name`, char_length(NEW.`name`) - char_length(substring_index(NEW.`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(NEW.`name`, ' ', -1), '') USING utf8mb4) AS binary))) THEN
    SET NEW.`name` = (ltrim(CONCAT(NEW.`first_name`, ' ', coalesce(NEW.`last_name`, ''))));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'first_name', JSON_OBJECT('id', `id`), QUOTE(`first_name`) FROM `users`
--   WHERE `first_name` IS NOT NULL AND NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_first_name', 'users', 'last_name', JSON_OBJECT('id', `id`), QUOTE(`last_name`) FROM `users`
--   WHERE `last_name` IS NOT NULL AND NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_first_name_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_first_name_update`;
