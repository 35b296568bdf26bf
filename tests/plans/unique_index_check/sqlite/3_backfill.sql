-- colmig 1
-- migration: 20261122064500_users_handle_and_2_more
-- phase: backfill
-- database: sqlite

-- step: backfill_users_handle
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "handle" = ("first_name" || "id")
WHERE "handle" IS NULL AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE "handle" IS NULL LIMIT $1;

-- step: check_rows_users_handle_check
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_handle_check
-- rule: check
-- columns: handle
-- says: length("handle") <= 40
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT (length("handle") <= 40)) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT (length("handle") <= 40)) FROM "users"
WHERE ("id") >= ($1);
-- statement: resisting
SELECT "id" FROM "users"
WHERE NOT (length("handle") <= 40) AND ("id") >= ($1) AND ("id") < ($2)
ORDER BY "users"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id" FROM "users"
WHERE NOT (length("handle") <= 40) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;

-- step: check_rows_users_handle_key
-- lock: that of a reader on "users", for one scan of the table
-- safe: one read, before the index is tried: with a write-ahead log nobody waits for it, without one a commit does, and less long than for the build of the index. Rows that share their values hold the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_handle_key
-- rule: unique
-- columns: handle
-- statement: count all
SELECT CAST(coalesce(sum("colmig number"), 0) AS bigint)
FROM (SELECT count(*) AS "colmig number" FROM "users" WHERE "handle" IS NOT NULL
GROUP BY "handle" HAVING count(*) > 1) AS "colmig groups";
-- statement: resisting
SELECT "id", "colmig group" FROM (
  SELECT "id", dense_rank() OVER (ORDER BY "handle") AS "colmig group" FROM "users"
  WHERE "handle" IS NOT NULL AND ("handle") IN (
    SELECT "handle" FROM "users" WHERE "handle" IS NOT NULL
    GROUP BY "handle" HAVING count(*) > 1 ORDER BY "handle" LIMIT $1)
) AS "colmig rows"
ORDER BY "colmig group", "colmig rows"."id" LIMIT $1;

-- step: check_rows_users_age_check
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: users
-- key: id
-- constraint: users_age_check
-- rule: check
-- columns: age
-- says: "age" BETWEEN 0 AND 149
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("age" BETWEEN 0 AND 149)) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("age" BETWEEN 0 AND 149)) FROM "users"
WHERE ("id") >= ($1);
-- statement: resisting
SELECT "id" FROM "users"
WHERE NOT ("age" BETWEEN 0 AND 149) AND ("id") >= ($1) AND ("id") < ($2)
ORDER BY "users"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id" FROM "users"
WHERE NOT ("age" BETWEEN 0 AND 149) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
