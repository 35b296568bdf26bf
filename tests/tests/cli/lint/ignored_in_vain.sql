SET lock_timeout = '1s';
SET statement_timeout = '5s';
-- colmig-ignore: ban-drop-colum
ALTER TABLE users DROP COLUMN nick;
-- colmig-ignore: ban-drop-table
SELECT 1;
