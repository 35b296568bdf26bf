-- colmig 1
-- migration: 20261122064500_tickets_team_opened_36aa0ce6_idx_and_4_more
-- phase: constrain
-- database: postgres

-- step: create_index_tickets_team_opened_36aa0ce6_idx
-- lock: SHARE UPDATE EXCLUSIVE on "tickets", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_opened_36aa0ce6_idx";
CREATE INDEX CONCURRENTLY "tickets_team_opened_36aa0ce6_idx" ON "tickets" ("team", "opened" DESC NULLS LAST) WHERE ("closed" IS NULL);
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_opened_36aa0ce6_idx";

-- step: create_index_tickets_team_expr_b20855aa_key
-- lock: SHARE UPDATE EXCLUSIVE on "tickets", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_expr_b20855aa_key";
CREATE UNIQUE INDEX CONCURRENTLY "tickets_team_expr_b20855aa_key" ON "tickets" ("team", (lower("title") || 'title'));
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_team_expr_b20855aa_key";

-- step: create_index_tickets_code_7004510e_idx
-- lock: SHARE UPDATE EXCLUSIVE on "tickets", for two scans of the table
-- safe: built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, each has its own built so, and all are attached
-- alone: outside of a transaction
-- cleanup:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_code_7004510e_idx";
CREATE INDEX CONCURRENTLY "tickets_code_7004510e_idx" ON "tickets" USING "btree" ("code" "text_pattern_ops");
-- revert:
--   DROP INDEX CONCURRENTLY IF EXISTS "tickets_code_7004510e_idx";
