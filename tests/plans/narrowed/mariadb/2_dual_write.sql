-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_mirror_orders_label_2
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: whoever writes one side only has the other written from now on, in the same row and statement
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_orders_label_2_insert` BEFORE INSERT ON `orders`
FOR EACH ROW
BEGIN
  IF NEW.`label_2` IS NULL THEN
    SET NEW.`label_2` = (CASE WHEN char_length(NEW.`label`) <= 20 THEN NEW.`label` END);
  ELSEIF NEW.`label` IS NULL AND (NOT (CAST(CONVERT(NEW.`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(NEW.`label`) <= 20 THEN NEW.`label` END USING utf8mb4) AS binary))) THEN
    SET NEW.`label` = (NEW.`label_2`);
  END IF;
END;
CREATE TRIGGER IF NOT EXISTS `colmig_mirror_orders_label_2_update` BEFORE UPDATE ON `orders`
FOR EACH ROW
BEGIN
  IF NOT (NOT (CAST(CONVERT(NEW.`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label_2` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label` USING utf8mb4) AS binary))) THEN
    SET NEW.`label_2` = (CASE WHEN char_length(NEW.`label`) <= 20 THEN NEW.`label` END);
  ELSEIF NOT (NOT (CAST(CONVERT(NEW.`label` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(OLD.`label_2` USING utf8mb4) AS binary))) AND (NOT (CAST(CONVERT(NEW.`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(NEW.`label`) <= 20 THEN NEW.`label` END USING utf8mb4) AS binary))) THEN
    SET NEW.`label` = (NEW.`label_2`);
  END IF;
END;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_label_2', 'orders', 'label_2', JSON_OBJECT('id', `id`), QUOTE(`label_2`) FROM `orders`
--   WHERE `label_2` IS NOT NULL AND NOT (CAST(CONVERT(`label_2` USING utf8mb4) AS binary) <=> CAST(CONVERT(CASE WHEN char_length(`label`) <= 20 THEN `label` END USING utf8mb4) AS binary));
--   DROP TRIGGER IF EXISTS `colmig_mirror_orders_label_2_insert`;
--   DROP TRIGGER IF EXISTS `colmig_mirror_orders_label_2_update`;
