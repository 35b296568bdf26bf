SET lock_timeout = '1s';
SET statement_timeout = '5s';
ALTER TABLE users ALTER COLUMN age TYPE bigint;
CREATE TABLE notes (
    id serial PRIMARY KEY,
    written timestamp,
    kind char(3),
    title varchar(80)
);
