-- colmig 1
-- migration: 20260102000000_convert
-- phase: backfill
-- database: mariadb

-- step: convert_parcels_grams
-- lock: the rows of one range of `parcels`, for as long as one statement takes
-- safe: done by the application, which calls the function `weight::grams`: ranges of the primary key that its instances share, in which a row is written only if it still holds what was converted
-- convert: parcels
-- model: Parcel
-- legacy: weight
-- target: grams
-- by: weight::grams
-- revert:
--   DELETE FROM colmig_conversion WHERE migration = '20260102000000_convert' AND table_name = 'parcels' AND column_name = 'grams';
--   DELETE FROM colmig_conversion_chunk WHERE migration = '20260102000000_convert' AND table_name = 'parcels' AND column_name = 'grams';
--   DELETE FROM colmig_conversion_failure WHERE migration = '20260102000000_convert' AND table_name = 'parcels' AND column_name = 'grams';
--   DELETE FROM colmig_conversion_worker WHERE migration = '20260102000000_convert' AND table_name = 'parcels' AND column_name = 'grams';

-- step: check_rows_parcels_grams_check
-- lock: that of a reader on `parcels`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: parcels
-- key: depot, id
-- constraint: parcels_grams_check
-- rule: check
-- columns: grams
-- says: `grams` >= 0
-- statement: first
SELECT `depot`, `id` FROM `parcels` ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1;
-- statement: boundary
SELECT `depot`, `id` FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1 OFFSET $3;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`grams` >= 0) THEN 1 END) FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4);
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`grams` >= 0) THEN 1 END) FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2);
-- statement: resisting
SELECT `depot`, `id` FROM `parcels`
WHERE NOT (`grams` >= 0) AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT $5;
-- statement: resisting in the last
SELECT `depot`, `id` FROM `parcels`
WHERE NOT (`grams` >= 0) AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT $3;

-- step: check_rows_parcels_grams_not_null
-- lock: that of a reader on `parcels`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: parcels
-- key: depot, id
-- constraint: parcels_grams_not_null
-- rule: not-null
-- columns: grams
-- statement: first
SELECT `depot`, `id` FROM `parcels` ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1;
-- statement: boundary
SELECT `depot`, `id` FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT 1 OFFSET $3;
-- statement: count
SELECT count(*), count(CASE WHEN `grams` IS NULL THEN 1 END) FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4);
-- statement: count the last
SELECT count(*), count(CASE WHEN `grams` IS NULL THEN 1 END) FROM `parcels`
WHERE `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2);
-- statement: resisting
SELECT `depot`, `id` FROM `parcels`
WHERE `grams` IS NULL AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2) AND `depot` <= $3 AND (`depot` < $3 OR `depot` = $3 AND `id` < $4)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT $5;
-- statement: resisting in the last
SELECT `depot`, `id` FROM `parcels`
WHERE `grams` IS NULL AND `depot` >= $1 AND (`depot` > $1 OR `depot` = $1 AND `id` >= $2)
ORDER BY `parcels`.`depot`, `parcels`.`id` LIMIT $3;
