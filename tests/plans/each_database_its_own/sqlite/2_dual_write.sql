-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: dual-write
-- database: sqlite

-- step: create_colmig_fill_users_initial
-- lock: the database's write lock, for an instant
-- safe: inserts that leave the column out are filled from now on
CREATE TRIGGER "colmig_fill_users_initial" AFTER INSERT ON "users"
FOR EACH ROW WHEN NEW."initial" IS NULL
BEGIN
  UPDATE "users" SET "initial" = (substr(NEW."first_name", 1, 1)) WHERE "id" = NEW."id";
END;
-- revert:
--   DROP TRIGGER "colmig_fill_users_initial";
