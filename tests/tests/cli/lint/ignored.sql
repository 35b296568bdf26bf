SET lock_timeout = '1s';
SET statement_timeout = '5s';
-- squawk-ignore ban-drop-column
ALTER TABLE users DROP COLUMN nick;
-- colmig-ignore: ban-drop-table -- nobody has read it since March
DROP TABLE orders;
CREATE VIEW active AS SELECT * FROM users; -- colmig-ignore: wildcard-query
