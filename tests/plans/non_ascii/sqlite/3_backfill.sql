-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: backfill
-- database: sqlite

-- step: backfill_Größen_Länge
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: Größen
-- key: Nummer
-- statement: first
SELECT "Nummer" FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer" FROM "Größen"
WHERE ("Nummer") >= ($1)
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND ("Nummer") >= ($1) AND ("Nummer") < ($2);
-- statement: last
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND ("Nummer") >= ($1);
-- statement: pending
SELECT "Nummer" FROM "Größen" WHERE "Länge" IS NULL LIMIT $1;
