-- colmig 1
-- migration: 20260102000000_keys
-- phase: expand
-- database: postgres

-- step: check_key_accounts
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
  WHERE c.oid = '"accounts"'::regclass;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the primary key of `%s` cannot go over to another column: %s', 'accounts', found),
      HINT = 'take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the table another key by hand';
  END IF;
END
$colmig$;

-- step: add_column_accounts_id_2
-- lock: ACCESS EXCLUSIVE on "accounts", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "accounts" ADD COLUMN "id_2" bigint;
-- revert:
--   ALTER TABLE "accounts" DROP COLUMN "id_2";

-- step: add_column_accounts_parent_2
-- lock: ACCESS EXCLUSIVE on "accounts", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "accounts" ADD COLUMN "parent_2" bigint;
-- revert:
--   ALTER TABLE "accounts" DROP COLUMN "parent_2";

-- step: check_key_notes
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
    WHEN k.conkey <> ARRAY(SELECT a.attnum FROM unnest(ARRAY['account', 'number']) WITH ORDINALITY AS n(name, place)
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = n.name ORDER BY n.place) THEN 'it is ' || pg_get_constraintdef(k.oid) || ', which the migration was not made for'
    END INTO found
  FROM pg_class AS c
  LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
  LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid
  WHERE c.oid = '"notes"'::regclass;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the primary key of `%s` cannot go over to another column: %s', 'notes', found),
      HINT = 'take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the table another key by hand';
  END IF;
END
$colmig$;

-- step: add_column_notes_account_2
-- lock: ACCESS EXCLUSIVE on "notes", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "notes" ADD COLUMN "account_2" bigint;
-- revert:
--   ALTER TABLE "notes" DROP COLUMN "account_2";

-- step: check_key_transfers
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
  WHERE c.oid = '"transfers"'::regclass;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the primary key of `%s` cannot go over to another column: %s', 'transfers', found),
      HINT = 'take the migration back (`cargo colmig abort`); keep the key as it is, and add a column of its own beside it, or give the table another key by hand';
  END IF;
END
$colmig$;

-- step: add_column_transfers_id_2
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "transfers" ADD COLUMN "id_2" bigint;
-- revert:
--   ALTER TABLE "transfers" DROP COLUMN "id_2";

-- step: add_column_transfers_account_2
-- lock: ACCESS EXCLUSIVE on "transfers", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "transfers" ADD COLUMN "account_2" bigint;
-- revert:
--   ALTER TABLE "transfers" DROP COLUMN "account_2";
