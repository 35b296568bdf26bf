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
