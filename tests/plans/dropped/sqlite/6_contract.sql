-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: contract
-- database: sqlite

-- step: check_dependents_members
-- lock: the database's write lock, for an instant
-- safe: the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of this phase
-- check dependents: members
-- columns: points, badge, active, portrait, note, rank
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "points" TO "colmig_going_0";
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "badge" TO "colmig_going_1";
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "active" TO "colmig_going_2";
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "portrait" TO "colmig_going_3";
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "note" TO "colmig_going_4";
-- statement: prepare
ALTER TABLE "members" RENAME COLUMN "rank" TO "colmig_going_5";
-- statement: dependents
SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, 'colmig_going') > 0 AND (name <> 'members' OR length(sql) - length(replace(sql, 'colmig_going', '')) > 6 * length('colmig_going')) AND name NOT IN ('members_badge_idx', 'members_name_badge_idx') AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1;

-- step: drop_legacy_members
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER IF EXISTS "colmig_default_members_points";
DROP TRIGGER IF EXISTS "colmig_guard_members_points_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_points_not_null_update";
DROP INDEX IF EXISTS "members_badge_idx";
DROP INDEX IF EXISTS "members_name_badge_idx";
DROP TRIGGER IF EXISTS "colmig_default_members_badge";
DROP TRIGGER IF EXISTS "colmig_guard_members_badge_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_badge_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_members_active";
DROP TRIGGER IF EXISTS "colmig_guard_members_active_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_active_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_members_portrait";
DROP TRIGGER IF EXISTS "colmig_guard_members_portrait_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_portrait_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_members_note";
DROP TRIGGER IF EXISTS "colmig_guard_members_note_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_note_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_members_rank";
DROP TRIGGER IF EXISTS "colmig_guard_members_rank_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_members_rank_not_null_update";
ALTER TABLE "members" DROP COLUMN "points";
ALTER TABLE "members" DROP COLUMN "badge";
ALTER TABLE "members" DROP COLUMN "active";
ALTER TABLE "members" DROP COLUMN "portrait";
ALTER TABLE "members" DROP COLUMN "note";
ALTER TABLE "members" DROP COLUMN "rank";
