-- colmig 1
-- migration: 20260102000000_convert
-- phase: switch-reads
-- database: mariadb

-- step: set_default_parcels_weight
-- lock: an exclusive metadata lock on `parcels`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `parcels` ALTER COLUMN `weight` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `parcels` ALTER COLUMN `weight` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;
