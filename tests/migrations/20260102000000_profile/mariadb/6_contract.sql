-- colmig 1
-- migration: 20260102000000_profile
-- phase: contract
-- database: mariadb

-- step: check_rows_users_display_name_not_null
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_display_name_not_null
-- rule: not-null
-- columns: display_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE `display_name` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE `display_name` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;

-- step: check_rows_users_handle_not_null
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_handle_not_null
-- rule: not-null
-- columns: handle
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE `handle` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE `handle` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;

-- step: set_users_not_null
-- lock: an exclusive metadata lock on `users`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `users` MODIFY COLUMN `display_name` varchar(255) NOT NULL, MODIFY COLUMN `handle` varchar(255) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

-- step: drop_colmig_fill_users_display_name
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_users_display_name`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_display_name` BEFORE INSERT ON `users`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`display_name` IS NULL THEN
--       SET NEW.`display_name` = (CONCAT(NEW.`first_name`, ' ', NEW.`last_name`));
--     END IF;
--   END;

-- step: drop_colmig_fill_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: no writer leaves the column out any more
-- one by one: each statement commits by itself
DROP TRIGGER IF EXISTS `colmig_fill_users_handle`;
-- revert:
--   CREATE TRIGGER IF NOT EXISTS `colmig_fill_users_handle` BEFORE INSERT ON `users`
--   FOR EACH ROW
--   BEGIN
--     IF NEW.`handle` IS NULL THEN
--       SET NEW.`handle` = (CONCAT('user ', NEW.`id`));
--     END IF;
--   END;
