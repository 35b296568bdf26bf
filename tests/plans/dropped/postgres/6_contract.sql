-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: contract
-- database: postgres

-- step: check_dependents_members
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: members
-- columns: points, badge, active, portrait, note, rank
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
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"members"'::regclass AND a.attname IN ('points', 'badge', 'active', 'portrait', 'note', 'rank') AND d.deptype IN ('n', 'a')
  AND (f.adrelid = a.attrelid AND f.adnum = a.attnum) IS NOT TRUE
  AND (r.relkind = 'S' OR r.relname IN ('members_badge_idx', 'members_name_badge_idx')) IS NOT TRUE
  AND (o.conrelid = a.attrelid AND (o.contype = 'c' OR o.conkey = ARRAY[a.attnum])) IS NOT TRUE
  AND (starts_with(t.tgname, 'colmig_') OR starts_with(t.tgname, 'zz_colmig_')) IS NOT TRUE
ORDER BY 1;

-- step: drop_legacy_members
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds one without the other
ALTER TABLE "members" DROP COLUMN "points", DROP COLUMN "badge", DROP COLUMN "active", DROP COLUMN "portrait", DROP COLUMN "note", DROP COLUMN "rank";
