-- colmig 1
-- migration: 20261122064500_create_customers_and_1_more
-- phase: expand
-- database: sqlite

-- step: create_table_customers
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "customers" (
    "id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "picture" BLOB,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "customers_email_key" ON "customers" ("email");
-- revert:
--   DROP TABLE "customers";

-- step: create_table_orders
-- lock: the database's write lock, for an instant
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "orders" (
    "id" INTEGER NOT NULL,
    "customer" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "total" INTEGER NOT NULL DEFAULT (0),
    "note" TEXT,
    "placed" TEXT NOT NULL DEFAULT (datetime()),
    PRIMARY KEY ("id"),
    CONSTRAINT "orders_customer_fkey" FOREIGN KEY ("customer") REFERENCES "customers" ("id"),
    CONSTRAINT "orders_check1" CHECK ("total" >= 0)
);
CREATE INDEX "orders_customer_placed_idx" ON "orders" ("customer", "placed");
CREATE UNIQUE INDEX "orders_number_key" ON "orders" ("number");
-- revert:
--   DROP TABLE "orders";
