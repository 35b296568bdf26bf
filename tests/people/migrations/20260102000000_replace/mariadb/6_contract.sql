-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: mariadb

-- step: check_dependents_people
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: people
-- columns: nick, age, name, street, town
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'people' AND REFERENCED_COLUMN_NAME IN ('nick', 'age', 'name', 'street', 'town')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'people', '`.`', 'nick', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'people', '`.`', 'age', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'people', '`.`', 'name', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'people', '`.`', 'street', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'people', '`.`', 'town', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME IN ('nick', 'age', 'name', 'street', 'town') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME IN ('nick', 'age', 'name', 'street', 'town') AND INDEX_NAME NOT IN ('people_nick_idx')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME NOT IN ('nick', 'age', 'name', 'street', 'town') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'nick', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'age', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'name', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'street', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'town', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME NOT IN ('nick', 'age', 'name', 'street', 'town') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'nick', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'age', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'name', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'street', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'town', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'people' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?nick`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?age`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?name`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?street`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?town`?(?![A-Za-z0-9_$])')
ORDER BY 1;

-- step: check_rows_people_handle_not_null
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: people
-- key: id
-- constraint: people_handle_not_null
-- rule: not-null
-- columns: handle
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `people`
WHERE `handle` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `people`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `people`
WHERE `handle` IS NULL AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;

-- step: check_rows_people_age_2_not_null
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: people
-- key: id
-- constraint: people_age_2_not_null
-- rule: not-null
-- columns: age_2
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `age_2` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `age_2` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `people`
WHERE `age_2` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `people`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `people`
WHERE `age_2` IS NULL AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;

-- step: check_rows_people_first_name_not_null
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: people
-- key: id
-- constraint: people_first_name_not_null
-- rule: not-null
-- columns: first_name
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `first_name` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `first_name` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `people`
WHERE `first_name` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `people`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `people`
WHERE `first_name` IS NULL AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;

-- step: check_rows_people_address_not_null
-- lock: that of a reader on `people`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: people
-- key: id
-- constraint: people_address_not_null
-- rule: not-null
-- columns: address
-- statement: first
SELECT `id` FROM `people` ORDER BY `people`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `people`
WHERE `id` >= $1
ORDER BY `people`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `address` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `address` IS NULL THEN 1 END) FROM `people`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `people`
WHERE `address` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `people`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `people`
WHERE `address` IS NULL AND `id` >= $1
ORDER BY `people`.`id` LIMIT $2;

-- step: set_people_not_null
-- lock: an exclusive metadata lock on `people`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `people` MODIFY COLUMN `handle` varchar(255) NOT NULL, MODIFY COLUMN `age_2` int NOT NULL, MODIFY COLUMN `first_name` varchar(255) NOT NULL, MODIFY COLUMN `address` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_legacy_people
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `people` DROP INDEX IF EXISTS `people_nick_idx`, ALGORITHM=NOCOPY, LOCK=NONE;
ALTER TABLE `people` ALTER COLUMN `nick` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `people` ALTER COLUMN `age` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `people` ALTER COLUMN `name` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `people` ALTER COLUMN `street` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `people` ALTER COLUMN `town` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
DROP TRIGGER IF EXISTS `colmig_mirror_people_handle_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_handle_update`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_age_2_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_age_2_update`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_first_name_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_first_name_update`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_address_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_people_address_update`;
ALTER TABLE `people` DROP COLUMN IF EXISTS `nick`, DROP COLUMN IF EXISTS `age`, DROP COLUMN IF EXISTS `name`, DROP COLUMN IF EXISTS `street`, DROP COLUMN IF EXISTS `town`, ALGORITHM=INSTANT, LOCK=NONE;
