SET lock_timeout = '1s';
SET statement_timeout = '5s';
ALTER TABLE users DROP COLUMN nick;
DROP TABLE orders;
