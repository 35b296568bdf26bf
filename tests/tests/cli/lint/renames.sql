SET lock_timeout = '1s';
SET statement_timeout = '5s';
ALTER TABLE users RENAME COLUMN name TO full_name;
ALTER TABLE users RENAME TO people;
