-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
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

-- step: set_default_members_active
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "members" ALTER COLUMN "active" SET DEFAULT (false);
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "active" DROP DEFAULT;

-- step: set_default_members_portrait
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
ALTER TABLE "members" ALTER COLUMN "portrait" SET DEFAULT ('\x');
-- revert:
--   ALTER TABLE "members" ALTER COLUMN "portrait" DROP DEFAULT;
