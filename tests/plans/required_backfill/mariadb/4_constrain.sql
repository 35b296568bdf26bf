-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: constrain
-- database: mariadb

-- step: compare_users_display_name
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- targets: display_name
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN `display_name` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`display_name` AS char) FROM `users`
WHERE `display_name` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `display_name` = (CONCAT(`first_name`, ' ', `last_name`))
WHERE `display_name` IS NULL AND (CONCAT(`first_name`, ' ', `last_name`)) IS NOT NULL AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `display_name` = (CONCAT(`first_name`, ' ', `last_name`))
WHERE `display_name` IS NULL AND (CONCAT(`first_name`, ' ', `last_name`)) IS NOT NULL AND `id` >= $1;
