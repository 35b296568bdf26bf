-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_people_handle_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_handle_not_null_update" BEFORE UPDATE OF "handle" ON "people"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_handle_not_null_update";

-- step: create_index_people_handle_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "people_handle_idx" ON "people" ("handle");
-- revert:
--   DROP INDEX "people_handle_idx";

-- step: create_colmig_guard_people_age_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_age_2_not_null_update" BEFORE UPDATE OF "age_2" ON "people"
FOR EACH ROW WHEN NOT (NEW."age_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.age_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_age_2_not_null_update";

-- step: create_colmig_guard_people_first_name_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_first_name_not_null_update" BEFORE UPDATE OF "first_name" ON "people"
FOR EACH ROW WHEN NOT (NEW."first_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.first_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_first_name_not_null_update";

-- step: create_colmig_guard_people_address_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_not_null_update" BEFORE UPDATE OF "address" ON "people"
FOR EACH ROW WHEN NOT (NEW."address" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: people.address');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_not_null_update";

-- step: create_colmig_guard_people_address_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_check_insert" BEFORE INSERT ON "people"
FOR EACH ROW WHEN NOT (length(NEW."address") > 2)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: people_address_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_check_insert";

-- step: create_colmig_guard_people_address_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_people_address_check_update" BEFORE UPDATE ON "people"
FOR EACH ROW WHEN NOT (length(NEW."address") > 2)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: people_address_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_people_address_check_update";

-- step: prove_people_address_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: people
-- key: id
-- statement: first
SELECT "id" FROM "people" ORDER BY "people"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "people"
WHERE ("id") >= ($1)
ORDER BY "people"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "people" SET "id" = "id"
WHERE NOT (length("address") > 2) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "people" SET "id" = "id"
WHERE NOT (length("address") > 2) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "people" WHERE NOT (length("address") > 2) LIMIT $1;
