-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: backfill
-- database: mariadb

-- step: backfill_users_birthday
-- lock: the rows of one batch of `users`, for as long as the batch takes
-- safe: batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that change by themselves with every update are left as they are
-- backfill: users
-- key: id
-- shows: born
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
UPDATE `users` SET `birthday` = (str_to_date(`born`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND `id` >= $1 AND `id` < $2;
-- statement: last
UPDATE `users` SET `birthday` = (str_to_date(`born`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND `id` >= $1;
-- statement: pending
SELECT `id`, CAST(`born` AS char) FROM `users` WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) LIMIT $1;
