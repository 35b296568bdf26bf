-- colmig 1
-- migration: 20261122064500_users_initial
-- phase: contract
-- database: mariadb

-- step: check_rows_users_initial_not_null
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_initial_not_null
-- rule: not-null
-- columns: initial
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `initial` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `initial` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE `initial` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE `initial` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;

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
