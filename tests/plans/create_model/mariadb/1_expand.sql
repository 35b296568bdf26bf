-- colmig 1
-- migration: 20261122064500_create_customers_and_1_more
-- phase: expand
-- database: mariadb

-- step: create_table_customers
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `customers` (
    `id` bigint NOT NULL,
    `email` varchar(255) NOT NULL,
    `picture` longblob,
    PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX IF NOT EXISTS `customers_email_key` ON `customers` (`email`);
-- revert:
--   DROP TABLE IF EXISTS `customers`;

-- step: create_table_orders
-- lock: none that anybody waits for: the table is new
-- safe: nobody uses the table yet, so it comes with everything on it
-- one by one: each statement commits by itself
CREATE TABLE IF NOT EXISTS `orders` (
    `id` bigint NOT NULL,
    `customer` bigint NOT NULL,
    `number` varchar(255) NOT NULL,
    `total` bigint NOT NULL DEFAULT (0),
    `note` varchar(255),
    `placed` datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
    PRIMARY KEY (`id`),
    CONSTRAINT `orders_customer_fkey` FOREIGN KEY (`customer`) REFERENCES `customers` (`id`),
    CONSTRAINT `orders_check1` CHECK (`total` >= 0)
);
CREATE INDEX IF NOT EXISTS `orders_customer_placed_idx` ON `orders` (`customer`, `placed`);
CREATE UNIQUE INDEX IF NOT EXISTS `orders_number_key` ON `orders` (`number`);
-- revert:
--   DROP TABLE IF EXISTS `orders`;
