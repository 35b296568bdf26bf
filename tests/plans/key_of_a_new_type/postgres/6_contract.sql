-- colmig 1
-- migration: 20261122064500_orders_user_id_2_and_4_more
-- phase: contract
-- database: postgres

-- step: check_dependents_orders
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: orders
-- columns: user_id
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
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"orders"'::regclass AND a.attname IN ('user_id') AND d.deptype IN ('n', 'a')
  AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE
  AND (r.relkind = 'S' OR r.relname IN ('orders_user_id_idx')) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE
  AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE
ORDER BY 1;

-- step: check_dependents_profiles
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: profiles
-- columns: user_id
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
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"profiles"'::regclass AND a.attname IN ('user_id') AND d.deptype IN ('n', 'a')
  AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE
  AND (r.relkind = 'S' OR r.relname IN ('')) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND o.contype = 'p') IS NOT TRUE
  AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE
ORDER BY 1;

-- step: check_dependents_users
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: users
-- columns: id, invited_by
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
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"users"'::regclass AND a.attname IN ('id', 'invited_by') AND d.deptype IN ('n', 'a')
  AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE
  AND (r.relkind = 'S' OR r.relname IN ('')) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND o.contype = 'p') IS NOT TRUE
  AND NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = o.conrelid AND o.conkey = ARRAY[b.attnum]
    AND (b.attrelid, b.attname) IN ((to_regclass('"orders"'), 'user_id'), (to_regclass('"profiles"'), 'user_id'), (to_regclass('"users"'), 'invited_by'), (to_regclass('"visits"'), 'user_id')))
  AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE
ORDER BY 1;

-- step: drop_legacy_orders
-- lock: ACCESS EXCLUSIVE on "orders" and "users", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
DROP TRIGGER "zz_colmig_mirror_orders_user_id_2" ON "orders";
DROP FUNCTION "colmig_mirror_orders_user_id_2"();
ALTER TABLE "orders" DROP COLUMN "user_id";

-- step: drop_constraint_visits_user_id_fkey
-- lock: ACCESS EXCLUSIVE on "visits" and "users", for an instant
-- safe: only the catalogue changes, and no build is left that takes it for granted
ALTER TABLE "visits" DROP CONSTRAINT "visits_user_id_fkey";

-- step: drop_legacy_profiles
-- lock: ACCESS EXCLUSIVE on "profiles" and "users", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other; a sequence or default goes over to the new column, and its unique index becomes the primary key, all of which are words in the catalogue
DROP TRIGGER "zz_colmig_mirror_profiles_user_id_2" ON "profiles";
DROP FUNCTION "colmig_mirror_profiles_user_id_2"();
DO $colmig$
DECLARE
  legacy record;
  counter record;
  stands record;
  granting text[];
  granted text;
  called text;
  identifies boolean;
BEGIN
  SELECT a.attrelid, a.attnum, a.attidentity, d.oid AS said, pg_get_expr(d.adbin, d.adrelid) AS value INTO legacy
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = '"profiles"'::regclass AND a.attname = 'user_id';
  IF legacy.attidentity <> '' THEN
    SELECT s.*, c.relacl, n.nspname, c.relname INTO counter
    FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
    JOIN pg_class AS c ON c.oid = d.objid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
      AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum;
    EXECUTE format('SELECT last_value, is_called FROM %I.%I', counter.nspname, counter.relname) INTO stands;
    SELECT array_agg(format('GRANT %s ON SEQUENCE %I.%I TO %s%s', privilege_type, counter.nspname, counter.relname,
      CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)) INTO granting FROM aclexplode(counter.relacl);
    EXECUTE 'ALTER TABLE "profiles" ALTER COLUMN "user_id" DROP IDENTITY';
    EXECUTE 'ALTER TABLE "profiles" ALTER COLUMN "user_id_2" ADD GENERATED' || format(' %s AS IDENTITY (SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s %s %s CACHE %s %s)',
      CASE legacy.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.nspname, counter.relname,
      counter.seqstart, counter.seqincrement,
      CASE WHEN counter.seqmax = CASE counter.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 END
        THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || counter.seqmax END,
      CASE WHEN counter.seqmin = CASE counter.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648 END
        THEN 'NO MINVALUE' ELSE 'MINVALUE ' || counter.seqmin END,
      counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
    PERFORM setval(format('%I.%I', counter.nspname, counter.relname)::regclass, stands.last_value, stands.is_called);
    FOREACH granted IN ARRAY coalesce(granting, ARRAY[]::text[]) LOOP
      EXECUTE granted;
    END LOOP;
  ELSIF legacy.value IS NOT NULL THEN
    EXECUTE 'ALTER TABLE "profiles" ALTER COLUMN "user_id_2" SET DEFAULT ' || legacy.value;
  END IF;
  FOR counter IN
    SELECT DISTINCT s.seqrelid::regclass AS sequence, t.typlen, d.deptype = 'a' AS is_owned
    FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid IN (d.objid, d.refobjid) JOIN pg_type AS t ON t.oid = s.seqtypid
    JOIN pg_class AS c ON c.oid = s.seqrelid
    WHERE d.refclassid = 'pg_class'::regclass AND (
      (d.deptype = 'a' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum)
      OR (d.classid = 'pg_attrdef'::regclass AND d.objid = legacy.said AND d.refobjid = c.oid AND pg_has_role(c.relowner, 'USAGE')))
  LOOP
    IF counter.typlen < (SELECT typlen FROM pg_type WHERE oid = 'bigint'::regtype) THEN
      EXECUTE format('ALTER SEQUENCE %s AS bigint', counter.sequence);
    END IF;
    IF counter.is_owned THEN
      EXECUTE format('ALTER SEQUENCE %s ', counter.sequence) || 'OWNED BY "profiles"."user_id_2"';
    END IF;
  END LOOP;
  SELECT EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid AND c.relreplident = 'i'
    WHERE i.indrelid = legacy.attrelid AND i.indisreplident AND legacy.attnum = ANY (i.indkey)) INTO identifies;
  SELECT conname INTO called FROM pg_constraint WHERE conrelid = legacy.attrelid AND contype = 'p';
  IF called IS NOT NULL THEN
    EXECUTE 'ALTER TABLE "profiles"' || format(' DROP CONSTRAINT %I, ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I', called, called, 'profiles_user_id_2_pkey');
  END IF;
  IF identifies THEN
    EXECUTE 'ALTER TABLE "profiles"' || format(' REPLICA IDENTITY USING INDEX %I', coalesce(called, 'profiles_user_id_2_pkey'));
  END IF;
