-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: backfill
-- database: postgres

-- step: backfill_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- lock: ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id") AS "colmig number"
FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $3) AS "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_a" = (1)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_a" IS NULL LIMIT $1;

-- step: backfill_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- lock: ROW EXCLUSIVE on "measurements_of_the_quarter_before_the_one_that_was_reported", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "id"::text FROM (SELECT "id", row_number() OVER (ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id") AS "colmig number"
FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint)) ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $3) AS "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "measurements_of_the_quarter_before_the_one_that_was_reported" SET "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" = (2)
WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL AND ("id") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" WHERE "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" IS NULL LIMIT $1;

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_4e63eb0c
-- rule: check
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_a
-- says: "measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0)) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_a" > 0) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;

-- step: check_rows_measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- lock: that of a reader on "measurements_of_the_quarter_before_the_one_that_was_reported", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: measurements_of_the_quarter_before_the_one_that_was_reported
-- key: id
-- constraint: measurements_of_the_quarter_before_the_one_that_was_re_96be1603
-- rule: check
-- columns: measured_of_the_quarter_before_the_one_that_it_was_reported_ab
-- says: "measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0
-- statement: first
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported" ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0)) FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "measurements_of_the_quarter_before_the_one_that_was_reported"
WHERE NOT ("measured_of_the_quarter_before_the_one_that_it_was_reported_ab" > 0) AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "measurements_of_the_quarter_before_the_one_that_was_reported"."id" LIMIT $2;
