-- colmig 1
-- migration: 20260102000000_drop_members_points_and_3_more
-- phase: switch-reads
-- database: postgres

-- step: set_default_members_points
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "members" ALTER COLUMN "points" SET DEFAULT (0);
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "points" DROP DEFAULT;

-- step: set_default_members_badge
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "members" ALTER COLUMN "badge" SET DEFAULT ('');
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "badge" DROP DEFAULT;
