-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: constrain
-- database: mariadb

-- step: compare_Größen_Länge
-- lock: that of a reader on `Größen`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: Größen
-- key: Nummer
-- targets: Länge
-- statement: first
SELECT `Nummer` FROM `Größen` ORDER BY `Größen`.`Nummer` LIMIT 1;
-- statement: boundary
SELECT `Nummer` FROM `Größen`
WHERE `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `Länge` IS NULL THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1 AND `Nummer` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `Länge` IS NULL THEN 1 END) FROM `Größen`
WHERE `Nummer` >= $1;
-- statement: differing
SELECT `Nummer`, CAST(`Länge` AS char) FROM `Größen`
WHERE `Länge` IS NULL AND `Nummer` >= $1
ORDER BY `Größen`.`Nummer` LIMIT $2;
-- statement: mend from legacy
UPDATE `Größen` SET `Länge` = (CONCAT(upper(`Straße`), ' ✓'))
WHERE `Länge` IS NULL AND (CONCAT(upper(`Straße`), ' ✓')) IS NOT NULL AND `Nummer` >= $1 AND `Nummer` < $2;
-- statement: mend the last from legacy
UPDATE `Größen` SET `Länge` = (CONCAT(upper(`Straße`), ' ✓'))
WHERE `Länge` IS NULL AND (CONCAT(upper(`Straße`), ' ✓')) IS NOT NULL AND `Nummer` >= $1;

-- step: create_colmig_guard_Größen_Länge_check_insert
-- lock: an exclusive metadata lock on `Größen`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_Größen_Länge_check_insert` BEFORE INSERT ON `Größen`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`Länge` <> '') THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: Größen_Länge_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_Größen_Länge_check_insert`;

-- step: create_colmig_guard_Größen_Länge_check_update
-- lock: an exclusive metadata lock on `Größen`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_Größen_Länge_check_update` BEFORE UPDATE ON `Größen`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`Länge` <> '') THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: Größen_Länge_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_Größen_Länge_check_update`;

-- step: prove_Größen_Länge_check
-- lock: the rows of one batch of `Größen`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
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
UPDATE `Größen` SET `Nummer` = `Nummer`
WHERE NOT (`Länge` <> '') AND `Nummer` >= $1 AND `Nummer` < $2;
-- statement: last
UPDATE `Größen` SET `Nummer` = `Nummer`
WHERE NOT (`Länge` <> '') AND `Nummer` >= $1;
-- statement: pending
SELECT `Nummer` FROM `Größen` WHERE NOT (`Länge` <> '') LIMIT $1;
