-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_people_handle
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_handle_insert` BEFORE INSERT ON `people`
FOR EACH ROW
BEGIN
  IF NEW.`handle` IS NULL THEN
    SET NEW.`handle` = (NEW.`nick`);
  ELSEIF NEW.`nick` IS NULL AND (NOT (CAST(CONVERT(NEW.`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`nick` USING utf8mb4) AS binary))) THEN
    SET NEW.`nick` = (NEW.`handle`);
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_handle_update` BEFORE UPDATE ON `people`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`handle` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`nick` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`nick` USING utf8mb4) AS binary))) THEN
    SET NEW.`handle` = (NEW.`nick`);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`nick` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`nick` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`handle` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`nick` USING utf8mb4) AS binary))) THEN
    SET NEW.`nick` = (NEW.`handle`);
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'handle', JSON_OBJECT('id', `id`), QUOTE(`handle`) FROM `people`
--   WHERE `handle` IS NOT NULL AND NOT (CAST(CONVERT(`handle` USING utf8mb4) AS binary) <=> CAST(CONVERT(`nick` USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_handle_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_handle_update`;

-- step: create_colmig_mirror_people_age_2
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_age_2_insert` BEFORE INSERT ON `people`
FOR EACH ROW
BEGIN
  IF NEW.`age_2` IS NULL THEN
    SET NEW.`age_2` = (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END);
  ELSEIF NEW.`age` IS NULL AND (NOT (NEW.`age_2` <=> (CASE WHEN NEW.`age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`age`) <= 40 THEN CASE WHEN CAST(NEW.`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW.`age` AS signed) END END))) THEN
    SET NEW.`age` = (CAST(NEW.`age_2` AS char));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_age_2_update` BEFORE UPDATE ON `people`
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
--   SELECT '20260102000000_replace', 'people', 'age_2', JSON_OBJECT('id', `id`), QUOTE(`age_2`) FROM `people`
--   WHERE `age_2` IS NOT NULL AND NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END));
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_age_2_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_age_2_update`;

-- step: create_colmig_mirror_people_first_name
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_first_name_insert` BEFORE INSERT ON `people`
FOR EACH ROW
BEGIN
  IF NEW.`first_name` IS NULL AND NEW.`last_name` IS NULL THEN
    SET NEW.`first_name` = (RTRIM(LEFT(NEW.`name`, CHAR_LENGTH(NEW.`name`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`name`, ' ', -1)))));
    SET NEW.`last_name` = (NULLIF(SUBSTRING_INDEX(NEW.`name`, ' ', -1), ''));
  ELSEIF NEW.`name` IS NULL AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(NEW.`name`, CHAR_LENGTH(NEW.`name`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(NEW.`name`, ' ', -1), '') USING utf8mb4) AS binary))) THEN
    SET NEW.`name` = (ltrim(CONCAT(NEW.`first_name`, ' ', coalesce(NEW.`last_name`, ''))));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_first_name_update` BEFORE UPDATE ON `people`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`name` USING utf8mb4) AS binary))) THEN
    SET NEW.`first_name` = (RTRIM(LEFT(NEW.`name`, CHAR_LENGTH(NEW.`name`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`name`, ' ', -1)))));
    SET NEW.`last_name` = (NULLIF(SUBSTRING_INDEX(NEW.`name`, ' ', -1), ''));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`first_name` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`last_name` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(NEW.`name`, CHAR_LENGTH(NEW.`name`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(NEW.`name`, ' ', -1), '') USING utf8mb4) AS binary))) THEN
    SET NEW.`name` = (ltrim(CONCAT(NEW.`first_name`, ' ', coalesce(NEW.`last_name`, ''))));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'first_name', JSON_OBJECT('id', `id`), QUOTE(`first_name`) FROM `people`
--   WHERE `first_name` IS NOT NULL AND NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(RTRIM(LEFT(`name`, CHAR_LENGTH(`name`) - CHAR_LENGTH(SUBSTRING_INDEX(`name`, ' ', -1)))) USING utf8mb4) AS binary));
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'last_name', JSON_OBJECT('id', `id`), QUOTE(`last_name`) FROM `people`
--   WHERE `last_name` IS NOT NULL AND NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(NULLIF(SUBSTRING_INDEX(`name`, ' ', -1), '') USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_first_name_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_first_name_update`;

-- step: create_colmig_mirror_people_address
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_address_insert` BEFORE INSERT ON `people`
FOR EACH ROW
BEGIN
  IF NEW.`address` IS NULL THEN
    SET NEW.`address` = (CONCAT(NEW.`street`, ' ', NEW.`town`));
  ELSEIF NEW.`street` IS NULL AND NEW.`town` IS NULL AND (NOT (CAST(CONVERT(NEW.`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(NEW.`street`, ' ', NEW.`town`) USING utf8mb4) AS binary))) THEN
    SET NEW.`street` = (RTRIM(LEFT(NEW.`address`, CHAR_LENGTH(NEW.`address`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`address`, ' ', -1)))));
    SET NEW.`town` = (SUBSTRING_INDEX(NEW.`address`, ' ', -1));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_people_address_update` BEFORE UPDATE ON `people`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`address` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`street` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`street` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`town` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`town` USING utf8mb4) AS binary))) THEN
    SET NEW.`address` = (CONCAT(NEW.`street`, ' ', NEW.`town`));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`street` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`street` USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(NEW.`town` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`town` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`address` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(NEW.`street`, ' ', NEW.`town`) USING utf8mb4) AS binary))) THEN
    SET NEW.`street` = (RTRIM(LEFT(NEW.`address`, CHAR_LENGTH(NEW.`address`) - CHAR_LENGTH(SUBSTRING_INDEX(NEW.`address`, ' ', -1)))));
    SET NEW.`town` = (SUBSTRING_INDEX(NEW.`address`, ' ', -1));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'people', 'address', JSON_OBJECT('id', `id`), QUOTE(`address`) FROM `people`
--   WHERE `address` IS NOT NULL AND NOT (CAST(CONVERT(`address` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(`street`, ' ', `town`) USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_address_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_people_address_update`;
