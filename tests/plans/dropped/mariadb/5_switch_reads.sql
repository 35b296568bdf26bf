-- colmig 1
-- migration: 20261122064500_drop_members_points_and_5_more
-- phase: switch-reads
-- database: mariadb

-- step: set_default_members_points
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `members` ALTER COLUMN `points` SET DEFAULT (0), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `members` ALTER COLUMN `points` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_members_badge
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `members` ALTER COLUMN `badge` SET DEFAULT (''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `members` ALTER COLUMN `badge` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_members_active
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `members` ALTER COLUMN `active` SET DEFAULT (0), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `members` ALTER COLUMN `active` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;

-- step: set_default_members_portrait
-- lock: an exclusive metadata lock on `members`, for an instant
-- safe: a default that is set later holds for new rows only: no row is read or rewritten
-- one by one: each statement commits by itself
ALTER TABLE `members` ALTER COLUMN `portrait` SET DEFAULT (x''), ALGORITHM=INSTANT, LOCK=NONE;
-- revert:
--   ALTER TABLE `members` ALTER COLUMN `portrait` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE;
