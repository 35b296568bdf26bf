-- colmig 1
-- migration: 20261122064500_drop_members_age_check_and_1_more
-- phase: contract
-- database: postgres

-- step: drop_constraint_members_age_check
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
ALTER TABLE "members" DROP CONSTRAINT "members_age_check";

-- step: drop_constraint_members_check1
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
ALTER TABLE "members" DROP CONSTRAINT "members_check1";
