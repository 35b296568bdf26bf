-- colmig 1
-- migration: 20261122064500_users_first_name
-- phase: backfill
-- database: mariadb

-- step: backfill_users_first_name_last_name
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: users
-- key: id
-- shows: name
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
UPDATE `users` SET `first_name` = (rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))), `last_name` = (nullif(substring_index(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `first_name` = (rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1))))), `last_name` = (nullif(substring_index(`name`, ' ', -1), ''))
WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`name` AS char) FROM `users` WHERE (NOT (CAST(CONVERT(`first_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(rtrim(left(`name`, char_length(`name`) - char_length(substring_index(`name`, ' ', -1)))) USING utf8mb4) AS binary)) OR NOT (CAST(CONVERT(`last_name` USING utf8mb4) AS binary) <=> CAST(CONVERT(nullif(substring_index(`name`, ' ', -1), '') USING utf8mb4) AS binary)) OR (`first_name` IS NULL)) LIMIT $1;

-- step: check_rows_users_last_name_key
-- lock: that of a reader on `users`, for one scan of the table
-- safe: one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_last_name_key
-- rule: unique
-- columns: last_name
-- statement: count all
SELECT CAST(coalesce(sum(`colmig number`), 0) AS signed)
FROM (SELECT count(*) AS `colmig number` FROM `users` WHERE `last_name` IS NOT NULL
GROUP BY `last_name` HAVING count(*) > 1) AS `colmig groups`;
-- statement: resisting
SELECT `id`, `colmig group` FROM (
  SELECT `id`, dense_rank() OVER (ORDER BY `last_name`) AS `colmig group` FROM `users`
  WHERE `last_name` IS NOT NULL AND (`last_name`) IN (
    SELECT * FROM (SELECT `last_name` FROM `users` WHERE `last_name` IS NOT NULL
    GROUP BY `last_name` HAVING count(*) > 1 ORDER BY `last_name` LIMIT $1) AS `colmig first`)
) AS `colmig rows`
ORDER BY `colmig group`, `colmig rows`.`id` LIMIT $1;
