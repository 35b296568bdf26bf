-- colmig 1
-- migration: 20261122064500_drop_badges
-- phase: contract
-- database: postgres

-- step: check_dependents_badges
-- lock: none: it reads the catalogue
-- safe: nothing is changed; what is found holds the migration before anything else of this phase
-- check dependents: badges
-- statement: dependents
SELECT DISTINCT CASE WHEN v.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, v.ev_class, 0)
  ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
FROM pg_depend d
LEFT JOIN pg_rewrite v ON d.classid = 'pg_rewrite'::regclass AND v.oid = d.objid
LEFT JOIN pg_constraint o ON d.classid = 'pg_constraint'::regclass AND o.oid = d.objid
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_class r ON d.classid = 'pg_class'::regclass AND r.oid = d.objid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = '"badges"'::regclass AND d.deptype = 'n'
  AND (v.ev_class = d.refobjid OR o.conrelid = d.refobjid OR t.tgrelid = d.refobjid) IS NOT TRUE
  AND d.classid NOT IN ('pg_policy'::regclass, 'pg_attrdef'::regclass)
ORDER BY 1;

-- step: drop_table_badges
-- lock: ACCESS EXCLUSIVE on "badges", "members", for an instant
-- safe: nobody reads or writes the table any more
DROP TABLE "badges";
