-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: mariadb

-- step: check_dependents_items
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: items
-- columns: title, amount, shade
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'items' AND REFERENCED_COLUMN_NAME IN ('title', 'amount', 'shade')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'items', '`.`', 'title', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'items', '`.`', 'amount', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'items', '`.`', 'shade', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'items' AND COLUMN_NAME IN ('title', 'amount', 'shade') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'items' AND COLUMN_NAME IN ('title', 'amount', 'shade') AND INDEX_NAME NOT IN ('')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'items' AND COLUMN_NAME NOT IN ('title', 'amount', 'shade') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'title', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'amount', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'shade', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'items' AND CONSTRAINT_NAME NOT IN ('title', 'amount', 'shade') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'title', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'amount', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'shade', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'items' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?title`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?amount`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?shade`?(?![A-Za-z0-9_$])')
ORDER BY 1;

-- step: check_rows_items_badge_not_null
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: items
-- key: id
-- constraint: items_badge_not_null
-- rule: not-null
-- columns: badge
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `badge` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `badge` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `items`
WHERE `badge` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `items`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `items`
WHERE `badge` IS NULL AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;

-- step: check_rows_items_label_not_null
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: items
-- key: id
-- constraint: items_label_not_null
-- rule: not-null
-- columns: label
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `label` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `items`
WHERE `label` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `items`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `items`
WHERE `label` IS NULL AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;

-- step: check_rows_items_amount_2_not_null
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: items
-- key: id
-- constraint: items_amount_2_not_null
-- rule: not-null
-- columns: amount_2
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `amount_2` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `amount_2` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `items`
WHERE `amount_2` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `items`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `items`
WHERE `amount_2` IS NULL AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;

-- step: check_rows_items_tone_not_null
-- lock: that of a reader on `items`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: items
-- key: id
-- constraint: items_tone_not_null
-- rule: not-null
-- columns: tone
-- statement: first
SELECT `id` FROM `items` ORDER BY `items`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `items`
WHERE `id` >= $1
ORDER BY `items`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `tone` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `tone` IS NULL THEN 1 END) FROM `items`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `items`
WHERE `tone` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `items`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `items`
WHERE `tone` IS NULL AND `id` >= $1
ORDER BY `items`.`id` LIMIT $2;

-- step: set_items_not_null
-- lock: an exclusive metadata lock on `items`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `items` MODIFY COLUMN `badge` varchar(255) NOT NULL, MODIFY COLUMN `label` varchar(255) NOT NULL, MODIFY COLUMN `amount_2` bigint NOT NULL, MODIFY COLUMN `tone` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_items_badge
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_items_badge`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_items_badge` BEFORE INSERT ON `items`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`badge` IS NULL THEN
--       SET NEW.`badge` = (CONCAT('#', NEW.`kind`));
--     END IF;
--   END;

-- step: drop_legacy_items
-- lock: an exclusive metadata lock on `items`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `items` ALTER COLUMN `title` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `items` ALTER COLUMN `amount` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `items` ALTER COLUMN `shade` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
DROP TRIGGER IF EXISTS `colmig_mirror_items_label_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_items_label_update`;
DROP TRIGGER IF EXISTS `colmig_mirror_items_amount_2_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_items_amount_2_update`;
DROP TRIGGER IF EXISTS `colmig_mirror_items_tone_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_items_tone_update`;
ALTER TABLE `items` DROP COLUMN IF EXISTS `title`, DROP COLUMN IF EXISTS `amount`, DROP COLUMN IF EXISTS `shade`, ALGORITHM=INSTANT, LOCK=NONE;
