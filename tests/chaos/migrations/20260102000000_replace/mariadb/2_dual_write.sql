-- colmig 1
-- migration: 20260102000000_replace
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_items_badge
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_items_badge` BEFORE INSERT ON `items`
FOR EACH ROW
BEGIN
  IF NEW.`badge` IS NULL THEN
    SET NEW.`badge` = (CONCAT('#', NEW.`kind`));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_items_badge`;

-- step: create_colmig_mirror_items_label
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_label_insert` BEFORE INSERT ON `items`
FOR EACH ROW
BEGIN
  IF NEW.`label` IS NULL THEN
    SET NEW.`label` = (NEW.`title`);
  ELSEIF NEW.`title` IS NULL AND (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`title` USING utf8mb4) AS binary))) THEN
    SET NEW.`title` = (NEW.`label`);
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_label_update` BEFORE UPDATE ON `items`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`title` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`title` USING utf8mb4) AS binary))) THEN
    SET NEW.`label` = (NEW.`title`);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`title` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`title` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(NEW.`title` USING utf8mb4) AS binary))) THEN
    SET NEW.`title` = (NEW.`label`);
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'label', JSON_OBJECT('id', `id`), QUOTE(`label`) FROM `items`
--   WHERE `label` IS NOT NULL AND NOT (CAST(CONVERT(`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(`title` USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_label_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_label_update`;

-- step: create_colmig_mirror_items_amount_2
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_amount_2_insert` BEFORE INSERT ON `items`
FOR EACH ROW
BEGIN
  IF NEW.`amount_2` IS NULL THEN
    SET NEW.`amount_2` = (CASE WHEN NEW.`amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`amount`) <= 40 THEN CASE WHEN CAST(NEW.`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW.`amount` AS signed) END END);
  ELSEIF NEW.`amount` IS NULL AND (NOT (NEW.`amount_2` <=> (CASE WHEN NEW.`amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`amount`) <= 40 THEN CASE WHEN CAST(NEW.`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW.`amount` AS signed) END END))) THEN
    SET NEW.`amount` = (CAST(NEW.`amount_2` AS char));
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_amount_2_update` BEFORE UPDATE ON `items`
FOR EACH ROW
BEGIN
  IF NOT (NOT (NEW.`amount_2` <=> (OLD.`amount_2`))) AND (NOT (CAST(CONVERT(NEW.`amount` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`amount` USING utf8mb4) AS binary))) THEN
    SET NEW.`amount_2` = (CASE WHEN NEW.`amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`amount`) <= 40 THEN CASE WHEN CAST(NEW.`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW.`amount` AS signed) END END);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`amount` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`amount` USING utf8mb4) AS binary))) AND (NOT (NEW.`amount_2` <=> (OLD.`amount_2`))) AND (NOT (NEW.`amount_2` <=> (CASE WHEN NEW.`amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(NEW.`amount`) <= 40 THEN CASE WHEN CAST(NEW.`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(NEW.`amount` AS signed) END END))) THEN
    SET NEW.`amount` = (CAST(NEW.`amount_2` AS char));
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'amount_2', JSON_OBJECT('id', `id`), QUOTE(`amount_2`) FROM `items`
--   WHERE `amount_2` IS NOT NULL AND NOT (`amount_2` <=> (CASE WHEN `amount` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`amount`) <= 40 THEN CASE WHEN CAST(`amount` AS decimal(65)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(`amount` AS signed) END END));
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_amount_2_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_amount_2_update`;

-- step: create_colmig_mirror_items_tone
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_tone_insert` BEFORE INSERT ON `items`
FOR EACH ROW
BEGIN
  IF NEW.`tone` IS NULL THEN
    SET NEW.`tone` = (lower(NEW.`shade`));
  ELSEIF NEW.`shade` IS NULL AND (NOT (CAST(CONVERT(NEW.`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(NEW.`shade`) USING utf8mb4) AS binary))) THEN
    SET NEW.`shade` = (NEW.`tone`);
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_items_tone_update` BEFORE UPDATE ON `items`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`tone` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`shade` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`shade` USING utf8mb4) AS binary))) THEN
    SET NEW.`tone` = (lower(NEW.`shade`));
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`shade` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`shade` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`tone` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(NEW.`shade`) USING utf8mb4) AS binary))) THEN
    SET NEW.`shade` = (NEW.`tone`);
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_replace', 'items', 'tone', JSON_OBJECT('id', `id`), QUOTE(`tone`) FROM `items`
--   WHERE `tone` IS NOT NULL AND NOT (CAST(CONVERT(`tone` USING utf8mb4) AS binary) <=> CAST(CONVERT(lower(`shade`) USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_tone_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_items_tone_update`;
