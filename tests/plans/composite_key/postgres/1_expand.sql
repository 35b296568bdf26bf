-- colmig 1
-- migration: 20261122064500_members_label
-- phase: expand
-- database: postgres

-- step: add_column_members_label
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "members" ADD COLUMN "label" text;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_members_label', 'members', 'label', jsonb_build_object('team', "team", 'user', "user")::text, to_jsonb("label")::text FROM "members"
--   WHERE "label" IS DISTINCT FROM ("team" || ':' || "user");
--   ALTER TABLE "members" DROP COLUMN "label";
