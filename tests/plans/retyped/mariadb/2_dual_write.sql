-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_users_age_2
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_age_2_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NEW.`age_2` IS NULL THEN
    SET NEW.`age_2` = (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END);
  ELSEIF NEW.`age` IS NULL AND (NOT (NEW.`age_2` <=> (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END))) THEN
    SET NEW.`age` = (CAST(NEW.`age_2` AS char));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_users_age_2_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NOT (NEW.`age_2` <=> (OLD.`age_2`))) AND (NOT (CAST(CONVERT(NEW.`age` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`age` USING utf8mb4) AS binary))) THEN
    SET NEW.`age_2` = (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`age` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`age` USING utf8mb4) AS binary))) AND (NOT (NEW.`age_2` <=> (OLD.`age_2`))) AND (NOT (NEW.`age_2` <=> (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END))) THEN
    SET NEW.`age` = (CAST(NEW.`age_2` AS char));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_users_age_2', 'users', 'age_2', JSON_OBJECT('id', `id`), QUOTE(`age_2`) FROM `users`
--   WHERE `age_2` IS NOT NULL AND NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END));
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_age_2_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_users_age_2_update`;
