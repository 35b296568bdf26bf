-- colmig 1
-- migration: 20261122064500_users_handle
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
UPDATE `users` SET `handle` = (lower(`first_name`))
WHERE `handle` IS NULL AND (lower(`first_name`)) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `handle` = (lower(`first_name`))
WHERE `handle` IS NULL AND (lower(`first_name`)) IS NOT NULL AND `id` >= $1;
