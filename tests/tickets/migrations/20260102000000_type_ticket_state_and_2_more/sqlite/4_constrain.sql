-- colmig 1
-- migration: 20260102000000_type_ticket_state_and_2_more
-- phase: constrain
-- database: sqlite

-- Nothing to do in this phase.
