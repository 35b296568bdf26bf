//! The ways to a required column whose value is computed, with a value in each row.
//!
//! All of them end with the same table. Only colmig's first one holds in between what the model
//! says of rows that others insert; the live traffic inserts none.

use std::process::Stdio;

use colmig::migrate::Settings;
use tokio::process::Command;

use crate::Result;
use crate::connection::Connection;
use crate::course::Course;
use crate::engine;
use crate::place::Place;
use crate::project::{Project, TABLE, TARGET, rule};

/// The tool of Percona's.
const TOOL: &str = "pt-online-schema-change";

/// The type of the column, as a migration has it.
const TYPE: &str = "varchar(255)";

/// One way.
#[derive(Debug)]
pub(crate) enum Way {
    /// The migration that was generated, through its six phases.
    Colmig(Box<Settings>),
    /// The tool adds the column with a default, one UPDATE computes it, and the default goes in
    /// an instant: one copy of the table.
    Osc,
    /// The tool adds the column, one UPDATE computes it, the tool makes it required: two copies,
    /// and no moment at which a row that is not computed looks as if it was.
    OscTwice,
    /// What people type: the server chooses how.
    Plain,
}

impl Way {
    /// Those that are not colmig's, whose names say its settings.
    pub(crate) fn of_name(name: &str) -> Option<Way> {
        Some(match name {
            "pt-osc" => Way::Osc,
            "pt-osc-twice" => Way::OscTwice,
            "plain" => Way::Plain,
            _ => return None,
        })
    }

    /// Goes it to its end.
    pub(crate) async fn go(&self, place: &Place, project: &Project, course: &Course) -> Result<()> {
        let url = place.url();
        if let Way::Colmig(settings) = self {
            return engine::rollout(&url, project, settings, course).await;
        }
        let mut by_hand = Connection::open(&url, "by hand").await?;
        course.begin();
        course.enter("add");
        let add = format!("ADD COLUMN {TARGET} {TYPE}");
        match self {
            Way::Osc => tool(&url, &format!("{add} NOT NULL DEFAULT ''")).await?,
            Way::OscTwice => tool(&url, &add).await?,
            _ => {
                let sql = format!("ALTER TABLE {TABLE} {add}");
                by_hand.execute(&sql).await?;
            }
        }
        course.enter("update");
        let update = format!("UPDATE {TABLE} SET {TARGET} = {}", rule(place.database));
        by_hand.execute(&update).await?;
        course.enter("require");
        let require = format!("MODIFY COLUMN {TARGET} {TYPE} NOT NULL");
        match self {
            Way::OscTwice => tool(&url, &require).await?,
            Way::Osc => {
                let sql = format!("ALTER TABLE {TABLE} ALTER COLUMN {TARGET} DROP DEFAULT");
                by_hand.execute(&sql).await?;
            }
            _ => {
                let sql = format!("ALTER TABLE {TABLE} {require}");
                by_hand.execute(&sql).await?;
            }
        }
        by_hand.close().await
    }
}

/// One change of the table by the tool, with its own defaults.
async fn tool(url: &str, alter: &str) -> Result<()> {
    let mut command = Command::new(TOOL);
    command
        .args(["--alter", alter, "--execute", "--no-version-check"])
        .arg(dsn(url)?)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command.output().await.map_err(|error| {
        format!("`{TOOL}` cannot be started: {error} (Debian's package is `percona-toolkit`)")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{TOOL} --alter \"{alter}\"` failed ({}):\n{words}",
        output.status
    )
    .into())
}

/// The address of the table, in the words of the tool.
fn dsn(url: &str) -> Result<String> {
    let parts = || {
        let (_, rest) = url.split_once("://")?;
        let (user, rest) = rest.split_once('@')?;
        let (host, database) = rest.split_once('/')?;
        let (host, port) = host.split_once(':')?;
        Some(format!("h={host},P={port},u={user},D={database},t={TABLE}"))
    };
    parts().ok_or_else(|| format!("`{url}` is not `mysql://USER@HOST:PORT/DATABASE`").into())
}

#[cfg(test)]
mod tests {
    use super::dsn;

    #[test]
    fn an_address_is_said_in_the_words_of_the_tool() {
        assert_eq!(
            dsn("mysql://root@127.0.0.1:3307/app").unwrap(),
            "h=127.0.0.1,P=3307,u=root,D=app,t=customers"
        );
        assert!(dsn("mysql://localhost/app").is_err());
    }
}
