-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: constrain
-- database: mariadb

-- step: compare_users_display_name
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: first_name, last_name
-- targets: display_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`first_name` AS char), CAST(`last_name` AS char), CAST(`display_name` AS char) FROM `users`
WHERE (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `display_name` = (ltrim(CONCAT(`first_name`, ' ', `last_name`)))
WHERE (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) AND NOT ((ltrim(CONCAT(`first_name`, ' ', `last_name`))) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `display_name` = (ltrim(CONCAT(`first_name`, ' ', `last_name`)))
WHERE (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) AND NOT ((ltrim(CONCAT(`first_name`, ' ', `last_name`))) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `users` SET `first_name` = (rtrim(left(`display_name`, char_length(`display_name`) - char_length(substring_index(`display_name`, ' ', -1))))), `last_name` = (substring_index(`display_name`, ' ', -1))
WHERE (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT((rtrim(left(`display_name`, char_length(`display_name`) - char_length(substring_index(`display_name`, ' ', -1))))), ' ', (substring_index(`display_name`, ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (`display_name` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `users` SET `first_name` = (rtrim(left(`display_name`, char_length(`display_name`) - char_length(substring_index(`display_name`, ' ', -1))))), `last_name` = (substring_index(`display_name`, ' ', -1))
WHERE (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT(`first_name`, ' ', `last_name`)) USING utf8mb4) AS binary)) OR (`display_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`display_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(ltrim(CONCAT((rtrim(left(`display_name`, char_length(`display_name`) - char_length(substring_index(`display_name`, ' ', -1))))), ' ', (substring_index(`display_name`, ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (`display_name` IS NULL) AND `id` >= $1;

-- step: create_colmig_guard_users_display_name_check_insert
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_display_name_check_insert` BEFORE INSERT ON `users`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`display_name`) > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_display_name_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_display_name_check_insert`;

-- step: create_colmig_guard_users_display_name_check_update
-- lock: an exclusive metadata lock on `users`, for an instant
-- safe: a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words
-- one by one: each statement commits by itself
CREATE TRIGGER IF NOT EXISTS `colmig_guard_users_display_name_check_update` BEFORE UPDATE ON `users`
FOR EACH ROW
BEGIN
  IF NOT (length(NEW.`display_name`) > 0) THEN
    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 4025, MESSAGE_TEXT = 'CHECK constraint failed: users_display_name_check';
  END IF;
END;
-- revert:
--   DROP TRIGGER IF EXISTS `colmig_guard_users_display_name_check_update`;

-- step: prove_users_display_name_check
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
WHERE NOT (length(`display_name`) > 0) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `id` = `id`
WHERE NOT (length(`display_name`) > 0) AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `users` WHERE NOT (length(`display_name`) > 0) LIMIT $1;
