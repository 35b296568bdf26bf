-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: contract
-- database: mariadb

-- step: check_rows_Größen_Länge_not_null
-- lock: that of a reader on `Größen`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: Größen
-- key: Nummer
-- constraint: Größen_Länge_not_null
-- rule: not-null
-- columns: Länge
-- statement: first
SELECT `Nummer` FROM `Größen` ORDER BY `Größen`.`Nummer` LIMIT 1;
-- statement: boundary
SELECT `Nummer` FROM `Größen`
WHERE `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `Länge` IS NULL THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1 AND `Nummer` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `Länge` IS NULL THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1;
-- statement: resisting
SELECT `Nummer` FROM `Größen`
WHERE `Länge` IS NULL AND `Nummer` >= $1 AND `Nummer` < $2
ORDER BY `Größen`.`Nummer` LIMIT $3;
-- statement: resisting in the last
SELECT `Nummer` FROM `Größen`
WHERE `Länge` IS NULL AND `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT $2;

-- step: set_Größen_Länge_not_null
-- lock: an exclusive metadata lock on `Größen`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `Größen` MODIFY COLUMN `Länge` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_Größen_Länge
-- lock: an exclusive metadata lock on `Größen`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_Größen_Länge`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_Größen_Länge` BEFORE INSERT ON `Größen`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`Länge` IS NULL THEN
--       SET NEW.`Länge` = (CONCAT(upper(NEW.`Straße`), ' ✓'));
--     END IF;
--   END;
