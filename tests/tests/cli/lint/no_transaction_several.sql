-- no-transaction
SET lock_timeout = '1s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_mail ON users (mail);
