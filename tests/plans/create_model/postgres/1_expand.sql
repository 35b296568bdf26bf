-- colmig 1
-- migration: 20261122064500_create_customers_and_1_more
-- phase: expand
-- database: postgres

-- step: create_table_customers
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "customers" (
    "id" bigint NOT NULL,
    "email" text NOT NULL,
    "picture" bytea,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "customers_email_key" ON "customers" ("email");
-- revert:
--   DROP TABLE "customers";

-- step: create_table_orders
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
CREATE TABLE "orders" (
    "id" bigint NOT NULL,
    "customer" bigint NOT NULL,
    "number" text NOT NULL,
    "total" bigint NOT NULL DEFAULT (0),
    "note" text,
    "placed" timestamptz NOT NULL DEFAULT (now()),
    PRIMARY KEY ("id"),
    CONSTRAINT "orders_customer_fkey" FOREIGN KEY ("customer") REFERENCES "customers" ("id"),
    CONSTRAINT "orders_check1" CHECK ("total" >= 0)
);
CREATE INDEX "orders_customer_placed_idx" ON "orders" ("customer", "placed");
CREATE UNIQUE INDEX "orders_number_key" ON "orders" ("number");
-- revert:
--   DROP TABLE "orders";
