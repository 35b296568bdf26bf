//! Tickets, whose types have become others in place.

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "ticket_state", rename_all = "lowercase")]
pub enum State {
    /// Somebody is at it.
    Open,
    /// Somebody will be.
    Held,
    /// Nobody is any more.
    Closed,
}

/// A ticket, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "tickets")]
pub struct Ticket {
    /// The number.
    #[colmig(primary_key)]
    pub id: i64,
    /// By which people call it.
    #[colmig(sql_type(postgres = "varchar(40)", sqlite = "TEXT"), unique)]
    pub code: String,
    /// What it is about.
    pub title: String,
    /// How far it is.
    #[colmig(
        sql_type(postgres = "ticket_state", sqlite = "TEXT"),
        values("open", "held", "closed")
    )]
    pub state: State,
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_tickets";

/// The migration that widens `code` from `varchar(10)` and `title` from `varchar(20)`, and gives
/// `ticket_state` the value `held`.
pub const CHANGE: &str = "20260102000000_type_ticket_state_and_2_more";
