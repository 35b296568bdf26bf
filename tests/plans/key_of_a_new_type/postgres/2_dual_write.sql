-- colmig 1
-- migration: 20261122064500_orders_user_id_2_and_4_more
-- phase: dual-write
-- database: postgres

-- step: create_colmig_mirror_orders_user_id_2
-- lock: SHARE ROW EXCLUSIVE on "orders", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_orders_user_id_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."user_id_2" IS NULL THEN
      NEW."user_id_2" := (CAST(NEW."user_id" AS bigint));
    ELSIF NEW."user_id" IS NULL AND (NEW."user_id_2" IS DISTINCT FROM (CAST(NEW."user_id" AS bigint))) THEN
      NEW."user_id" := (CASE WHEN NEW."user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."user_id_2" AS integer) END);
    END IF;
  ELSIF NEW."user_id_2" IS NOT DISTINCT FROM OLD."user_id_2" AND NOT (NEW."user_id" IS NOT DISTINCT FROM OLD."user_id") THEN
    NEW."user_id_2" := (CAST(NEW."user_id" AS bigint));
  ELSIF NEW."user_id" IS NOT DISTINCT FROM OLD."user_id" AND NOT (NEW."user_id_2" IS NOT DISTINCT FROM OLD."user_id_2") AND (NEW."user_id_2" IS DISTINCT FROM (CAST(NEW."user_id" AS bigint))) THEN
    NEW."user_id" := (CASE WHEN NEW."user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."user_id_2" AS integer) END);
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_orders_user_id_2" BEFORE INSERT OR UPDATE OF "user_id_2", "user_id" ON "orders"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_orders_user_id_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_user_id_2_and_4_more', 'orders', 'user_id_2', jsonb_build_object('id', "id")::text, to_jsonb("user_id_2")::text FROM "orders"
--   WHERE "user_id_2" IS NOT NULL AND "user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_orders_user_id_2" ON "orders";
--   DROP FUNCTION "colmig_mirror_orders_user_id_2"();

-- step: create_colmig_mirror_profiles_user_id_2
-- lock: SHARE ROW EXCLUSIVE on "profiles", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_profiles_user_id_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."user_id_2" IS NULL THEN
      NEW."user_id_2" := (CAST(NEW."user_id" AS bigint));
    ELSIF (NEW."user_id_2" IS DISTINCT FROM (CAST(NEW."user_id" AS bigint))) THEN
      NEW."user_id" := (CASE WHEN NEW."user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."user_id_2" AS integer) END);
    END IF;
  ELSIF NEW."user_id_2" IS NOT DISTINCT FROM OLD."user_id_2" AND NOT (NEW."user_id" IS NOT DISTINCT FROM OLD."user_id") THEN
    NEW."user_id_2" := (CAST(NEW."user_id" AS bigint));
  ELSIF NEW."user_id" IS NOT DISTINCT FROM OLD."user_id" AND NOT (NEW."user_id_2" IS NOT DISTINCT FROM OLD."user_id_2") AND (NEW."user_id_2" IS DISTINCT FROM (CAST(NEW."user_id" AS bigint))) THEN
    NEW."user_id" := (CASE WHEN NEW."user_id_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."user_id_2" AS integer) END);
  END IF;
  IF NEW."user_id" IS NULL AND NEW."user_id_2" IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range',
      MESSAGE = format('%s does not fit into `%s` of `%s`', NEW."user_id_2", 'user_id', 'profiles'),
      HINT = 'builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration';
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_profiles_user_id_2" BEFORE INSERT OR UPDATE OF "user_id_2", "user_id" ON "profiles"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_profiles_user_id_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_user_id_2_and_4_more', 'profiles', 'user_id_2', jsonb_build_object('user_id', "user_id")::text, to_jsonb("user_id_2")::text FROM "profiles"
--   WHERE "user_id_2" IS NOT NULL AND "user_id_2" IS DISTINCT FROM (CAST("user_id" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_profiles_user_id_2" ON "profiles";
--   DROP FUNCTION "colmig_mirror_profiles_user_id_2"();

-- step: create_colmig_mirror_users_id_2
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_id_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
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
      MESSAGE = format('%s does not fit into `%s` of `%s`', NEW."id_2", 'id', 'users'),
      HINT = 'builds of before read that column: such a key can be written when `cargo colmig contract` has ended the migration';
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_users_id_2" BEFORE INSERT OR UPDATE OF "id_2", "id" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_id_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_user_id_2_and_4_more', 'users', 'id_2', jsonb_build_object('id', "id")::text, to_jsonb("id_2")::text FROM "users"
--   WHERE "id_2" IS NOT NULL AND "id_2" IS DISTINCT FROM (CAST("id" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_users_id_2" ON "users";
--   DROP FUNCTION "colmig_mirror_users_id_2"();

-- step: create_colmig_mirror_users_invited_by_2
-- lock: SHARE ROW EXCLUSIVE on "users", for an instant
-- safe: function and trigger come together; whoever writes one side only has the other written from now on, in the same row and statement
CREATE FUNCTION "colmig_mirror_users_invited_by_2"() RETURNS trigger LANGUAGE plpgsql AS $colmig$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."invited_by_2" IS NULL THEN
      NEW."invited_by_2" := (CAST(NEW."invited_by" AS bigint));
    ELSIF NEW."invited_by" IS NULL AND (NEW."invited_by_2" IS DISTINCT FROM (CAST(NEW."invited_by" AS bigint))) THEN
      NEW."invited_by" := (CASE WHEN NEW."invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."invited_by_2" AS integer) END);
    END IF;
  ELSIF NEW."invited_by_2" IS NOT DISTINCT FROM OLD."invited_by_2" AND NOT (NEW."invited_by" IS NOT DISTINCT FROM OLD."invited_by") THEN
    NEW."invited_by_2" := (CAST(NEW."invited_by" AS bigint));
  ELSIF NEW."invited_by" IS NOT DISTINCT FROM OLD."invited_by" AND NOT (NEW."invited_by_2" IS NOT DISTINCT FROM OLD."invited_by_2") AND (NEW."invited_by_2" IS DISTINCT FROM (CAST(NEW."invited_by" AS bigint))) THEN
    NEW."invited_by" := (CASE WHEN NEW."invited_by_2" BETWEEN -2147483648 AND 2147483647 THEN CAST(NEW."invited_by_2" AS integer) END);
  END IF;
  RETURN NEW;
END
$colmig$;
CREATE TRIGGER "zz_colmig_mirror_users_invited_by_2" BEFORE INSERT OR UPDATE OF "invited_by_2", "invited_by" ON "users"
FOR EACH ROW EXECUTE FUNCTION "colmig_mirror_users_invited_by_2"();
-- revert:
--   INSERT INTO colmig_saved (migration, table_name, column_name, row_key, value)
--   SELECT '20261122064500_orders_user_id_2_and_4_more', 'users', 'invited_by_2', jsonb_build_object('id', "id")::text, to_jsonb("invited_by_2")::text FROM "users"
--   WHERE "invited_by_2" IS NOT NULL AND "invited_by_2" IS DISTINCT FROM (CAST("invited_by" AS bigint));
--   DROP TRIGGER "zz_colmig_mirror_users_invited_by_2" ON "users";
--   DROP FUNCTION "colmig_mirror_users_invited_by_2"();
