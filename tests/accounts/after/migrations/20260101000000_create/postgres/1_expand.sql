-- colmig 1
-- migration: 20260101000000_create
-- phase: expand
-- database: postgres

-- step: create_table_accounts
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "accounts" (
    "id" integer NOT NULL,
    "owner" text NOT NULL,
    "parent" integer,
    PRIMARY KEY ("id"),
    CONSTRAINT "accounts_parent_fkey" FOREIGN KEY ("parent") REFERENCES "accounts" ("id")
);
-- revert:
--   DROP TABLE "accounts";

-- step: create_table_notes
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "notes" (
    "account" integer NOT NULL,
    "number" integer NOT NULL,
    "text" text NOT NULL,
    PRIMARY KEY ("account", "number"),
    CONSTRAINT "notes_account_fkey" FOREIGN KEY ("account") REFERENCES "accounts" ("id")
);
-- revert:
--   DROP TABLE "notes";

-- step: create_table_transfers
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "transfers" (
    "id" integer NOT NULL,
    "account" integer NOT NULL,
    "amount" bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT "transfers_account_fkey" FOREIGN KEY ("account") REFERENCES "accounts" ("id")
);
CREATE INDEX "transfers_account_idx" ON "transfers" ("account");
-- revert:
--   DROP TABLE "transfers";

-- step: create_table_visits
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "visits" (
    "id" bigint NOT NULL,
    "account" integer NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT "visits_account_fkey" FOREIGN KEY ("account") REFERENCES "accounts" ("id")
);
-- revert:
--   DROP TABLE "visits";
