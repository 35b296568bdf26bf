-- colmig 1
-- migration: 20260102000000_replace
-- phase: switch-reads
-- database: mariadb

-- step: set_default_people_nick
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ALTER COLUMN `nick` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` ALTER COLUMN `nick` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_people_age
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ALTER COLUMN `age` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` ALTER COLUMN `age` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_people_name
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ALTER COLUMN `name` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` ALTER COLUMN `name` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_people_street
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ALTER COLUMN `street` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` ALTER COLUMN `street` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_people_town
-- lock: an exclusive metadata lock on `people`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `people` ALTER COLUMN `town` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `people` ALTER COLUMN `town` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;
