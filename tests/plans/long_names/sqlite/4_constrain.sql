-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_69b6ff5d
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_69b6ff5d" BEFORE UPDATE OF "measured_of_the_quarter_before_the_one_that_it_was_reported_a" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_a');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_69b6ff5d";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_76f32fc5
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_76f32fc5" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_9f196c3e');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_76f32fc5";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_84a11d4f
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_84a11d4f" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_9f196c3e');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_84a11d4f";

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_9f196c3e
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "id" = "id"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "id" = "id"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) LIMIT $1;

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_70ff6465
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_70ff6465" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_a");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_70ff6465";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_cae5a880
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_cae5a880" BEFORE UPDATE OF "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_ab');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_cae5a880";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_41b9e1dd
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_41b9e1dd" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_07063c95');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_41b9e1dd";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_9efb77bd
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_9efb77bd" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_07063c95');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_9efb77bd";

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_07063c95
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "id" = "id"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "id" = "id"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) LIMIT $1;

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_5c63f807
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_5c63f807" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_5c63f807";
