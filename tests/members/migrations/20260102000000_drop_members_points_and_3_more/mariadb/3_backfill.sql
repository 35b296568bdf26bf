-- colmig 1
-- migration: 20260102000000_drop_members_points_and_3_more
-- phase: backfill
-- database: mariadb

-- Nothing to do in this phase.
