-- colmig 1
-- migration: 20261122064500_users_handle
-- phase: contract
-- database: mariadb

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

-- step: set_default_users_handle
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `users` ALTER COLUMN `handle` SET DEFAULT ('unknown'), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `users` ALTER COLUMN `handle` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_users_handle_not_null
-- lock: an exclusive metadata lock on `users`, for an instant before and after a rebuild of the table
-- safe: the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a second table meanwhile, and replicas do the same one after the other
-- one by one: each statement commits by itself
ALTER TABLE `users` MODIFY COLUMN `handle` varchar(255) NOT NULL DEFAULT ('unknown'), ALGORITHM=INPLACE, LOCK=NONE;

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
--       SET NEW.`handle` = (lower(NEW.`first_name`));
--     END IF;
--   END;
