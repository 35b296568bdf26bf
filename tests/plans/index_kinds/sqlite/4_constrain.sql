-- colmig 1
-- migration: 20261122064500_tickets_team_opened_36aa0ce6_idx_and_4_more
-- phase: constrain
-- database: sqlite

-- step: create_index_tickets_team_opened_36aa0ce6_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "tickets_team_opened_36aa0ce6_idx" ON "tickets" ("team", "opened" DESC) WHERE ("closed" IS NULL);
-- revert:
--   DROP INDEX "tickets_team_opened_36aa0ce6_idx";

-- step: create_index_tickets_team_expr_b20855aa_key
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE UNIQUE INDEX "tickets_team_expr_b20855aa_key" ON "tickets" ("team", (lower("title") || 'title'));
-- revert:
--   DROP INDEX "tickets_team_expr_b20855aa_key";

-- step: create_index_tickets_code_7004510e_idx
-- lock: the database's write lock, for one scan of the table: SQLite cannot build an index beside writers
-- safe: readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)
CREATE INDEX "tickets_code_7004510e_idx" ON "tickets" ("code");
-- revert:
--   DROP INDEX "tickets_code_7004510e_idx";
