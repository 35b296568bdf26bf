-- colmig 1
-- migration: 20261122064500_members_age_check_and_1_more
-- phase: contract
-- database: postgres

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
SELECT "id"::text FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("age" > 0)) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("age" > 0)) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "members"
WHERE NOT ("age" > 0) AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "members"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "members"
WHERE NOT ("age" > 0) AND ("id") >= (CAST($1::text AS bigint))
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
SELECT "id"::text FROM "members" ORDER BY "members"."id" LIMIT 1;
-- statement: boundary
SELECT "id"::text FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT 1 OFFSET $2;
-- statement: count
SELECT count(*), count(*) FILTER (WHERE NOT ("joined" < "left")) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint));
-- statement: count the last
SELECT count(*), count(*) FILTER (WHERE NOT ("joined" < "left")) FROM "members"
WHERE ("id") >= (CAST($1::text AS bigint));
-- statement: resisting
SELECT "id"::text FROM "members"
WHERE NOT ("joined" < "left") AND ("id") >= (CAST($1::text AS bigint)) AND ("id") < (CAST($2::text AS bigint))
ORDER BY "members"."id" LIMIT $3;
-- statement: resisting in the last
SELECT "id"::text FROM "members"
WHERE NOT ("joined" < "left") AND ("id") >= (CAST($1::text AS bigint))
ORDER BY "members"."id" LIMIT $2;

-- step: add_check_members_age_check
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_age_check" CHECK ("age" > 0) NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_age_check";

-- step: validate_check_members_age_check
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_age_check";

-- step: add_check_members_b6533928_check
-- lock: ACCESS EXCLUSIVE on "members", for an instant
-- safe: NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet
ALTER TABLE "members" ADD CONSTRAINT "members_b6533928_check" CHECK ("joined" < "left") NOT VALID;
-- revert:
--   ALTER TABLE "members" DROP CONSTRAINT "members_b6533928_check";

-- step: validate_check_members_b6533928_check
-- lock: SHARE UPDATE EXCLUSIVE on "members", for one scan of the table
-- safe: the scan blocks neither readers nor writers
ALTER TABLE "members" VALIDATE CONSTRAINT "members_b6533928_check";
