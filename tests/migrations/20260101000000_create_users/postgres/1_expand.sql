-- colmig 1
-- migration: 20260101000000_create_users
-- phase: expand
-- database: postgres

-- step: create_table_users
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "users" (
    "id" bigint NOT NULL,
    "first_name" text NOT NULL,
    "last_name" text NOT NULL,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "users";
