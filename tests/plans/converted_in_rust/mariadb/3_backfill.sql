-- colmig 1
-- migration: 20261122064500_users_years
-- phase: backfill
-- database: mariadb

-- step: convert_users_years
-- lock: the rows of one range of `users`, for as long as one statement takes
-- safe: done by the application, which calls the function `age::years`: ranges of the primary key that its instances share, in which a row is written only if it still holds what was converted
-- convert: users
-- model: User
-- legacy: age
-- target: years
-- by: age::years
-- revert:
--   DELETE FROM colmig_conversion WHERE migration = '20261122064500_users_years' AND table_name = 'users' AND column_name = 'years';
--   DELETE FROM colmig_conversion_chunk WHERE migration = '20261122064500_users_years' AND table_name = 'users' AND column_name = 'years';
--   DELETE FROM colmig_conversion_failure WHERE migration = '20261122064500_users_years' AND table_name = 'users' AND column_name = 'years';
--   DELETE FROM colmig_conversion_worker WHERE migration = '20261122064500_users_years' AND table_name = 'users' AND column_name = 'years';

-- step: check_rows_users_years_not_null
-- lock: that of a reader on `users`, for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_years_not_null
-- rule: not-null
-- columns: years
-- statement: first
SELECT `id` FROM `users` ORDER BY `users`.`id` LIMIT 1;
-- statement: boundary
SELECT `id` FROM `users`
WHERE `id` >= $1
ORDER BY `users`.`id` LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(CASE WHEN `years` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1 AND `id` < $2;
-- statement: count the last
SELECT count(*), count(CASE WHEN `years` IS NULL THEN 1 END) FROM `users`
WHERE `id` >= $1;
-- statement: resisting
SELECT `id` FROM `users`
WHERE `years` IS NULL AND `id` >= $1 AND `id` < $2
ORDER BY `users`.`id` LIMIT $3;
-- statement: resisting in the last
SELECT `id` FROM `users`
WHERE `years` IS NULL AND `id` >= $1
ORDER BY `users`.`id` LIMIT $2;
