-- colmig 1
-- migration: 20261122064500_members_email_key_and_3_more
-- phase: backfill
-- database: mariadb

-- step: check_rows_members_email_key
-- lock: that of a reader on `members`, for one scan of the table
-- safe: one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: id
-- constraint: members_email_key
-- rule: unique
-- columns: email
-- statement: count all
SELECT CAST(coalesce(sum(`colmig number`), 0) AS signed)
FROM (SELECT count(*) AS `colmig number` FROM `members` WHERE `email` IS NOT NULL
GROUP BY `email` HAVING count(*) > 1) AS `colmig groups`;
-- statement: resisting
SELECT `id`, `colmig group` FROM (
  SELECT `id`, dense_rank() OVER (ORDER BY `email`) AS `colmig group` FROM `members`
  WHERE `email` IS NOT NULL AND (`email`) IN (
    SELECT * FROM (SELECT `email` FROM `members` WHERE `email` IS NOT NULL
    GROUP BY `email` HAVING count(*) > 1 ORDER BY `email` LIMIT $1) AS `colmig first`)
) AS `colmig rows`
ORDER BY `colmig group`, `colmig rows`.`id` LIMIT $1;
