-- colmig 1
-- migration: 20261122064500_orders_label_type_and_4_more
-- phase: expand
-- database: mariadb

-- step: widen_orders_label
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: values stay as they are, byte by byte, so only the catalogue changes, and the server would refuse rather than copy the table; an abort leaves the longer type, in which nothing that was written is lost
-- one by one: each statement commits by itself
ALTER TABLE `orders` MODIFY COLUMN `label` varchar(60) NOT NULL, ALGORITHM=INSTANT, LOCK=NONE;

-- step: widen_orders_note
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: values stay as they are, byte by byte, so only the catalogue changes, and the server would refuse rather than copy the table; an abort leaves the longer type, in which nothing that was written is lost
-- one by one: each statement commits by itself
ALTER TABLE `orders` MODIFY COLUMN `note` varchar(1000) NULL, ALGORITHM=INSTANT, LOCK=NONE;

-- step: widen_orders_state
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: values stay as they are, byte by byte, so only the catalogue changes, and the server would refuse rather than copy the table; an abort leaves the longer type, in which nothing that was written is lost
-- one by one: each statement commits by itself
ALTER TABLE `orders` MODIFY COLUMN `state` enum('new','paid','it''s gone') NOT NULL DEFAULT ('new'), ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_orders_state
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `orders` ALTER COLUMN `state` SET DEFAULT ('paid'), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `orders` ALTER COLUMN `state` SET DEFAULT ('new'), ALGORITHM=INSTANT, LOCK=NONE;

-- step: widen_orders_digest
-- lock: an exclusive metadata lock on `orders`, for an instant
-- safe: values stay as they are, byte by byte, so only the catalogue changes, and the server would refuse rather than copy the table; an abort leaves the longer type, in which nothing that was written is lost
-- one by one: each statement commits by itself
ALTER TABLE `orders` MODIFY COLUMN `digest` varbinary(32) NULL, ALGORITHM=INSTANT, LOCK=NONE;
