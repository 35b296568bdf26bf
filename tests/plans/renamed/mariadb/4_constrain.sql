-- colmig 1
-- migration: 20261122064500_users_family_name
-- phase: constrain
-- database: mariadb

-- step: compare_users_family_name
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: surname
-- targets: family_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`surname` AS char), CAST(`family_name` AS char) FROM `users`
WHERE (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `family_name` = (`surname`)
WHERE (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) AND NOT (`surname` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `family_name` = (`surname`)
WHERE (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) AND NOT (`surname` IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `users` SET `surname` = (`family_name`)
WHERE (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`family_name` USING utf8mb4) AS binary))) AND NOT (`family_name` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `users` SET `surname` = (`family_name`)
WHERE (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`surname` USING utf8mb4) AS binary)) OR (`family_name` IS NULL)) AND NOT (NOT (CAST(CONVERT(`family_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(`family_name` USING utf8mb4) AS binary))) AND NOT (`family_name` IS NULL) AND `id` >= $1;

-- step: create_index_users_family_name_idx
-- lock: an exclusive metadata lock on `users`, for an instant before and after one scan of the table
-- safe: built beside readers and writers; a try that fails leaves nothing behind
-- one by one: each statement commits by itself
CREATE INDEX IF NOT EXISTS `users_family_name_idx` ON `users` (`family_name`) ALGORITHM=NOCOPY LOCK=NONE;
-- revert:
--   ALTER TABLE `users` DROP INDEX IF EXISTS `users_family_name_idx`, ALGORITHM=NOCOPY, LOCK=NONE;
