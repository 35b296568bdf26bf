-- colmig 1
-- migration: 20260102000000_replace
-- phase: constrain
-- database: sqlite

-- step: create_colmig_guard_items_badge_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_badge_not_null_update" BEFORE UPDATE OF "badge" ON "items"
FOR EACH ROW WHEN NOT (NEW."badge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.badge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_badge_not_null_update";

-- step: create_colmig_guard_items_label_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_label_not_null_update" BEFORE UPDATE OF "label" ON "items"
FOR EACH ROW WHEN NOT (NEW."label" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.label');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_label_not_null_update";

-- step: create_colmig_guard_items_amount_2_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_amount_2_not_null_update" BEFORE UPDATE OF "amount_2" ON "items"
FOR EACH ROW WHEN NOT (NEW."amount_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.amount_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_amount_2_not_null_update";

-- step: create_colmig_guard_items_tone_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_tone_not_null_update" BEFORE UPDATE OF "tone" ON "items"
FOR EACH ROW WHEN NOT (NEW."tone" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.tone');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_tone_not_null_update";
