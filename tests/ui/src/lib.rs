//! What the compiler says: structs and queries in `pass/` and `fail/`, compiled by the test.
