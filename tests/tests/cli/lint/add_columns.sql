SET lock_timeout = '1s';
SET statement_timeout = '5s';
-- Every row has to have it at once.
ALTER TABLE users ADD COLUMN nick text NOT NULL;
-- Evaluated for each row: the table is rewritten under the lock.
ALTER TABLE users ADD COLUMN seen timestamptz DEFAULT clock_timestamp();
ALTER TABLE users ALTER COLUMN mail SET NOT NULL;
