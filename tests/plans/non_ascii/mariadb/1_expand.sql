-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: expand
-- database: mariadb

-- step: add_column_Größen_Länge
-- lock: an exclusive metadata lock on `Größen`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `Größen` ADD COLUMN IF NOT EXISTS `Länge` varchar(255), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_Größen_Länge', 'Größen', 'Länge', JSON_OBJECT('Nummer', `Nummer`), QUOTE(`Länge`) FROM `Größen`
--   WHERE NOT (CAST(CONVERT(`Länge` USING utf8mb4) AS binary) <=> CAST(CONVERT(CONCAT(upper(`Straße`), ' ✓') USING utf8mb4) AS binary));
--   ALTER TABLE `Größen` DROP COLUMN IF EXISTS `Länge`, ALGORITHM=INSTANT, LOCK=NONE;
