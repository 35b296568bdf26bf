-- colmig 1
-- migration: 20261122064500_members_age_check_and_1_more
-- phase: contract
-- database: sqlite

-- step: check_rows_members_age_check
-- lock: that of a reader on "members", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: id
-- constraint: members_age_check
-- rule: check
-- columns: age
-- says: "age" > 0
-- statement: first
SELECT "id" FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "members"
WHERE ("id") >= ($1)
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("age" > 0)) FROM "members"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("age" > 0)) FROM "members"
WHERE ("id") >= ($1);
-- statement: resisting
SELECT "id" FROM "members"
WHERE NOT ("age" > 0) AND ("id") >= ($1) AND ("id") < ($2)
ORDER BY "members"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id" FROM "members"
WHERE NOT ("age" > 0) AND ("id") >= ($1)
ORDER BY "members"."id" LIMIT $2;

-- step: check_rows_members_b6533928_check
-- lock: that of a reader on "members", for one range at a time
-- safe: it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, counted and named, while everything keeps working
-- check rows: members
-- key: id
-- constraint: members_b6533928_check
-- rule: check
-- columns: joined, left
-- says: "joined" < "left"
-- statement: first
SELECT "id" FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "members"
WHERE ("id") >= ($1)
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("joined" < "left")) FROM "members"
WHERE ("id") >= ($1) AND ("id") < ($2);
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("joined" < "left")) FROM "members"
WHERE ("id") >= ($1);
-- statement: resisting
SELECT "id" FROM "members"
WHERE NOT ("joined" < "left") AND ("id") >= ($1) AND ("id") < ($2)
ORDER BY "members"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id" FROM "members"
WHERE NOT ("joined" < "left") AND ("id") >= ($1)
ORDER BY "members"."id" LIMIT $2;

-- step: create_colmig_guard_members_age_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_age_check_insert" BEFORE INSERT ON "members"
FOR EACH ROW WHEN NOT (NEW."age" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: members_age_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_age_check_insert";

-- step: create_colmig_guard_members_age_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_age_check_update" BEFORE UPDATE ON "members"
FOR EACH ROW WHEN NOT (NEW."age" > 0)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: members_age_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_age_check_update";

-- step: prove_members_age_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: members
-- key: id
-- statement: first
SELECT "id" FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "members"
WHERE ("id") >= ($1)
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "members" SET "id" = "id"
WHERE NOT ("age" > 0) AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "members" SET "id" = "id"
WHERE NOT ("age" > 0) AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "members" WHERE NOT ("age" > 0) LIMIT $1;

-- step: create_colmig_guard_members_b6533928_check_insert
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_b6533928_check_insert" BEFORE INSERT ON "members"
FOR EACH ROW WHEN NOT (NEW."joined" < NEW."left")
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: members_b6533928_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_b6533928_check_insert";

-- step: create_colmig_guard_members_b6533928_check_update
-- lock: the database's write lock, for an instant
-- safe: SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words
CREATE TRIGGER "colmig_guard_members_b6533928_check_update" BEFORE UPDATE ON "members"
FOR EACH ROW WHEN NOT (NEW."joined" < NEW."left")
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: members_b6533928_check');
END;
-- revert:
--   DROP TRIGGER "colmig_guard_members_b6533928_check_update";

-- step: prove_members_b6533928_check
-- lock: the database's write lock, for one batch at a time
-- safe: batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched
-- backfill: members
-- key: id
-- statement: first
SELECT "id" FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id" FROM "members"
WHERE ("id") >= ($1)
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: batch
UPDATE "members" SET "id" = "id"
WHERE NOT ("joined" < "left") AND ("id") >= ($1) AND ("id") < ($2);
-- statement: last
UPDATE "members" SET "id" = "id"
WHERE NOT ("joined" < "left") AND ("id") >= ($1);
-- statement: pending
SELECT "id" FROM "members" WHERE NOT ("joined" < "left") LIMIT $1;
