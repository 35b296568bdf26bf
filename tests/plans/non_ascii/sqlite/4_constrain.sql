-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: constrain
-- database: sqlite

-- step: compare_Größen_Länge
-- lock: that of a reader on "Größen", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: Größen
-- key: Nummer
-- targets: Länge
-- statement: first
SELECT "Nummer" FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer" FROM "Größen"
WHERE ("Nummer") >= ($1)
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE "Länge" IS NULL) FROM "Größen"
WHERE ("Nummer") >= ($1) AND ("Nummer") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE "Länge" IS NULL) FROM "Größen"
WHERE ("Nummer") >= ($1);
-- statement: differing
SELECT "Nummer", "Länge" FROM "Größen"
WHERE "Länge" IS NULL AND ("Nummer") >= ($1)
ORDER BY "Größen"."Nummer" LIMIT $2;
-- statement: mend from legacy
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND (upper("Straße") || ' ✓') IS NOT NULL AND ("Nummer") >= ($1) AND ("Nummer") < ($2);
-- statement: mend the last from legacy
UPDATE "Größen" SET "Länge" = (upper("Straße") || ' ✓')
WHERE "Länge" IS NULL AND (upper("Straße") || ' ✓') IS NOT NULL AND ("Nummer") >= ($1);

-- step: create_colmig_guard_Größen_Länge_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_Größen_Länge_not_null_update" BEFORE UPDATE OF "Länge" ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: Größen.Länge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_not_null_update";

-- step: create_colmig_guard_Größen_Länge_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_Größen_Länge_check_insert" BEFORE INSERT ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: Größen_Länge_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_check_insert";

-- step: create_colmig_guard_Größen_Länge_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_Größen_Länge_check_update" BEFORE UPDATE ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: Größen_Länge_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_check_update";

-- step: prove_Größen_Länge_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: Größen
-- key: Nummer
-- statement: first
SELECT "Nummer" FROM "Größen" ORDER BY "Größen"."Nummer" LIMIT 1;
-- statement: boundary
SELECT "Nummer" FROM "Größen"
WHERE ("Nummer") >= ($1)
ORDER BY "Größen"."Nummer" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "Größen" SET "Nummer" = "Nummer"
WHERE NOT ("Länge" <> '') AND ("Nummer") >= ($1) AND ("Nummer") < ($2);
-- statement: last
UPDATE "Größen" SET "Nummer" = "Nummer"
WHERE NOT ("Länge" <> '') AND ("Nummer") >= ($1);
-- statement: pending
SELECT "Nummer" FROM "Größen" WHERE NOT ("Länge" <> '') LIMIT $1;
