-- colmig 1
-- migration: 20261122064500_users_years
-- phase: contract
-- database: postgres

-- step: drop_legacy_users
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
ALTER TABLE "users" DROP COLUMN "age";
