-- colmig 1
-- migration: 20260101000000_create_users
-- phase: expand
-- database: sqlite

-- step: create_table_users
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "users" (
    "id" INTEGER NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    PRIMARY KEY ("id")
);
-- revert:
--   DROP TABLE "users";
