-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: backfill
-- database: postgres

-- step: backfill_Größen_Länge
-- lock: ROW EXCLUSIVE on "Größen", and the rows of one batch for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched
-- backfill: Größen
-- key: Nummer
-- statement: first
SELECT "Nummer"::text FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer"::text FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT "Nummer"::text FROM (SELECT "Nummer", row_number() OVER (ORDER BY "Größen"."Nummer") AS "colmig number"
FROM "Größen" WHERE ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint)) ORDER BY "Größen"."Nummer" LIMIT $3) AS "Größen"
WHERE "colmig number" % $4 = 1 AND "colmig number" > 1 ORDER BY "colmig number";
-- statement: batch
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint));
-- statement: last
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND ("Nummer") >= (CAST($1::text AS bigint));
-- statement: pending
SELECT "Nummer"::text FROM "Größen" WHERE "Länge" IS NULL LIMIT $1;

-- step: check_rows_Größen_Länge_check
-- lock: that of a reader on "Größen", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: Größen
-- key: Nummer
-- constraint: Größen_Länge_check
-- rule: check
-- columns: Länge
-- says: "Länge" <> ''
-- statement: first
SELECT "Nummer"::text FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer"::text FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("Länge" <> '')) FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("Länge" <> '')) FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "Nummer"::text FROM "Größen"
WHERE NOT ("Länge" <> '') AND ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT $3;
-- statement: resisting in the last
SELECT "Nummer"::text FROM "Größen"
WHERE NOT ("Länge" <> '') AND ("Nummer") >= (CAST($1::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT $2;
