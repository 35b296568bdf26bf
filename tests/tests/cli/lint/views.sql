SET lock_timeout = '1s';
SET statement_timeout = '5s';
CREATE VIEW active AS SELECT * FROM users WHERE active;
INSERT INTO old_users SELECT u.* FROM users u;
CREATE VIEW counted AS SELECT count(*) AS users FROM users;
