//! `cargo colmig expand`: the code that the derive writes for a model.

use colmig_schema::expand::{self, Source};
use proc_macro2::TokenStream;
use serde::Serialize;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::discover::{self, Discovered, Models};
use crate::error::{Error, Problem, Result};
use crate::exit_code::ExitCode;
use crate::history::History;
use crate::project::Project;
use crate::report::Report;

/// Print the code that the derive generates for a model
///
/// It is what the next build compiles, for the snapshot as it is: where the struct and the
/// snapshot differ, the code says so.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help("the code is printed", None, false))]
pub(crate) struct Expand {
    /// The model: the name of its struct, or its table
    #[arg(value_name = "MODEL")]
    model: String,

    #[command(flatten)]
    common: Common,
}

/// The code, for programs.
#[derive(Serialize)]
struct Expanded<'a> {
    model: &'a str,
    table: &'a str,
    place: String,
    code: &'a str,
}

impl Verb for Expand {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let project = Project::open(self.common.manifest_path.as_deref())?;
        let snapshot = History::read(&project)?.snapshot;
        let models = discover::models(&project.packages()?, report)?;
        let found = self.choose(&models)?;
        let (name, table) = (&found.model.name, &found.model.table);
        let unusable = |why: &dyn std::fmt::Display| {
            Problem::error(format!("the code of `{name}` cannot be shown")).note(why)
        };
        let record = snapshot
            .record(table, &project.config.databases)
            .map_err(|error| unusable(&error))?;
        let Some(record) = record else {
            return Err(Problem::error(format!("`{name}` is in no migration"))
                .at(found.place.clone())
                .help("run `cargo colmig generate`")
                .into());
        };
        let source: TokenStream = found.source().parse().map_err(|error| unusable(&error))?;
        let code = expand::model(source, |_| Source::Compared(record), expand::lex);
        let code = syn::parse2(code).map_err(|error| unusable(&error))?;
        let code = prettyplease::unparse(&code);
        if self.wants_json() {
            report.json(&Expanded {
                model: name,
                table,
                place: found.place.to_string(),
                code: &code,
            });
        } else {
            report.data(code.trim_end());
        }
        Ok(ExitCode::Done)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Expand {
    /// The only model of that name or table.
    fn choose<'a>(&self, models: &'a Models) -> Result<&'a Discovered> {
        let wanted = self.model.as_str();
        if let Some(found) = models.iter().find(|found| found.model.table == wanted) {
            return Ok(found);
        }
        let named: Vec<&Discovered> = models
            .iter()
            .filter(|found| found.model.name == wanted)
            .collect();
        match named.as_slice() {
            [only] => Ok(only),
            [] => {
                let known: Vec<&str> = models
                    .iter()
                    .map(|found| found.model.name.as_str())
                    .collect();
                let problem = Problem::error(format!("there is no model `{wanted}`"));
                Err(
                    match colmig_schema::nearest(wanted, known.iter().copied()) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem
                            .help("name a struct with `#[derive(colmig::Model)]`, or its table"),
                    }
                    .into(),
                )
            }
            several => Err(Error::wrong(several.iter().map(|found| {
                Problem::error(format!("`{wanted}` is the name of several models"))
                    .at(found.place.clone())
                    .help(format!(
                        "name its table: `cargo colmig expand {}`",
                        found.model.table
                    ))
            }))),
        }
    }
}
