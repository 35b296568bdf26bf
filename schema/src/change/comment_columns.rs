//! What the database says of columns, for people who look at it without the sources.

use crate::capability::CommentForm;
use crate::model::Column;
use crate::step::{Action, Comment, PlannedStep};
use crate::{Database, Phase, Sql};

use super::{Change, Flights, Refusal, of_tables};

/// Comments of columns of one table that come, go, or become others.
#[derive(Clone, Debug)]
pub struct CommentColumns {
    table: String,
    comments: Vec<Comment>,
}

impl CommentColumns {
    /// The columns whose comments differ, each as it is and as it will be.
    pub fn new<'a>(
        table: String,
        columns: impl IntoIterator<Item = (&'a Column, &'a Column)>,
    ) -> Self {
        let comments = columns.into_iter().map(|(before, after)| Comment {
            column: after.name.clone(),
            text: after.comment.clone(),
            before: before.comment.clone(),
        });
        CommentColumns {
            table,
            comments: comments.collect(),
        }
    }
}

/// The comment of a column that comes, right behind it; nothing where it has none, or the
/// database keeps none.
pub(super) fn of_new(table: &str, column: &Column, database: Sql) -> Option<PlannedStep> {
    let comment = Comment {
        column: column.name.clone(),
        text: Some(column.comment.clone()?),
        before: None,
    };
    step(table, &[comment], database)
}

fn step(table: &str, comments: &[Comment], database: Sql) -> Option<PlannedStep> {
    let keeps = database.capabilities().comment == CommentForm::OnColumn;
    keeps.then(|| PlannedStep {
        phase: Phase::Expand,
        action: Action::CommentColumns {
            table: table.to_owned(),
            comments: comments.to_vec(),
        },
    })
}

impl Change for CommentColumns {
    fn kind(&self) -> &'static str {
        "comment_columns"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        let names = self.comments.iter();
        let names: Vec<String> = names
            .map(|comment| format!("`{}`", comment.column))
            .collect();
        format!("comment on {} of `{}`", names.join(", "), self.table)
    }

    fn slug(&self) -> String {
        format!("{}_comments", self.table)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let step = step(&self.table, &self.comments, database);
        Ok(step.into_iter().collect())
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
