-- colmig 1
-- migration: 20261122064500_users_age_2
-- phase: constrain
-- database: mariadb

-- step: compare_users_age_2
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: age
-- targets: age_2
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(CASE WHEN (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: compare the last
SELECT count(*), count(CASE WHEN (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: differing
SELECT `id`, CAST(`age` AS char), CAST(`age_2` AS char) FROM `users`
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
-- statement: mend from legacy
UPDATE `users` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT ((CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END) IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from legacy
UPDATE `users` SET `age_2` = (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT ((CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END) IS NULL) AND `id` >= $1;
-- statement: mend from target
UPDATE `users` SET `age` = (CAST(`age_2` AS char))
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT (NOT (`age_2` <=> (CASE WHEN (CAST(`age_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`age_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`age_2` AS char)) AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST(`age_2` AS char)) AS signed) END END))) AND NOT (`age_2` IS NULL) AND `id` >= $1 AND `id` < $2;
-- statement: mend the last from target
UPDATE `users` SET `age` = (CAST(`age_2` AS char))
WHERE (NOT (`age_2` <=> (CASE WHEN `age` REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length(`age`) <= 40 THEN CASE WHEN CAST(`age` AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST(`age` AS signed) END END)) OR (`age_2` IS NULL)) AND NOT (NOT (`age_2` <=> (CASE WHEN (CAST(`age_2` AS char)) REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length((CAST(`age_2` AS char))) <= 40 THEN CASE WHEN CAST((CAST(`age_2` AS char)) AS decimal(65)) BETWEEN -2147483648 AND 2147483647 THEN CAST((CAST(`age_2` AS char)) AS signed) END END))) AND NOT (`age_2` IS NULL) AND `id` >= $1;
