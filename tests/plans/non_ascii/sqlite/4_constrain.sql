-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: constrain
-- database: sqlite

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
