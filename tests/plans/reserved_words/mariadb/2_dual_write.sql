-- colmig 1
-- migration: 20261122064500_order_group_and_1_more
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_order_group
-- lock: an exclusive metadata lock on `order`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_order_group` BEFORE INSERT ON `order`
FOR EACH ROW
BEGIN
  IF NEW.`group` IS NULL THEN
    SET NEW.`group` = (NEW.`type`);
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_order_group`;
