-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_mail ON users (mail);
