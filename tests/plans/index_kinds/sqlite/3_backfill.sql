-- colmig 1
-- migration: 20261122064500_tickets_team_opened_36aa0ce6_idx_and_4_more
-- phase: backfill
-- database: sqlite

-- step: check_rows_tickets_team_expr_b20855aa_key
-- lock: that of a reader on "tickets", for one scan of the table
-- safe: one read, before the index is tried: with a write-ahead log nobody waits for it, without one a commit does, and less long than for the build of the index. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: tickets
-- key: id
-- constraint: tickets_team_expr_b20855aa_key
-- rule: unique
-- columns: team, lower("title") || 'title'
-- statement: count all
SELECT CAST(coalesce(sum("colmig number"), 0) AS bigint)
FROM (SELECT count(*) AS "colmig number" FROM "tickets" WHERE "team" IS NOT NULL AND (lower("title") || 'title') IS NOT NULL
GROUP BY "team", (lower("title") || 'title') HAVING count(*) > 1) AS "colmig groups";
-- statement: resisting
SELECT "id", "colmig group" FROM (
  SELECT "id", dense_rank() OVER (ORDER BY "team", (lower("title") || 'title')) AS "colmig group" FROM "tickets"
  WHERE "team" IS NOT NULL AND (lower("title") || 'title') IS NOT NULL AND ("team", (lower("title") || 'title')) IN (
    SELECT "team", (lower("title") || 'title') FROM "tickets" WHERE "team" IS NOT NULL AND (lower("title") || 'title') IS NOT NULL
    GROUP BY "team", (lower("title") || 'title') HAVING count(*) > 1 ORDER BY "team", (lower("title") || 'title') LIMIT $1)
) AS "colmig rows"
ORDER BY "colmig group", "colmig rows"."id" LIMIT $1;
