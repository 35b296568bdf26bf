//! Accounts, whose numbers have become greater, with all that refers to them.

/// An account.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "accounts")]
pub struct Account {
    /// The number.
    #[colmig(primary_key, column = "id_2", replaces = "id")]
    pub id: i64,
    /// Whose it is.
    pub owner: String,
    /// The account that it belongs to.
    #[colmig(
        column = "parent_2",
        replaces = "parent",
        references = "accounts(id_2)"
    )]
    pub parent: Option<i64>,
}

/// A transfer, which the database counts.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "transfers")]
pub struct Transfer {
    /// The number.
    #[colmig(primary_key, column = "id_2", replaces = "id")]
    pub id: i64,
    /// Whose it is.
    #[colmig(
        column = "account_2",
        replaces = "account",
        references = "accounts(id_2)",
        index
    )]
    pub account: i64,
    /// How much.
    pub amount: i64,
}

/// A note on an account: a part of its key refers to the other key.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "notes", primary_key(account, number))]
pub struct Note {
    /// On which.
    #[colmig(
        column = "account_2",
        replaces = "account",
        references = "accounts(id_2)"
    )]
    pub account: i64,
    /// The how manieth.
    pub number: i32,
    /// What is noted.
    pub text: String,
}

/// A visit of somebody to whom an account belongs. It keeps its type for now.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "visits")]
pub struct Visit {
    /// The number.
    #[colmig(primary_key)]
    pub id: i64,
    /// Whose it is.
    #[colmig(references = "accounts(id_2)")]
    pub account: i32,
}

/// The migration that creates the tables as the build before knows them.
pub const CREATE: &str = "20260101000000_create";

/// The migration that replaces the keys.
pub const REPLACE: &str = "20260102000000_keys";
