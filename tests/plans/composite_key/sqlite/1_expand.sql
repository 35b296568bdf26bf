-- colmig 1
-- migration: 20261122064500_members_label
-- phase: expand
-- database: sqlite

-- step: add_column_members_label
-- lock: the database's write lock, for an instant
-- safe: only the text of the schema changes: no row is read or rewritten
ALTER TABLE "members" ADD COLUMN "label" TEXT;
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_members_label', 'members', 'label', json_object('team', quote("team"), 'user', quote("user")), quote("label") FROM "members"
--   WHERE "label" IS NOT ("team" || ':' || "user");
--   ALTER TABLE "members" DROP COLUMN "label";