END
$colmig$;
ALTER TABLE "profiles" DROP COLUMN "user_id";

-- step: drop_legacy_users
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other; a sequence or default goes over to the new column, and its unique index becomes the primary key, all of which are words in the catalogue
DROP TRIGGER "zz_colmig_mirror_users_id_2" ON "users";
DROP FUNCTION "colmig_mirror_users_id_2"();
DROP TRIGGER "zz_colmig_mirror_users_invited_by_2" ON "users";
DROP FUNCTION "colmig_mirror_users_invited_by_2"();
ALTER TABLE "users" DROP COLUMN "invited_by";
DO $colmig$
DECLARE
  legacy record;
  counter record;
  stands record;
  granting text[];
  granted text;
  called text;
  identifies boolean;
BEGIN
  SELECT a.attrelid, a.attnum, a.attidentity, d.oid AS said, pg_get_expr(d.adbin, d.adrelid) AS value INTO legacy
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = '"users"'::regclass AND a.attname = 'id';
  IF legacy.attidentity <> '' THEN
    SELECT s.*, c.relacl, n.nspname, c.relname INTO counter
    FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
    JOIN pg_class AS c ON c.oid = d.objid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
      AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum;
    EXECUTE format('SELECT last_value, is_called FROM %I.%I', counter.nspname, counter.relname) INTO stands;
    SELECT array_agg(format('GRANT %s ON SEQUENCE %I.%I TO %s%s', privilege_type, counter.nspname, counter.relname,
      CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)) INTO granting FROM aclexplode(counter.relacl);
    EXECUTE 'ALTER TABLE "users" ALTER COLUMN "id" DROP IDENTITY';
    EXECUTE 'ALTER TABLE "users" ALTER COLUMN "id_2" ADD GENERATED' || format(' %s AS IDENTITY (SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s %s %s CACHE %s %s)',
      CASE legacy.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.nspname, counter.relname,
      counter.seqstart, counter.seqincrement,
      CASE WHEN counter.seqmax = CASE counter.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 END
        THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || counter.seqmax END,
      CASE WHEN counter.seqmin = CASE counter.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648 END
        THEN 'NO MINVALUE' ELSE 'MINVALUE ' || counter.seqmin END,
      counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
    PERFORM setval(format('%I.%I', counter.nspname, counter.relname)::regclass, stands.last_value, stands.is_called);
    FOREACH granted IN ARRAY coalesce(granting, ARRAY[]::text[]) LOOP
      EXECUTE granted;
    END LOOP;
  ELSIF legacy.value IS NOT NULL THEN
    EXECUTE 'ALTER TABLE "users" ALTER COLUMN "id_2" SET DEFAULT ' || legacy.value;
  END IF;
  FOR counter IN
    SELECT DISTINCT s.seqrelid::regclass AS sequence, t.typlen, d.deptype = 'a' AS is_owned
    FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid IN (d.objid, d.refobjid) JOIN pg_type AS t ON t.oid = s.seqtypid
    JOIN pg_class AS c ON c.oid = s.seqrelid
    WHERE d.refclassid = 'pg_class'::regclass AND (
      (d.deptype = 'a' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refobjid = legacy.attrelid AND d.refobjsubid = legacy.attnum)
      OR (d.classid = 'pg_attrdef'::regclass AND d.objid = legacy.said AND d.refobjid = c.oid AND pg_has_role(c.relowner, 'USAGE')))
  LOOP
    IF counter.typlen < (SELECT typlen FROM pg_type WHERE oid = 'bigint'::regtype) THEN
      EXECUTE format('ALTER SEQUENCE %s AS bigint', counter.sequence);
    END IF;
    IF counter.is_owned THEN
      EXECUTE format('ALTER SEQUENCE %s ', counter.sequence) || 'OWNED BY "users"."id_2"';
    END IF;
  END LOOP;
  SELECT EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid AND c.relreplident = 'i'
    WHERE i.indrelid = legacy.attrelid AND i.indisreplident AND legacy.attnum = ANY (i.indkey)) INTO identifies;
  SELECT conname INTO called FROM pg_constraint WHERE conrelid = legacy.attrelid AND contype = 'p';
  IF called IS NOT NULL THEN
    EXECUTE 'ALTER TABLE "users"' || format(' DROP CONSTRAINT %I, ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I', called, called, 'users_id_2_pkey');
  END IF;
  IF identifies THEN
    EXECUTE 'ALTER TABLE "users"' || format(' REPLICA IDENTITY USING INDEX %I', coalesce(called, 'users_id_2_pkey'));
  END IF;
END
$colmig$;
ALTER TABLE "users" DROP COLUMN "id";
