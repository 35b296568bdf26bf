-- colmig 1
-- migration: 20261122064500_orders_label_2
-- phase: contract
-- database: mariadb

-- step: check_dependents_orders
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: orders
-- columns: label
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'orders' AND REFERENCED_COLUMN_NAME IN ('label')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'orders', '`.`', 'label', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME IN ('label') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME IN ('label') AND INDEX_NAME NOT IN ('')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME NOT IN ('label') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'label', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND CONSTRAINT_NAME NOT IN ('label') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'label', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'orders' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?label`?(?![A-Za-z0-9_$])')
ORDER BY 1;

-- step: check_rows_orders_label_2_not_null
-- lock: that of a reader on `orders`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: orders
-- key: id
-- constraint: orders_label_2_not_null
-- rule: not-null
-- columns: label_2
-- statement: first
SELECT `id` FROM `orders` ORDER BY `orders`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `orders`
WHERE `id` >= $1
ORDER BY `orders`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `label_2` IS NULL THEN 1 END) FROM `orders`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `label_2` IS NULL THEN 1 END) FROM `orders`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `orders`
WHERE `label_2` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `orders`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `orders`
WHERE `label_2` IS NULL AND `id` >= $1
ORDER BY `orders`.`id` LIMIT $2;

-- step: set_orders_label_2_not_null
-- lock: an exclusive metadata lock on `orders`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `orders` MODIFY COLUMN `label_2` varchar(20) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_legacy_orders
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `orders` ALTER COLUMN `label` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
DROP TRIGGER IF EXISTS `colmig_mirror_orders_label_2_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_orders_label_2_update`;
ALTER TABLE `orders` DROP COLUMN IF EXISTS `label`, ALGORITHM=INSTANT, LOCK=NONE;
