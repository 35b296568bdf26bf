-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: postgres

-- step: drop_legacy_people
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
ALTER TABLE "people" DROP COLUMN "nick", DROP COLUMN "age", DROP COLUMN "name", DROP COLUMN "street", DROP COLUMN "town";
