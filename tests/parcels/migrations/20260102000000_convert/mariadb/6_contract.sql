-- colmig 1
-- migration: 20260102000000_convert
-- phase: contract
-- database: mariadb

-- step: check_dependents_parcels
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: parcels
-- columns: weight
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'parcels' AND REFERENCED_COLUMN_NAME IN ('weight')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'parcels', '`.`', 'weight', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'parcels' AND COLUMN_NAME IN ('weight') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'parcels' AND COLUMN_NAME IN ('weight') AND INDEX_NAME NOT IN ('')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'parcels' AND COLUMN_NAME NOT IN ('weight') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'weight', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'parcels' AND CONSTRAINT_NAME NOT IN ('weight') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'weight', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'parcels' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?weight`?(?![A-Za-z0-9_$])')
ORDER BY 1;

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

-- step: set_parcels_grams_not_null
-- lock: an exclusive metadata lock on `parcels`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `parcels` MODIFY COLUMN `grams` bigint NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_legacy_parcels
-- lock: an exclusive metadata lock on `parcels`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `parcels` ALTER COLUMN `weight` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `parcels` DROP COLUMN IF EXISTS `weight`, ALGORITHM=INSTANT, LOCK=NONE;
