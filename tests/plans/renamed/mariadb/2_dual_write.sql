-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_users_family_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_family_name_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`family_name` IS NULL THEN
    SET NEW.`family_name` = (NEW.`surname`);
  ELSEIF NEW.`surname` IS NULL AND (NOT (CAST(CONVERT(NEW.`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`surname` USING utf8mb4) AS binary))) THEN
    SET NEW.`surname` = (NEW.`family_name`);
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_family_name_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`family_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`surname` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`surname` USING utf8mb4) AS binary))) THEN
    SET NEW.`family_name` = (NEW.`surname`);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`surname` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`surname` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`family_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`surname` USING utf8mb4) AS binary))) THEN
    SET NEW.`surname` = (NEW.`family_name`);
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_family_name', 'users', 'family_name', JSON_OBJECT('id', `id`), QUOTE(`family_name`) FROM `users`
--   WHERE `family_name` IS NOT NULL AND NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_family_name_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_family_name_update`;
