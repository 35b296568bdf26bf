-- colmig 1
-- migration: 20261122064500_users_birthday
-- phase: constrain
-- database: sqlite

-- step: compare_users_birthday
-- lock: that of a reader on "users", for one range at a time
-- safe: it reads, and a range is read in one state of the table, so that what differs did not just change; what mends is sent by `verify --repair` alone
-- compare: users
-- key: id
-- legacy: born
-- targets: birthday
-- statement: first
SELECT "id" FROM "users" ORDER BY "users"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "users"
WHERE ("id") >= ($1)
ORDER BY "users"."id" LIMIT 1 OFFSET $2;
-- statement: compare
SELECT count(*), count(*) FILTER (WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL))) FROM "users"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: compare the last
SELECT count(*), count(*) FILTER (WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL))) FROM "users"
WHERE ("id") >= ($1);
-- statement: differing
SELECT "id", "born", "birthday" FROM "users"
WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL)) AND ("id") >= ($1)
ORDER BY "users"."id" LIMIT $2;
-- statement: mend from legacy
UPDATE "users" SET "birthday" = (date("born"))
WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL)) AND NOT ((date("born")) IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from legacy
UPDATE "users" SET "birthday" = (date("born"))
WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL)) AND NOT ((date("born")) IS NULL) AND ("id") >= ($1);
-- statement: mend from target
UPDATE "users" SET "born" = ("birthday")
WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL)) AND NOT ("birthday" IS NOT (date("birthday"))) AND NOT ("birthday" IS NULL) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: mend the last from target
UPDATE "users" SET "born" = ("birthday")
WHERE ("birthday" IS NOT (date("born")) OR ("birthday" IS NULL)) AND NOT ("birthday" IS NOT (date("birthday"))) AND NOT ("birthday" IS NULL) AND ("id") >= ($1);

-- step: create_colmig_guard_users_birthday_not_null_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_users_birthday_not_null_update" BEFORE UPDATE OF "birthday" ON "users"
FOR EACH ROW WHEN NOT (NEW."birthday" IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.birthday');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_users_birthday_not_null_update";
