-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: sqlite

-- step: check_dependents_items
-- lock: the database's write lock, for an instant
-- safe: the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of this phase
-- check dependents: items
-- columns: title, amount, shade
-- statement: prepare
ALTER TABLE "items" RENAME COLUMN "title" TO "colmig_going_0";
-- statement: prepare
ALTER TABLE "items" RENAME COLUMN "amount" TO "colmig_going_1";
-- statement: prepare
ALTER TABLE "items" RENAME COLUMN "shade" TO "colmig_going_2";
-- statement: dependents
SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, 'colmig_going') > 0 AND (name <> 'items' OR length(sql) - length(replace(sql, 'colmig_going', '')) > 3 * length('colmig_going')) AND name NOT IN ('') AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1;

-- step: create_colmig_guard_items_badge_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_badge_not_null_insert" BEFORE INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."badge" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.badge');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_badge_not_null_insert";

-- step: drop_colmig_fill_items_badge
-- lock: the database's write lock, for an instant
-- safe: no writer leaves the column out any more
DROP TRIGGER "colmig_fill_items_badge";
-- revert:
--   CREATE TRIGGER "colmig_fill_items_badge" AFTER INSERT ON "items"
--   FOR EACH ROW WHEN NEW."badge" IS NULL
--   BEGIN
--     UPDATE "items" SET "badge" = ('#' || NEW."kind") WHERE "id" = NEW."id";
--   END;

-- step: create_colmig_guard_items_label_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_label_not_null_insert" BEFORE INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."label" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.label');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_label_not_null_insert";

-- step: create_colmig_guard_items_amount_2_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_amount_2_not_null_insert" BEFORE INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."amount_2" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.amount_2');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_amount_2_not_null_insert";

-- step: create_colmig_guard_items_tone_not_null_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_items_tone_not_null_insert" BEFORE INSERT ON "items"
FOR EACH ROW WHEN NOT (NEW."tone" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: items.tone');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_items_tone_not_null_insert";

-- step: drop_legacy_items
-- lock: the database's write lock, for a rewrite of the table for each column
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "colmig_mirror_items_label_insert_up";
DROP TRIGGER "colmig_mirror_items_label_insert_down";
DROP TRIGGER "colmig_mirror_items_label_update_up";
DROP TRIGGER "colmig_mirror_items_label_update_down";
DROP TRIGGER "colmig_mirror_items_amount_2_insert_up";
DROP TRIGGER "colmig_mirror_items_amount_2_insert_down";
DROP TRIGGER "colmig_mirror_items_amount_2_update_up";
DROP TRIGGER "colmig_mirror_items_amount_2_update_down";
DROP TRIGGER "colmig_mirror_items_tone_insert_up";
DROP TRIGGER "colmig_mirror_items_tone_insert_down";
DROP TRIGGER "colmig_mirror_items_tone_update_up";
DROP TRIGGER "colmig_mirror_items_tone_update_down";
DROP TRIGGER IF EXISTS "colmig_default_items_title";
DROP TRIGGER IF EXISTS "colmig_guard_items_title_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_items_title_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_items_amount";
DROP TRIGGER IF EXISTS "colmig_guard_items_amount_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_items_amount_not_null_update";
DROP TRIGGER IF EXISTS "colmig_default_items_shade";
DROP TRIGGER IF EXISTS "colmig_guard_items_shade_not_null_insert";
DROP TRIGGER IF EXISTS "colmig_guard_items_shade_not_null_update";
ALTER TABLE "items" DROP COLUMN "title";
ALTER TABLE "items" DROP COLUMN "amount";
ALTER TABLE "items" DROP COLUMN "shade";
