-- colmig 1
-- migration: 20260102000000_profile
-- phase: backfill
-- database: mariadb

-- step: backfill_users_display_name
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
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
UPDATE `users` SET `display_name` = (CONCAT(`first_name`, ' ', `last_name`))
WHERE `display_name` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `display_name` = (CONCAT(`first_name`, ' ', `last_name`))
WHERE `display_name` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `users` WHERE `display_name` IS NULL LIMIT $1;

-- step: backfill_users_handle
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
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
UPDATE `users` SET `handle` = (CONCAT('user ', `id`))
WHERE `handle` IS NULL AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `handle` = (CONCAT('user ', `id`))
WHERE `handle` IS NULL AND `id` >= $1;
-- statement: pending
SELECT `id` FROM `users` WHERE `handle` IS NULL LIMIT $1;

-- step: check_rows_users_display_name_check
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_display_name_check
-- rule: check
-- columns: display_name
-- says: length(`display_name`) > 0
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN NOT (length(`display_name`) > 0) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN NOT (length(`display_name`) > 0) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE NOT (length(`display_name`) > 0) AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE NOT (length(`display_name`) > 0) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;

-- step: check_rows_users_handle_key
-- lock: that of a reader on `users`, for one scan of the table
-- safe: one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_handle_key
-- rule: unique
-- columns: handle
-- statement: count all
SELECT CAST(coalesce(sum(`colmig number`), 0) AS signed)
FROM (SELECT count(*) AS `colmig number` FROM `users` WHERE `handle` IS NOT NULL
GROUP BY `handle` HAVING count(*) > 1) AS `colmig groups`;
-- statement: resisting
SELECT `id`, `colmig group` FROM (
  SELECT `id`, dense_rank() OVER (ORDER BY `handle`) AS `colmig group` FROM `users`
  WHERE `handle` IS NOT NULL AND (`handle`) IN (
    SELECT * FROM (SELECT `handle` FROM `users` WHERE `handle` IS NOT NULL
    GROUP BY `handle` HAVING count(*) > 1 ORDER BY `handle` LIMIT $1) AS `colmig first`)
) AS `colmig rows`
ORDER BY `colmig group`, `colmig rows`.`id` LIMIT $1;
