-- colmig 1
-- migration: 20261122064500_Größen_Länge
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_Größen_Länge_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_Größen_Länge_not_null_update" BEFORE UPDATE OF "Länge" ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: Größen.Länge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_not_null_update";

-- step: create_colmig_guard_Größen_Länge_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_Größen_Länge_check_insert" BEFORE INSERT ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: Größen_Länge_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_check_insert";

-- step: create_colmig_guard_Größen_Länge_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and every row has been seen to pass
CREATE TRIGGER "colmig_guard_Größen_Länge_check_update" BEFORE UPDATE ON "Größen"
FOR EACH ROW WHEN NOT (NEW."Länge" <> '')
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: Größen_Länge_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_Größen_Länge_check_update";
