-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: constrain
-- database: mariadb

-- step: compare_users_first_name_last_name
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: name
-- targets: first_name, last_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`name` AS char), CAST(`first_name` AS char), CAST(`last_name` AS char) FROM `users`
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `first_name` = (rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))), `last_name` = (nullif(substring_index(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT ((rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `first_name` = (rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))), `last_name` = (nullif(substring_index(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT ((rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `users` SET `name` = (ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), char_length((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))) - char_length(substring_index((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1), '') USING utf8mb4) AS binary))) AND NOT (`first_name` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `users` SET `name` = (ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), char_length((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, ''))))) - char_length(substring_index((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1)))) USING utf8mb4) AS binary))) AND NOT (NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index((ltrim(CONCAT(`first_name`, ' ', coalesce(`last_name`, '')))), ' ', -1), '') USING utf8mb4) AS binary))) AND NOT (`first_name` IS NULL) AND `id` >= $1;

-- step: create_index_users_last_name_key
-- lock: an exclusive metadata lock on `users`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE UNIQUE INDEX IF NOT EXISTS `users_last_name_key` ON `users` (`last_name`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP INDEX IF EXISTS `users_last_name_key`, ALGORITHM=NOCOPY, LOCK=NONE;
