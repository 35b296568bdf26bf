-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: backfill
-- database: mariadb

-- step: backfill_Größen_Länge
-- lock: the rows of one batch of `Größen`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: Größen
-- key: Nummer
-- statement: first
SELECT `Nummer` FROM `Größen` ORDER BY `Größen`.`Nummer` LIMIT 1;
-- statement: boundary
SELECT `Nummer` FROM `Größen`
WHERE `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `Nummer` FROM (SELECT `Nummer`, row_number() OVER (ORDER BY `Größen`.`Nummer`) AS `colmig number`
FROM (SELECT `Nummer` FROM `Größen` WHERE `Nummer` >= $1 AND `Nummer` < $2 ORDER BY `Größen`.`Nummer` LIMIT $3) AS `Größen`) AS `Größen`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `Größen` SET `Länge` = (CONCAT(upper(`Straße`), ' ✓'))
WHERE `Länge` IS NULL AND `Nummer` >= $1 AND `Nummer` < $2;
-- statement: last
UPDATE `Größen` SET `Länge` = (CONCAT(upper(`Straße`), ' ✓'))
WHERE `Länge` IS NULL AND `Nummer` >= $1;
-- statement: pending
SELECT `Nummer` FROM `Größen` WHERE `Länge` IS NULL LIMIT $1;

-- step: check_rows_Größen_Länge_check
-- lock: that of a reader on `Größen`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: Größen
-- key: Nummer
-- constraint: Größen_Länge_check
-- rule: check
-- columns: Länge
-- says: `Länge` <> ''
-- statement: first
SELECT `Nummer` FROM `Größen` ORDER BY `Größen`.`Nummer` LIMIT 1;
-- statement: boundary
SELECT `Nummer` FROM `Größen`
WHERE `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (`Länge` <> '') THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1 AND `Nummer` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (`Länge` <> '') THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1;
-- statement: resisting
SELECT `Nummer` FROM `Größen`
WHERE NOT (`Länge` <> '') AND `Nummer` >= $1 AND `Nummer` < $2
ORDER BY `Größen`.`Nummer` LIMIT $3;
-- statement: resisting in the last
SELECT `Nummer` FROM `Größen`
WHERE NOT (`Länge` <> '') AND `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT $2;
