-- What the way there brought goes again: that is what it is for.
SET lock_timeout = '1s';
SET statement_timeout = '5s';
ALTER TABLE users DROP COLUMN nick;
