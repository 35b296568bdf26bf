-- colmig 1
-- migration: 20261122064500_type_mood_and_2_more
-- phase: expand
-- database: postgres

-- step: create_type_app__Kind__3d5f111d
-- lock: none that anybody waits for: no column is of the type yet, or it stays as it is
-- safe: a type that is there is left alone, if its values are those of the models; undone, one that a column is of stays
DO $colmig$
DECLARE
  found text[];
BEGIN
  SELECT array_agg(enumlabel::text ORDER BY enumsortorder) INTO found FROM pg_enum
  WHERE enumtypid = to_regtype('app."Kind"');
  IF found IS NULL THEN
    CREATE TYPE app."Kind" AS ENUM ('one', 'other');
  ELSIF found <> ARRAY['one', 'other'] THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type %s is there, and its values are %s, which are not those of the models', 'app."Kind"', array_to_string(found, ', ')),
      HINT = 'say these values in the models; or give the type another name in `sql_type`';
  END IF;
END
$colmig$;
-- revert:
--   DO $colmig$
--   BEGIN
--     DROP TYPE IF EXISTS app."Kind";
--   EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
--   END
--   $colmig$;

-- step: add_value_mood_grim
-- lock: none on any table
-- safe: only the catalogue changes; an abort leaves the value, which PostgreSQL cannot take away, and which nobody stores then; builds that do not know the value cannot read it, so store it when none of them is left
-- alone: outside of a transaction
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'grim' BEFORE 'sad';

-- step: add_value_mood_so_so_8f8c57d0
-- lock: none on any table
-- safe: only the catalogue changes; an abort leaves the value, which PostgreSQL cannot take away, and which nobody stores then; builds that do not know the value cannot read it, so store it when none of them is left
-- alone: outside of a transaction
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'so so' AFTER 'sad';

-- step: add_value_mood_it_s_great_68c73d1d
-- lock: none on any table
-- safe: only the catalogue changes; an abort leaves the value, which PostgreSQL cannot take away, and which nobody stores then; builds that do not know the value cannot read it, so store it when none of them is left
-- alone: outside of a transaction
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'it''s great' AFTER 'happy';

-- step: create_table_pets
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "pets" (
    "id" bigint NOT NULL,
    "mood" mood,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "pets";

-- step: add_column_people_kind
-- lock: ACCESS EXCLUSIVE on "people", for an instant
-- safe: a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once
ALTER TABLE "people" ADD COLUMN "kind" app."Kind" NOT NULL DEFAULT 'one';
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_type_mood_and_2_more', 'people', 'kind', jsonb_build_object('id', "id")::text, to_jsonb("kind")::text FROM "people"
--   WHERE "kind" IS DISTINCT FROM ('one');
--   ALTER TABLE "people" DROP COLUMN "kind";
