-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: constrain
-- database: mariadb

-- step: compare_users_birthday
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: born
-- targets: birthday
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`born` AS char), CAST(`birthday` AS char) FROM `users`
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `birthday` = (str_to_date(`born`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND NOT ((str_to_date(`born`, '%Y-%m-%d')) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `birthday` = (str_to_date(`born`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND NOT ((str_to_date(`born`, '%Y-%m-%d')) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `users` SET `born` = (date_format(`birthday`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND NOT (NOT (`birthday` <=> (str_to_date((date_format(`birthday`, '%Y-%m-%d')), '%Y-%m-%d')))) AND NOT (`birthday` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `users` SET `born` = (date_format(`birthday`, '%Y-%m-%d'))
WHERE (NOT (`birthday` <=> (str_to_date(`born`, '%Y-%m-%d'))) OR (`birthday` IS NULL)) AND NOT (NOT (`birthday` <=> (str_to_date((date_format(`birthday`, '%Y-%m-%d')), '%Y-%m-%d')))) AND NOT (`birthday` IS NULL) AND `id` >= $1;
