-- colmig 1
-- migration: 20260101000000_create_tickets
-- phase: expand
-- database: postgres

-- step: create_type_ticket_state
-- lock: none that anybody waits for: no column is of the type yet, or it stays as it is
-- safe: a type that is there is left alone, if its values are those of the models; undone, one that a column is of stays
DO $colmig$
DECLARE
  found text[];
BEGIN
  SELECT array_agg(enumlabel::text ORDER BY enumsortorder) INTO found FROM pg_enum
  WHERE enumtypid = to_regtype('ticket_state');
  IF found IS NULL THEN
    CREATE TYPE ticket_state AS ENUM ('open', 'closed');
  ELSIF found <> ARRAY['open', 'closed'] THEN
    RAISE EXCEPTION USING ERRCODE = 'CM001',
      MESSAGE = format('the type %s is there, and its values are %s, which are not those of the models', 'ticket_state', array_to_string(found, ', ')),
      HINT = 'say these values in the models; or give the type another name in `sql_type`';
  END IF;
END
$colmig$;
-- revert:
--   DO $colmig$
--   BEGIN
--     DROP TYPE IF EXISTS ticket_state;
--   EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
--   END
--   $colmig$;

-- step: create_table_tickets
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "tickets" (
    "id" bigint NOT NULL,
    "code" varchar(10) NOT NULL,
    "title" varchar(20) NOT NULL,
    "state" ticket_state NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "tickets_code_key" ON "tickets" ("code");
-- revert:
--   DROP TABLE "tickets";
