-- colmig 1
-- migration: 20260102000000_convert
-- phase: expand
-- database: mariadb

-- step: add_column_parcels_grams
-- lock: an exclusive metadata lock on `parcels`, for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `parcels` ADD COLUMN IF NOT EXISTS `grams` bigint, ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `parcels` DROP COLUMN IF EXISTS `grams`, ALGORITHM=INSTANT, LOCK=NONE;
