-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: contract
-- database: mariadb

-- step: set_users_initial_not_null
-- lock: an exclusive metadata lock on `users`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `users` MODIFY COLUMN `initial` char(1) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_users_initial
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_users_initial`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_initial` BEFORE INSERT ON `users`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`initial` IS NULL THEN
--       SET NEW.`initial` = (left(NEW.`first_name`, 1));
--     END IF;
--   END;
