-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: contract
-- database: mariadb

-- step: check_dependents_members
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: members
-- columns: points, badge, active, portrait, note, rank
-- statement: dependents
SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'members' AND REFERENCED_COLUMN_NAME IN ('points', 'badge', 'active', 'portrait', 'note', 'rank')
UNION
SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS
  WHERE TABLE_SCHEMA = DATABASE() AND (INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'points', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'badge', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'active', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'portrait', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'note', '`')) > 0 OR INSTR(VIEW_DEFINITION, CONCAT('`', 'members', '`.`', 'rank', '`')) > 0)
UNION
SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'members' AND COLUMN_NAME IN ('points', 'badge', 'active', 'portrait', 'note', 'rank') AND REFERENCED_TABLE_NAME IS NOT NULL
UNION
SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'members' AND COLUMN_NAME IN ('points', 'badge', 'active', 'portrait', 'note', 'rank') AND INDEX_NAME NOT IN ('members_badge_idx', 'members_name_badge_idx')
UNION
SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'members' AND COLUMN_NAME NOT IN ('points', 'badge', 'active', 'portrait', 'note', 'rank') AND (INSTR(GENERATION_EXPRESSION, CONCAT('`', 'points', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'badge', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'active', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'portrait', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'note', '`')) > 0 OR INSTR(GENERATION_EXPRESSION, CONCAT('`', 'rank', '`')) > 0)
UNION
SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'members' AND CONSTRAINT_NAME NOT IN ('points', 'badge', 'active', 'portrait', 'note', 'rank') AND (INSTR(CHECK_CLAUSE, CONCAT('`', 'points', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'badge', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'active', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'portrait', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'note', '`')) > 0 OR INSTR(CHECK_CLAUSE, CONCAT('`', 'rank', '`')) > 0)
UNION
SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'members' AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND (ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?points`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?badge`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?active`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?portrait`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?note`?(?![A-Za-z0-9_$])' OR ACTION_STATEMENT REGEXP '\\b(NEW|OLD)\\.`?rank`?(?![A-Za-z0-9_$])')
ORDER BY 1;

-- step: drop_legacy_members
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that every insert succeeds between any two statements
-- one by one: each statement commits by itself
ALTER TABLE `members` DROP INDEX IF EXISTS `members_badge_idx`, ALGORITHM=NOCOPY, LOCK=NONE;
ALTER TABLE `members` DROP INDEX IF EXISTS `members_name_badge_idx`, ALGORITHM=NOCOPY, LOCK=NONE;
ALTER TABLE `members` ALTER COLUMN `points` SET DEFAULT (0), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `members` ALTER COLUMN `badge` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `members` ALTER COLUMN `active` SET DEFAULT (0), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `members` ALTER COLUMN `portrait` SET DEFAULT (x''), ALGORITHM=INSTANT, LOCK=NONE;
ALTER TABLE `members` DROP COLUMN IF EXISTS `points`, DROP COLUMN IF EXISTS `badge`, DROP COLUMN IF EXISTS `active`, DROP COLUMN IF EXISTS `portrait`, DROP COLUMN IF EXISTS `note`, DROP COLUMN IF EXISTS `rank`, ALGORITHM=INSTANT, LOCK=NONE;
