-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_Größen_Länge
-- lock: an exclusive metadata lock on `Größen`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_Größen_Länge` BEFORE INSERT ON `Größen`
FOR EACH ROW
BEGIN
  IF NEW.`Länge` IS NULL THEN
    SET NEW.`Länge` = (CONCAT(upper(NEW.`Straße`), ' ✓'));
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_Größen_Länge`;
