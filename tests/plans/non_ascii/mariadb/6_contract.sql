-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: contract
-- database: mariadb

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
