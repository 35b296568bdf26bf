-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: contract
-- database: sqlite

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
