-- colmig 1
-- migration: 20261122064500_countries_code_type_and_4_more
-- phase: expand
-- database: postgres

-- step: widen_countries_code
-- lock: ACCESS EXCLUSIVE on "countries", "orders", for an instant
-- safe: the new type holds what the old one holds in the same bytes, so no row is read or rewritten and no index built; whatever else would be is found first, and then nothing is changed; accessors read the column as `varchar`, which it is before and after; an abort leaves the wider type, in which nothing that was written is lost
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT format_type(atttypid, atttypmod) INTO found FROM pg_attribute
  WHERE attrelid = '"countries"'::regclass AND attname = 'code';
  IF found NOT IN ('character varying(2)', 'character varying(3)') THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type of `%s` of `%s` is `%s`, which the migration was not made for', 'code', 'countries', found),
      HINT = 'bring the column to the type that it had in the models, or take the migration back with `cargo colmig abort`';
  END IF;
  WITH RECURSIVE tables AS (
    SELECT '"countries"'::regclass::oid AS id
    UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id
  ), columns AS (
    SELECT a.attrelid, a.attnum, a.attgenerated FROM tables
    JOIN pg_attribute AS a ON a.attrelid = tables.id AND a.attname = 'code'
  ), used AS (
    SELECT d.classid, d.objid, d.objsubid, columns.* FROM columns
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = attrelid AND d.refobjsubid = attnum
  ), uses AS (
    SELECT CASE r.rulename WHEN '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(classid, objid, objsubid) END AS what
    FROM used JOIN pg_rewrite AS r ON used.classid = 'pg_rewrite'::regclass AND r.oid = used.objid
    UNION SELECT pg_describe_object(classid, objid, objsubid) FROM used WHERE CASE
      WHEN classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass) THEN true
      WHEN classid = 'pg_constraint'::regclass
        THEN EXISTS (SELECT 1 FROM pg_constraint WHERE oid = objid AND contype IN ('c', 'x'))
      WHEN classid = 'pg_class'::regclass
        THEN objsubid > 0 OR EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = objid AND (indexprs IS NOT NULL OR indpred IS NOT NULL))
      WHEN classid = 'pg_attrdef'::regclass
        THEN attgenerated <> '' OR NOT EXISTS (SELECT 1 FROM pg_attrdef WHERE oid = objid AND adrelid = attrelid AND adnum = attnum)
      ELSE false END
    UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM columns
      JOIN pg_index AS i ON i.indrelid = attrelid AND attnum = ANY (i.indkey)
      JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'I'
    UNION SELECT 'the partition key of ' || pg_describe_object('pg_class'::regclass, attrelid, 0) FROM columns
      JOIN pg_partitioned_table AS p ON p.partrelid = attrelid AND attnum = ANY (p.partattrs)
  )
  SELECT string_agg(what, ', ' ORDER BY what) INTO found FROM uses;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('`%s` of `%s` is used by %s, so its type cannot change in place', 'code', 'countries', found),
      HINT = 'drop that before, and create it again afterwards (an index CONCURRENTLY, a check NOT VALID, which is validated then); or abort, and put a column in its place, with `replaces`';
  END IF;
END
$colmig$;
ALTER TABLE "countries" ALTER COLUMN "code" TYPE varchar(3);

-- step: analyze_countries_code
-- lock: SHARE UPDATE EXCLUSIVE on "countries", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "countries" ("code");

