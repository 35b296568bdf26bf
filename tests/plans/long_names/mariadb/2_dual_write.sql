-- colmig 1
-- migration: 20261122064500_measurements_of_the_quarter_before_the_one_that_was_reported_measured_of_the_qua
-- phase: dual-write
-- database: mariadb

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` IS NULL THEN
    SET NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_a` = (1);
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_5cf402fc`;

-- step: create_colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff
-- lock: an exclusive metadata lock on `measurements_of_the_quarter_before_the_one_that_was_reported`, for an instant
-- safe: inserts that leave the column out are filled from now on
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff` BEFORE INSERT ON `measurements_of_the_quarter_before_the_one_that_was_reported`
FOR EACH ROW
BEGIN
  IF NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` IS NULL THEN
    SET NEW.`measured_of_the_quarter_before_the_one_that_it_was_reported_ab` = (2);
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_fill_measurements_of_the_quarter_before_the_one_29fa02ff`;
