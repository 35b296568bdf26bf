-- colmig 1
-- migration: 20260102000000_keys
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_accounts_id_2
-- lock: SHARE ROW EXCLUSIVE on "accounts", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_accounts_id_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."id_2" IS NULL THEN
      NEW."id_2" := (CAST(NEW."id" AS bigint));
    ELSIF (NEW."id_2" IS DISTINCT FROM (CAST(NEW."id" AS bigint))) THEN
      NEW."id" := (CASE WHEN NEW."id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."id_2" AS integer) END);
    END IF;
  ELSIF NEW."id_2" IS NOT DISTINCT FROM OLD."id_2" AND NOT (NEW."id" IS NOT DISTINCT FROM OLD."id") THEN
    NEW."id_2" := (CAST(NEW."id" AS bigint));
  ELSIF NEW."id" IS NOT DISTINCT FROM OLD."id" AND NOT (NEW."id_2" IS NOT DISTINCT FROM OLD."id_2") AND (NEW."id_2" IS DISTINCT FROM (CAST(NEW."id" AS bigint))) THEN
    NEW."id" := (CASE WHEN NEW."id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."id_2" AS integer) END);
  END IF;
  IF NEW."id" IS NULL AND NEW."id_2" IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range',
      MESSAGE = format('%s does not fit into `%s` of `%s`', NEW."id_2", 'id', 'accounts'),
      HINT = 'builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration';
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_accounts_id_2" BEFORE INSERT OR UPDATE OF "id_2", "id" ON "accounts"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_accounts_id_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_keys', 'accounts', 'id_2', jsonb_build_object('id', "id")::text, to_jsonb("id_2")::text FROM "accounts"
--   WHERE "id_2" IS NOT NULL AND "id_2" IS DISTINCT FROM (CAST("id" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_accounts_id_2" ON "accounts";
--   DROP FUNCTION "colmig_mirror_accounts_id_2"();

-- step: create_colmig_mirror_accounts_parent_2
-- lock: SHARE ROW EXCLUSIVE on "accounts", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_accounts_parent_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."parent_2" IS NULL THEN
      NEW."parent_2" := (CAST(NEW."parent" AS bigint));
    ELSIF NEW."parent" IS NULL AND (NEW."parent_2" IS DISTINCT FROM (CAST(NEW."parent" AS bigint))) THEN
      NEW."parent" := (CASE WHEN NEW."parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."parent_2" AS integer) END);
    END IF;
  ELSIF NEW."parent_2" IS NOT DISTINCT FROM OLD."parent_2" AND NOT (NEW."parent" IS NOT DISTINCT FROM OLD."parent") THEN
    NEW."parent_2" := (CAST(NEW."parent" AS bigint));
  ELSIF NEW."parent" IS NOT DISTINCT FROM OLD."parent" AND NOT (NEW."parent_2" IS NOT DISTINCT FROM OLD."parent_2") AND (NEW."parent_2" IS DISTINCT FROM (CAST(NEW."parent" AS bigint))) THEN
    NEW."parent" := (CASE WHEN NEW."parent_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."parent_2" AS integer) END);
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_accounts_parent_2" BEFORE INSERT OR UPDATE OF "parent_2", "parent" ON "accounts"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_accounts_parent_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_keys', 'accounts', 'parent_2', jsonb_build_object('id', "id")::text, to_jsonb("parent_2")::text FROM "accounts"
--   WHERE "parent_2" IS NOT NULL AND "parent_2" IS DISTINCT FROM (CAST("parent" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_accounts_parent_2" ON "accounts";
--   DROP FUNCTION "colmig_mirror_accounts_parent_2"();

-- step: create_colmig_mirror_notes_account_2
-- lock: SHARE ROW EXCLUSIVE on "notes", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_notes_account_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."account_2" IS NULL THEN
      NEW."account_2" := (CAST(NEW."account" AS bigint));
    ELSIF (NEW."account_2" IS DISTINCT FROM (CAST(NEW."account" AS bigint))) THEN
      NEW."account" := (CASE WHEN NEW."account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."account_2" AS integer) END);
    END IF;
  ELSIF NEW."account_2" IS NOT DISTINCT FROM OLD."account_2" AND NOT (NEW."account" IS NOT DISTINCT FROM OLD."account") THEN
    NEW."account_2" := (CAST(NEW."account" AS bigint));
  ELSIF NEW."account" IS NOT DISTINCT FROM OLD."account" AND NOT (NEW."account_2" IS NOT DISTINCT FROM OLD."account_2") AND (NEW."account_2" IS DISTINCT FROM (CAST(NEW."account" AS bigint))) THEN
    NEW."account" := (CASE WHEN NEW."account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."account_2" AS integer) END);
  END IF;
  IF NEW."account" IS NULL AND NEW."account_2" IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range',
      MESSAGE = format('%s does not fit into `%s` of `%s`', NEW."account_2", 'account', 'notes'),
      HINT = 'builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration';
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_notes_account_2" BEFORE INSERT OR UPDATE OF "account_2", "account" ON "notes"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_notes_account_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_keys', 'notes', 'account_2', jsonb_build_object('account', "account", 'number', "number")::text, to_jsonb("account_2")::text FROM "notes"
--   WHERE "account_2" IS NOT NULL AND "account_2" IS DISTINCT FROM (CAST("account" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_notes_account_2" ON "notes";
--   DROP FUNCTION "colmig_mirror_notes_account_2"();

-- step: create_colmig_mirror_transfers_id_2
-- lock: SHARE ROW EXCLUSIVE on "transfers", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_transfers_id_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."id_2" IS NULL THEN
      NEW."id_2" := (CAST(NEW."id" AS bigint));
    ELSIF (NEW."id_2" IS DISTINCT FROM (CAST(NEW."id" AS bigint))) THEN
      NEW."id" := (CASE WHEN NEW."id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."id_2" AS integer) END);
    END IF;
  ELSIF NEW."id_2" IS NOT DISTINCT FROM OLD."id_2" AND NOT (NEW."id" IS NOT DISTINCT FROM OLD."id") THEN
    NEW."id_2" := (CAST(NEW."id" AS bigint));
  ELSIF NEW."id" IS NOT DISTINCT FROM OLD."id" AND NOT (NEW."id_2" IS NOT DISTINCT FROM OLD."id_2") AND (NEW."id_2" IS DISTINCT FROM (CAST(NEW."id" AS bigint))) THEN
    NEW."id" := (CASE WHEN NEW."id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."id_2" AS integer) END);
  END IF;
  IF NEW."id" IS NULL AND NEW."id_2" IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range',
      MESSAGE = format('%s does not fit into `%s` of `%s`', NEW."id_2", 'id', 'transfers'),
      HINT = 'builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration';
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_transfers_id_2" BEFORE INSERT OR UPDATE OF "id_2", "id" ON "transfers"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_transfers_id_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_keys', 'transfers', 'id_2', jsonb_build_object('id', "id")::text, to_jsonb("id_2")::text FROM "transfers"
--   WHERE "id_2" IS NOT NULL AND "id_2" IS DISTINCT FROM (CAST("id" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_transfers_id_2" ON "transfers";
--   DROP FUNCTION "colmig_mirror_transfers_id_2"();

-- step: create_colmig_mirror_transfers_account_2
-- lock: SHARE ROW EXCLUSIVE on "transfers", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_transfers_account_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."account_2" IS NULL THEN
      NEW."account_2" := (CAST(NEW."account" AS bigint));
    ELSIF NEW."account" IS NULL AND (NEW."account_2" IS DISTINCT FROM (CAST(NEW."account" AS bigint))) THEN
      NEW."account" := (CASE WHEN NEW."account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."account_2" AS integer) END);
    END IF;
  ELSIF NEW."account_2" IS NOT DISTINCT FROM OLD."account_2" AND NOT (NEW."account" IS NOT DISTINCT FROM OLD."account") THEN
    NEW."account_2" := (CAST(NEW."account" AS bigint));
  ELSIF NEW."account" IS NOT DISTINCT FROM OLD."account" AND NOT (NEW."account_2" IS NOT DISTINCT FROM OLD."account_2") AND (NEW."account_2" IS DISTINCT FROM (CAST(NEW."account" AS bigint))) THEN
    NEW."account" := (CASE WHEN NEW."account_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."account_2" AS integer) END);
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_transfers_account_2" BEFORE INSERT OR UPDATE OF "account_2", "account" ON "transfers"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_transfers_account_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20260102000000_keys', 'transfers', 'account_2', jsonb_build_object('id', "id")::text, to_jsonb("account_2")::text FROM "transfers"
--   WHERE "account_2" IS NOT NULL AND "account_2" IS DISTINCT FROM (CAST("account" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_transfers_account_2" ON "transfers";
--   DROP FUNCTION "colmig_mirror_transfers_account_2"();
