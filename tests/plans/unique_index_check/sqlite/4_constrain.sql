-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: constrain
-- database: sqlite

-- step: compare_users_handle
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- targets: handle
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "handle" IS NULL) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "handle" IS NULL) FROM "users"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "handle" FROM "users"
WHERE "handle" IS NULL AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("first_name" || "id") IS NOT NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("first_name" || "id") IS NOT NULL AND ("id") >= ($1);

-- step: create_colmig_guard_users_handle_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_handle_not_null_update" BEFORE UPDATE OF "handle" ON "users"
FOR EACH ROW WHEN NOT (NEW."handle" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.handle');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_handle_not_null_update";

-- step: create_colmig_guard_users_handle_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_handle_check_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (length(NEW."handle") <= 40)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_handle_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_handle_check_insert";

-- step: create_colmig_guard_users_handle_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_handle_check_update" BEFORE UPDATE ON "users"
FOR EACH ROW WHEN NOT (length(NEW."handle") <= 40)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_handle_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_handle_check_update";

-- step: prove_users_handle_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "id" = "id"
WHERE NOT (length("handle") <= 40) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "id" = "id"
WHERE NOT (length("handle") <= 40) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE NOT (length("handle") <= 40) LIMIT $1;

-- step: create_index_users_handle_key
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE UNIQUE INDEX "users_handle_key" ON "users" ("handle");
-- revert:
--   DROP INDEX "users_handle_key";

-- step: create_index_users_city_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "users_city_idx" ON "users" ("city");
-- revert:
--   DROP INDEX "users_city_idx";

-- step: create_colmig_guard_users_age_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_age_check_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (NEW."age" BETWEEN 0 AND 149)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_age_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_age_check_insert";

-- step: create_colmig_guard_users_age_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_age_check_update" BEFORE UPDATE ON "users"
FOR EACH ROW WHEN NOT (NEW."age" BETWEEN 0 AND 149)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_age_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_age_check_update";

-- step: prove_users_age_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "id" = "id"
WHERE NOT ("age" BETWEEN 0 AND 149) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "id" = "id"
WHERE NOT ("age" BETWEEN 0 AND 149) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE NOT ("age" BETWEEN 0 AND 149) LIMIT $1;
