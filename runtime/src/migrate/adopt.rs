//! The baseline: tables that were there before colmig are not created a second time.
//!
//! Which tables a database has is asked on each database anew, so the same files serve the one
//! that was taken over, its copies, and a new one. Either all of them are there, or none:
//! anything between is a database that nobody has brought to where the others are.

use colmig_schema::Database;
use colmig_schema::Phase;
use colmig_schema::render::Ident;
use colmig_schema::script::Step;

use super::error::{Error, Place};
use super::load::Migration;
use super::session::{Halt, Session, ask, bookkeeping};

impl Session<'_> {
    /// Refuses a baseline on a database that has some of its tables and lacks others.
    pub(super) async fn refuse_half(&mut self, migration: &Migration) -> Result<(), Halt> {
        let place = bookkeeping(migration, Phase::Expand);
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for table in migration.adopts() {
            match self.has_table(&place, table).await? {
                true => there.push(table.to_owned()),
                false => missing.push(table.to_owned()),
            }
        }
        if there.is_empty() || missing.is_empty() {
            return Ok(());
        }
        Err(Error::HalfThere {
            migration: migration.id().to_owned(),
            there,
            missing,
        }
        .into())
    }

    /// Whether a step would create a table that is there before it.
    pub(super) async fn is_there(&mut self, place: &Place, step: &Step) -> Result<bool, Halt> {
        match step.adopts() {
            Some(table) => self.has_table(place, table).await,
            None => Ok(false),
        }
    }

    async fn has_table(&mut self, place: &Place, table: &str) -> Result<bool, Halt> {
        let name = match self.connector.database() {
            // Found as a statement would find it, which quotes the name.
            Database::Postgres => Ident(table).to_string(),
            _ => table.to_owned(),
        };
        let words = self.driver.dialect().words;
        let statement = words.map_or("listCollections", |words| words.find_table);
        ask!(self, place, statement, self.driver.is_there(&name))
    }
}
