//! The accessors of documents, on a real server: every accessor in every stage, searches, leases and
//! transactions. The structs are derived by hand here, and what an executor would publish is written
//! by hand.

#![cfg(feature = "mongodb")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

/// By this name the tests on this database are chosen.
mod mongodb {
    mod bags;
    mod conversions;
    mod fills;
    mod fixture;
    mod fleet;
    mod in_rust;
    mod searches;
    mod shadows;
    mod stages;
    mod transactions;
    mod versions;
    mod writes;
}
