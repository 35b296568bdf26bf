-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: constrain
-- database: mariadb

-- step: compare_users_handle
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- targets: handle
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `handle` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`handle` AS char) FROM `users`
WHERE `handle` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `handle` = (CONCAT(`first_name`, `id`))
WHERE `handle` IS NULL AND (CONCAT(`first_name`, `id`)) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `handle` = (CONCAT(`first_name`, `id`))
WHERE `handle` IS NULL AND (CONCAT(`first_name`, `id`)) IS NOT NULL AND `id` >= $1;

-- step: create_colmig_guard_users_handle_check_insert
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_handle_check_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`handle`) <= 40) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_handle_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_handle_check_insert`;

-- step: create_colmig_guard_users_handle_check_update
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_handle_check_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`handle`) <= 40) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_handle_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_handle_check_update`;

-- step: prove_users_handle_check
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
-- backfill: users
-- key: id
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `users`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `users` WHERE `id` >= $1 AND `id` < $2 ORDER BY `users`.`id` LIMIT $3) AS `users`) AS `users`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `users` SET `id` = `id`
WHERE NOT (length(`handle`) <= 40) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `id` = `id`
WHERE NOT (length(`handle`) <= 40) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `users` WHERE NOT (length(`handle`) <= 40) LIMIT $1;

-- step: create_index_users_handle_key
-- lock: an exclusive metadata lock on `users`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE UNIQUE INDEX IF NOT EXISTS `users_handle_key` ON `users` (`handle`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP INDEX IF EXISTS `users_handle_key`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: create_index_users_city_idx
-- lock: an exclusive metadata lock on `users`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `users_city_idx` ON `users` (`city`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP INDEX IF EXISTS `users_city_idx`, ALGORITHM=NOCOPY, LOCK=NONE;

-- step: create_colmig_guard_users_age_check_insert
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_age_check_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`age` BETWEEN 0 AND 149) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_age_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_age_check_insert`;

-- step: create_colmig_guard_users_age_check_update
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_age_check_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (NEW.`age` BETWEEN 0 AND 149) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_age_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_age_check_update`;

-- step: prove_users_age_check
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are; a row that fails the condition is refused by the guard and named
-- backfill: users
-- key: id
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: bounds
SELECT `id` FROM (SELECT `id`, row_number() OVER (ORDER BY `users`.`id`) AS `colmig number`
FROM (SELECT `id` FROM `users` WHERE `id` >= $1 AND `id` < $2 ORDER BY `users`.`id` LIMIT $3) AS `users`) AS `users`
WHERE `colmig number` % $4 = 1 AND `colmig number` > 1 ORDER BY `colmig number`;
-- statement: batch
UPDATE `users` SET `id` = `id`
WHERE NOT (`age` BETWEEN 0 AND 149) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `id` = `id`
WHERE NOT (`age` BETWEEN 0 AND 149) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `users` WHERE NOT (`age` BETWEEN 0 AND 149) LIMIT $1;
