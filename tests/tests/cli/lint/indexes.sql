SET lock_timeout = '1s';
SET statement_timeout = '5s';
CREATE INDEX users_mail ON users (mail);
DROP INDEX users_name;
ALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE (mail);
