//! Accounts, as they were before their numbers ran out.

/// An account.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "accounts")]
pub struct Account {
    /// The number.
    #[colmig(primary_key)]
    pub id: i32,
    /// Whose it is.
    pub owner: String,
    /// The account that it belongs to.
    #[colmig(references = "accounts(id)")]
    pub parent: Option<i32>,
}

/// A transfer, which the database counts.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "transfers")]
pub struct Transfer {
    /// The number.
    #[colmig(primary_key)]
    pub id: i32,
    /// Whose it is.
    #[colmig(references = "accounts(id)", index)]
    pub account: i32,
    /// How much.
    pub amount: i64,
}

/// A note on an account.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "notes", primary_key(account, number))]
pub struct Note {
    /// On which.
    #[colmig(references = "accounts(id)")]
    pub account: i32,
    /// The how manieth.
    pub number: i32,
    /// What is noted.
    pub text: String,
}

/// A visit of somebody to whom an account belongs.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "visits")]
pub struct Visit {
    /// The number.
    #[colmig(primary_key)]
    pub id: i64,
    /// Whose it is.
    #[colmig(references = "accounts(id)")]
    pub account: i32,
}
