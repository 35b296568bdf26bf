-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: contract
-- database: mariadb

-- step: check_dependents_users
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: users
-- columns: first_name, last_name
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'users' AND REFERENCED_COLUMN_NAME IN ('first_name', 'last_name')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'users', '`.`', 'first_name', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'users', '`.`', 'last_name', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME IN ('first_name', 'last_name') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME IN ('first_name', 'last_name') AND INDEX_NAME NOT IN ('')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME NOT IN ('first_name', 'last_name') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'first_name', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'last_name', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND CONSTRAINT_NAME NOT IN ('first_name', 'last_name') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'first_name', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'last_name', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'users' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?first_name`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?last_name`?(?![A-Za-z0-9_$])')
ORDER BY 1;

-- step: check_rows_users_display_name_not_null
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_display_name_not_null
-- rule: not-null
-- columns: display_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE `display_name` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE `display_name` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;

-- step: set_users_display_name_not_null
-- lock: an exclusive metadata lock on `users`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `users` MODIFY COLUMN `display_name` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_legacy_users
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `users` ALTER COLUMN `first_name` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `users` ALTER COLUMN `last_name` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
DROP TRIGGER IF EXISTS `colmig_mirror_users_display_name_insert`;
DROP TRIGGER IF EXISTS `colmig_mirror_users_display_name_update`;
ALTER TABLE `users` DROP COLUMN IF EXISTS `first_name`, DROP COLUMN IF EXISTS `last_name`, ALGORITHM=INSTANT, LOCK=NONE;
