-- colmig 1
-- migration: 20260102000000_replace
-- phase: contract
-- database: postgres

-- step: check_dependents_items
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: items
-- columns: title, amount, shade
-- statement: dependents
SELECT DISTINCT CASE WHEN v.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, v.ev_class, 0)
  ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
FROM pg_depend d
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_rewrite v ON d.classid = 'pg_rewrite'::regclass AND v.oid = d.objid
LEFT JOIN pg_constraint o ON d.classid = 'pg_constraint'::regclass AND o.oid = d.objid
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_class r ON d.classid = 'pg_class'::regclass AND r.oid = d.objid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"items"'::regclass AND a.attname IN ('title', 'amount', 'shade') AND d.deptype IN ('n', 'a')
  AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE
  AND (r.relkind = 'S' OR r.relname IN ('')) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE
  AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE
ORDER BY 1;

-- step: drop_colmig_fill_items_badge
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: trigger and function go together, when no writer leaves the column out any more
DROP TRIGGER "zz_colmig_fill_items_badge" ON "items";
DROP FUNCTION "colmig_fill_items_badge"();
-- revert:
--   CREATE FUNCTION "colmig_fill_items_badge"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
--   BEGIN
--     NEW."badge" := ('#' || NEW."kind");
--     RETURN NEW;
--   END
--   $colmig$;
--   CREATE TRIGGER "zz_colmig_fill_items_badge" BEFORE INSERT ON "items"
--   FOR EACH ROW WHEN (NEW."badge" IS NULL) EXECUTE FUNCTION "colmig_fill_items_badge"();

-- step: drop_legacy_items
-- lock: ACCESS EXCLUSIVE on "items", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_items_label" ON "items";
DROP FUNCTION "colmig_mirror_items_label"();
DROP TRIGGER "zz_colmig_mirror_items_amount_2" ON "items";
DROP FUNCTION "colmig_mirror_items_amount_2"();
DROP TRIGGER "zz_colmig_mirror_items_tone" ON "items";
DROP FUNCTION "colmig_mirror_items_tone"();
ALTER TABLE "items" DROP COLUMN "title", DROP COLUMN "amount", DROP COLUMN "shade";
