-- colmig 1
-- migration: 20261122064500_orders_user_id_2_and_4_more
-- phase: expand
-- database: postgres

-- step: add_column_orders_user_id_2
-- lock: ACCESS EXCLUSIVE on "orders", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "orders" ADD COLUMN "user_id_2" bigint;
-- revert:
--   ALTER TABLE "orders" DROP COLUMN "user_id_2";

-- step: check_key_profiles
-- lock: none: it reads the catalogue
-- safe: nothing is changed; a key that could not be replaced in an instant is found before anything is added
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT CASE
    WHEN c.relkind = 'p' THEN 'the table has partitions'
    WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhparent, inhrelid)) THEN 'the table inherits from another, or another from it'
    WHEN k.condeferrable THEN 'the key is deferrable'
    WHEN i.indnatts > i.indnkeyatts THEN 'the key stores other columns as well'
    WHEN k.conkey <> ARRAY(SELECT a.attnum FROM unnest(ARRAY['user_id']) WITH ORDINALITY AS n(name, place)
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = n.name ORDER BY n.place) THEN 'it is ' || pg_get_constraintdef(k.oid) || ', which the migration was not made for'
    END INTO found
  FROM pg_class AS c
  LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
  LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid
  WHERE c.oid = '"profiles"'::regclass;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the primary key of `%s` cannot go over to another column: %s', 'profiles', found),
      HINT = 'take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the table another key by hand';
  END IF;
END
$colmig$;

-- step: add_column_profiles_user_id_2
-- lock: ACCESS EXCLUSIVE on "profiles", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "profiles" ADD COLUMN "user_id_2" bigint;
-- revert:
--   ALTER TABLE "profiles" DROP COLUMN "user_id_2";

-- step: check_key_users
-- lock: none: it reads the catalogue
-- safe: nothing is changed; a key that could not be replaced in an instant is found before anything is added
DO $colmig$
DECLARE
  found text;
BEGIN
  SELECT CASE
    WHEN c.relkind = 'p' THEN 'the table has partitions'
    WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhparent, inhrelid)) THEN 'the table inherits from another, or another from it'
    WHEN k.condeferrable THEN 'the key is deferrable'
    WHEN i.indnatts > i.indnkeyatts THEN 'the key stores other columns as well'
    WHEN k.conkey <> ARRAY(SELECT a.attnum FROM unnest(ARRAY['id']) WITH ORDINALITY AS n(name, place)
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = n.name ORDER BY n.place) THEN 'it is ' || pg_get_constraintdef(k.oid) || ', which the migration was not made for'
    END INTO found
  FROM pg_class AS c
  LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
  LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid
  WHERE c.oid = '"users"'::regclass;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the primary key of `%s` cannot go over to another column: %s', 'users', found),
      HINT = 'take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the table another key by hand';
  END IF;
END
$colmig$;

-- step: add_column_users_id_2
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "id_2" bigint;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "id_2";

-- step: add_column_users_invited_by_2
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "invited_by_2" bigint;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "invited_by_2";