-- step: widen_orders_label
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: the new type holds what the old one holds in the same bytes, so no row is read or rewritten and no index built; whatever else would be is found first, and then nothing is changed; accessors read the column as `varchar`, which it is before and after; an abort leaves the wider type, in which nothing that was written is lost
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT format_type(atttypid, atttypmod) INTO found FROM pg_attribute
  WHERE attrelid = '"orders"'::regclass AND attname = 'label';
  IF found NOT IN ('character varying(20)', 'character varying(100)') THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type of `%s` of `%s` is `%s`, which the migration was not made for', 'label', 'orders', found),
      HINT = 'bring the column to the type that it had in the models, or take the migration back with `cargo colmig abort`';
  END IF;
  WITH RECURSIVE tables AS (
    SELECT '"orders"'::regclass::oid AS id
    UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id
  ), columns AS (
    SELECT a.attrelid, a.attnum, a.attgenerated FROM tables
    JOIN pg_attribute AS a ON a.attrelid = tables.id AND a.attname = 'label'
  ), used AS (
    SELECT d.classid, d.objid, d.objsubid, columns.* FROM columns
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = attrelid AND d.refobjsubid = attnum
  ), uses AS (
    SELECT CASE r.rulename WHEN '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(classid, objid, objsubid) END AS what
    FROM used JOIN pg_rewrite AS r ON used.classid = 'pg_rewrite'::regclass AND r.oid = used.objid
    UNION SELECT pg_describe_object(classid, objid, objsubid) FROM used WHERE CASE
      WHEN classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass) THEN true
      WHEN classid = 'pg_constraint'::regclass
        THEN EXISTS (SELECT 1 FROM pg_constraint WHERE oid = objid AND contype IN ('c', 'x'))
      WHEN classid = 'pg_class'::regclass
        THEN objsubid > 0 OR EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = objid AND (indexprs IS NOT NULL OR indpred IS NOT NULL))
      WHEN classid = 'pg_attrdef'::regclass
        THEN attgenerated <> '' OR NOT EXISTS (SELECT 1 FROM pg_attrdef WHERE oid = objid AND adrelid = attrelid AND adnum = attnum)
      ELSE false END
    UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM columns
      JOIN pg_index AS i ON i.indrelid = attrelid AND attnum = ANY (i.indkey)
      JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'I'
    UNION SELECT 'the partition key of ' || pg_describe_object('pg_class'::regclass, attrelid, 0) FROM columns
      JOIN pg_partitioned_table AS p ON p.partrelid = attrelid AND attnum = ANY (p.partattrs)
  )
  SELECT string_agg(what, ', ' ORDER BY what) INTO found FROM uses;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('`%s` of `%s` is used by %s, so its type cannot change in place', 'label', 'orders', found),
      HINT = 'drop that before, and create it again afterwards (an index CONCURRENTLY, a check NOT VALID, which is validated then); or abort, and put a column in its place, with `replaces`';
  END IF;
END
$colmig$;
ALTER TABLE "orders" ALTER COLUMN "label" TYPE varchar(100);

-- step: analyze_orders_label
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "orders" ("label");

-- step: widen_orders_note
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: the new type holds what the old one holds in the same bytes, so no row is read or rewritten and no index built; whatever else would be is found first, and then nothing is changed; accessors read the column as `text`, which it is before and after; an abort leaves the wider type, in which nothing that was written is lost
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT format_type(atttypid, atttypmod) INTO found FROM pg_attribute
  WHERE attrelid = '"orders"'::regclass AND attname = 'note';
  IF found NOT IN ('character varying(200)', 'text') THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type of `%s` of `%s` is `%s`, which the migration was not made for', 'note', 'orders', found),
      HINT = 'bring the column to the type that it had in the models, or take the migration back with `cargo colmig abort`';
  END IF;
  WITH RECURSIVE tables AS (
    SELECT '"orders"'::regclass::oid AS id
    UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id
  ), columns AS (
    SELECT a.attrelid, a.attnum, a.attgenerated FROM tables
    JOIN pg_attribute AS a ON a.attrelid = tables.id AND a.attname = 'note'
  ), used AS (
    SELECT d.classid, d.objid, d.objsubid, columns.* FROM columns
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = attrelid AND d.refobjsubid = attnum
  ), uses AS (
    SELECT CASE r.rulename WHEN '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(classid, objid, objsubid) END AS what
    FROM used JOIN pg_rewrite AS r ON used.classid = 'pg_rewrite'::regclass AND r.oid = used.objid
    UNION SELECT pg_describe_object(classid, objid, objsubid) FROM used WHERE CASE
      WHEN classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass) THEN true
      WHEN classid = 'pg_constraint'::regclass
        THEN EXISTS (SELECT 1 FROM pg_constraint WHERE oid = objid AND contype IN ('c', 'x'))
      WHEN classid = 'pg_class'::regclass
        THEN objsubid > 0 OR EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = objid AND (indexprs IS NOT NULL OR indpred IS NOT NULL))
      WHEN classid = 'pg_attrdef'::regclass
        THEN attgenerated <> '' OR NOT EXISTS (SELECT 1 FROM pg_attrdef WHERE oid = objid AND adrelid = attrelid AND adnum = attnum)
      ELSE false END
    UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM columns
      JOIN pg_index AS i ON i.indrelid = attrelid AND attnum = ANY (i.indkey)
      JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'I'
    UNION SELECT 'the partition key of ' || pg_describe_object('pg_class'::regclass, attrelid, 0) FROM columns
      JOIN pg_partitioned_table AS p ON p.partrelid = attrelid AND attnum = ANY (p.partattrs)
  )
  SELECT string_agg(what, ', ' ORDER BY what) INTO found FROM uses;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('`%s` of `%s` is used by %s, so its type cannot change in place', 'note', 'orders', found),
      HINT = 'drop that before, and create it again afterwards (an index CONCURRENTLY, a check NOT VALID, which is validated then); or abort, and put a column in its place, with `replaces`';
  END IF;
  WITH RECURSIVE tables AS (
    SELECT '"orders"'::regclass::oid AS id
    UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id
  )
  SELECT string_agg(DISTINCT format('trigger %I', t.tgname), ', ') INTO found
  FROM tables
  JOIN pg_trigger AS t ON t.tgrelid = tables.id AND NOT t.tgisinternal AND t.tgtype & 1 = 1
  JOIN pg_proc AS p ON p.oid = t.tgfoid AND position(lower('note') IN lower(p.prosrc)) > 0
  JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql';
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('`%s` of `%s` is read by %s, which fails in sessions that have called it before', 'note', 'orders', found),
      HINT = 'give the column the type `varchar`, without a length, instead of `text`; or abort, and put a column in its place, with `replaces`';
  END IF;
