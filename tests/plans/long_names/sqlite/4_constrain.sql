-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: constrain
-- database: sqlite

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- statement: first
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "measured_of_the_quarter_before_the_one_that_it_was_reported_a" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND (1) IS NOT NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND (1) IS NOT NULL AND ("id") >= ($1);

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_77fcf048
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_77fcf048" BEFORE UPDATE OF "measured_of_the_quarter_before_the_one_that_it_was_reported_a" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_a');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_77fcf048";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_3dae56d9";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_d78f1f1b";

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
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

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_a");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_4e98cdc4";

-- step: compare_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- targets: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- statement: first
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND ("id") >= ($1)
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND (2) IS NOT NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND (2) IS NOT NULL AND ("id") >= ($1);

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_ecd4663f
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_ecd4663f" BEFORE UPDATE OF "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: measurements_of_the_quarter_before_the_one_that_was_reported.measured_of_the_quarter_before_the_one_that_it_was_reported_ab');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_ecd4663f";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_777f021e
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_777f021e" BEFORE INSERT ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_96be1603');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_777f021e";

-- step: create_colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe" BEFORE UPDATE ON "measurements_of_the_quarter_before_the_one_that_was_reported"
FOR EACH ROW WHEN NOT (NEW."measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: measurements_of_the_quarter_before_the_one_that_was_re_96be1603');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_measurements_of_the_quarter_before_the_on_0db234fe";

-- step: prove_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
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

-- step: create_index_measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0" ON "measurements_of_the_quarter_before_the_one_that_was_reported" ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab");
-- revert:
--   DROP INDEX "measurements_of_the_quarter_before_the_one_that_was_re_e3eebbc0";
