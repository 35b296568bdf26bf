-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: constrain
-- database: postgres

-- step: compare_Größen_Länge
-- lock: that of a reader on "Größen", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: Größen
-- key: Nummer
-- targets: Länge
-- statement: first
SELECT "Nummer"::text FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer"::text FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "Länge" IS NULL) FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint));
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "Länge" IS NULL) FROM "Größen"
WHERE ("Nummer") >= (CAST($1::text AS bigint));
-- statement: differing
SELECT "Nummer"::text, "Länge"::text FROM "Größen"
WHERE "Länge" IS NULL AND ("Nummer") >= (CAST($1::text AS bigint))
ORDER BY "Größen"."Nummer" LIMIT $2;
-- statement: mend from legacy
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND (upper("Straße") || ' ✓') IS NOT NULL AND ("Nummer") >= (CAST($1::text AS bigint)) AND ("Nummer") < (CAST($2::text AS bigint));
-- statement: mend the last from legacy
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND (upper("Straße") || ' ✓') IS NOT NULL AND ("Nummer") >= (CAST($1::text AS bigint));

-- step: add_check_Größen_Länge_not_null
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "Größen" ADD CONSTRAINT "Größen_Länge_not_null" CHECK ("Länge" IS NOT NULL) NOT VALID;
-- revert:
--   ALTER TABLE "Größen" DROP CONSTRAINT "Größen_Länge_not_null";

-- step: validate_check_Größen_Länge_not_null
-- lock: SHARE UPDATE EXCLUSIVE on "Größen", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "Größen" VALIDATE CONSTRAINT "Größen_Länge_not_null";

-- step: set_not_null_Größen_Länge
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: a valid check proves that no row holds NULL, so the table is not scanned
ALTER TABLE "Größen" ALTER COLUMN "Länge" SET NOT NULL;
-- revert:
--   ALTER TABLE "Größen" ALTER COLUMN "Länge" DROP NOT NULL;

-- step: drop_check_Größen_Länge_not_null
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: NOT NULL says the same by now
ALTER TABLE "Größen" DROP CONSTRAINT "Größen_Länge_not_null";
-- revert:
--   ALTER TABLE "Größen" ADD CONSTRAINT "Größen_Länge_not_null" CHECK ("Länge" IS NOT NULL) NOT VALID;

-- step: add_check_Größen_Länge_check
-- lock: ACCESS EXCLUSIVE on "Größen", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "Größen" ADD CONSTRAINT "Größen_Länge_check" CHECK ("Länge" <> '') NOT VALID;
-- revert:
--   ALTER TABLE "Größen" DROP CONSTRAINT "Größen_Länge_check";

-- step: validate_check_Größen_Länge_check
-- lock: SHARE UPDATE EXCLUSIVE on "Größen", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "Größen" VALIDATE CONSTRAINT "Größen_Länge_check";