END
$colmig$;
ALTER TABLE "orders" ALTER COLUMN "note" TYPE text;

-- step: analyze_orders_note
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "orders" ("note");

-- step: widen_orders_country
-- lock: ACCESS EXCLUSIVE on "orders", "countries", for an instant
-- safe: the new type holds what the old one holds in the same bytes, so no row is read or rewritten and no index built; whatever else would be is found first, and then nothing is changed; accessors read the column as `varchar`, which it is before and after; an abort leaves the wider type, in which nothing that was written is lost
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT format_type(atttypid, atttypmod) INTO found FROM pg_attribute
  WHERE attrelid = '"orders"'::regclass AND attname = 'country';
  IF found NOT IN ('character varying(2)', 'character varying(3)') THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type of `%s` of `%s` is `%s`, which the migration was not made for', 'country', 'orders', found),
      HINT = 'bring the column to the type that it had in the models, or take the migration back with `cargo colmig abort`';
  END IF;
  WITH RECURSIVE tables AS (
    SELECT '"orders"'::regclass::oid AS id
    UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tables ON i.inhparent = tables.id
  ), columns AS (
    SELECT a.attrelid, a.attnum, a.attgenerated FROM tables
    JOIN pg_attribute AS a ON a.attrelid = tables.id AND a.attname = 'country'
  ), used AS (
    SELECT d.classid, d.objid, d.objsubid, columns.* FROM columns
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = attrelid AND d.refobjsubid = attnum
  ), uses AS (
    SELECT CASE r.rulename WHEN '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(classid, objid, objsubid) END AS what
    FROM used JOIN pg_rewrite AS r ON used.classid = 'pg_rewrite'::regclass AND r.oid = used.objid
    UNION SELECT pg_describe_object(classid, objid, objsubid) FROM used WHERE CASE
      WHEN classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass) THEN true
      WHEN classid = 'pg_constraint'::regclass
        THEN EXISTS (SELECT 1 FROM pg_constraint WHERE oid = objid AND contype IN ('c', 'x'))
      WHEN classid = 'pg_class'::regclass
        THEN objsubid > 0 OR EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = objid AND (indexprs IS NOT NULL OR indpred IS NOT NULL))
      WHEN classid = 'pg_attrdef'::regclass
        THEN attgenerated <> '' OR NOT EXISTS (SELECT 1 FROM pg_attrdef WHERE oid = objid AND adrelid = attrelid AND adnum = attnum)
      ELSE false END
    UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM columns
      JOIN pg_index AS i ON i.indrelid = attrelid AND attnum = ANY (i.indkey)
      JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'I'
    UNION SELECT 'the partition key of ' || pg_describe_object('pg_class'::regclass, attrelid, 0) FROM columns
      JOIN pg_partitioned_table AS p ON p.partrelid = attrelid AND attnum = ANY (p.partattrs)
  )
  SELECT string_agg(what, ', ' ORDER BY what) INTO found FROM uses;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('`%s` of `%s` is used by %s, so its type cannot change in place', 'country', 'orders', found),
      HINT = 'drop that before, and create it again afterwards (an index CONCURRENTLY, a check NOT VALID, which is validated then); or abort, and put a column in its place, with `replaces`';
  END IF;
END
$colmig$;
ALTER TABLE "orders" ALTER COLUMN "country" TYPE varchar(3);

-- step: analyze_orders_country
-- lock: SHARE UPDATE EXCLUSIVE on "orders", for a sample of its rows
-- safe: neither readers nor writers wait; the planner knows nothing of what stands in the column now
ANALYZE "orders" ("country");
