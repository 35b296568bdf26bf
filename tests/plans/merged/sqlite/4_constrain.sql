-- colmig 1
-- migration: 20261122064500_users_display_name
-- phase: constrain
-- database: sqlite

-- step: compare_users_display_name
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: first_name, last_name
-- targets: display_name
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL))) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL))) FROM "users"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "first_name", "last_name", "display_name" FROM "users"
WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL)) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "display_name" = (ltrim("first_name" || ' ' || "last_name"))
WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL)) AND NOT ((ltrim("first_name" || ' ' || "last_name")) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "users" SET "display_name" = (ltrim("first_name" || ' ' || "last_name"))
WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL)) AND NOT ((ltrim("first_name" || ' ' || "last_name")) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "users" SET "first_name" = (rtrim(rtrim("display_name", replace("display_name", ' ', '')))), "last_name" = (replace("display_name", rtrim("display_name", replace("display_name", ' ', '')), ''))
WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL)) AND NOT ("display_name" IS NOT (ltrim((rtrim(rtrim("display_name", replace("display_name", ' ', '')))) || ' ' || (replace("display_name", rtrim("display_name", replace("display_name", ' ', '')), ''))))) AND NOT ("display_name" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "users" SET "first_name" = (rtrim(rtrim("display_name", replace("display_name", ' ', '')))), "last_name" = (replace("display_name", rtrim("display_name", replace("display_name", ' ', '')), ''))
WHERE ("display_name" IS NOT (ltrim("first_name" || ' ' || "last_name")) OR ("display_name" IS NULL)) AND NOT ("display_name" IS NOT (ltrim((rtrim(rtrim("display_name", replace("display_name", ' ', '')))) || ' ' || (replace("display_name", rtrim("display_name", replace("display_name", ' ', '')), ''))))) AND NOT ("display_name" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_users_display_name_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_display_name_not_null_update" BEFORE UPDATE OF "display_name" ON "users"
FOR EACH ROW WHEN NOT (NEW."display_name" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.display_name');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_display_name_not_null_update";

-- step: create_colmig_guard_users_display_name_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_display_name_check_insert" BEFORE INSERT ON "users"
FOR EACH ROW WHEN NOT (length(NEW."display_name") > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_display_name_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_display_name_check_insert";

-- step: create_colmig_guard_users_display_name_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_display_name_check_update" BEFORE UPDATE ON "users"
FOR EACH ROW WHEN NOT (length(NEW."display_name") > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: users_display_name_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_display_name_check_update";

-- step: prove_users_display_name_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: users
-- key: id
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "users" SET "id" = "id"
WHERE NOT (length("display_name") > 0) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "users" SET "id" = "id"
WHERE NOT (length("display_name") > 0) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "users" WHERE NOT (length("display_name") > 0) LIMIT $1;
