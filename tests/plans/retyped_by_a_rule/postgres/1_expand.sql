-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: expand
-- database: postgres

-- step: create_colmig_up_users_birthday
-- lock: none
-- safe: a function that nobody calls yet; where the rule fails for a value, it gives NULL
CREATE FUNCTION "colmig_up_users_birthday"("born" text) RETURNS date LANGUAGE plpgsql STABLE AS $colmig$
BEGIN
  RETURN (CAST(to_date("born", 'YYYY-MM-DD') AS date));
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$colmig$;
-- revert:
--   DROP FUNCTION "colmig_up_users_birthday";

-- step: add_column_users_birthday
-- lock: ACCESS EXCLUSIVE on "users", for an instant
-- safe: without constraint and default only the catalogue changes: no row is read or rewritten
ALTER TABLE "users" ADD COLUMN "birthday" date;
-- revert:
--   ALTER TABLE "users" DROP COLUMN "birthday";
