-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_users_birthday
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_birthday_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`birthday` IS NULL THEN
    SET NEW.`birthday` = (str_to_date(NEW.`born`, '%Y-%m-%d'));
  ELSEIF (NEW.`born` IS NULL OR NEW.`born` <=> ('')) AND (NOT (NEW.`birthday` <=> (str_to_date(NEW.`born`, '%Y-%m-%d')))) THEN
    SET NEW.`born` = (date_format(NEW.`birthday`, '%Y-%m-%d'));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_birthday_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NOT (NEW.`birthday` <=> (OLD.`birthday`))) AND (NOT (CAST(CONVERT(NEW.`born` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`born` USING utf8mb4) AS binary))) THEN
    SET NEW.`birthday` = (str_to_date(NEW.`born`, '%Y-%m-%d'));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`born` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`born` USING utf8mb4) AS binary))) AND (NOT (NEW.`birthday` <=> (OLD.`birthday`))) AND (NOT (NEW.`birthday` <=> (str_to_date(NEW.`born`, '%Y-%m-%d')))) THEN
    SET NEW.`born` = (date_format(NEW.`birthday`, '%Y-%m-%d'));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_birthday', 'users', 'birthday', JSON_OBJECT('id', `id`), QUOTE(`birthday`) FROM `users`
--   WHERE `birthday` IS NOT NULL AND NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d')));
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_birthday_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_birthday_update`;
