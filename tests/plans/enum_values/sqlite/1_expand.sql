-- colmig 1
-- migration: 20261122064500_type_mood_and_2_more
-- phase: expand
-- database: sqlite

-- step: create_table_pets
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "pets" (
    "id" INTEGER NOT NULL,
    "mood" TEXT,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "pets";

-- step: add_column_people_kind
-- lock: the database's write lock, for an instant
-- safe: a literal default is kept in the schema: no row is rewritten, old rows hold it at once
ALTER TABLE "people" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'one';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_type_mood_and_2_more', 'people', 'kind', json_object('id', quote("id")), quote("kind") FROM "people"
--   WHERE "kind" IS NOT ('one');
--   ALTER TABLE "people" DROP COLUMN "kind";
