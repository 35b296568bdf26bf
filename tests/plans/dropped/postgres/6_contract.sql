-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: contract
-- database: postgres

-- step: drop_legacy_members
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
ALTER TABLE "members" DROP COLUMN "points", DROP COLUMN "badge", DROP COLUMN "active", DROP COLUMN "portrait", DROP COLUMN "note", DROP COLUMN "rank";
