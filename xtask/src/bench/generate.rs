//! `cargo xtask bench generate`: the command on a workspace of 1,000 models,
//! one of which has a new field.

use crate::bench::colmig::{Colmig, Profile};
use crate::bench::models::{Derives, Models};
use crate::bench::project::Project;
use crate::bench::samples::Samples;
use crate::cargo::output;
use crate::error::Result;
use crate::report;

const PACKAGES: usize = 10;
const MODELS: usize = 100;
const FIELDS: usize = 8;

/// What `generate --check` says when there is something to generate.
const DRIFT: i32 = 1;

/// The arguments of the benchmark.
#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// How often each command is run
    #[arg(long, default_value_t = 7)]
    rounds: u32,
}

impl Generate {
    pub(super) fn run(&self) -> Result<()> {
        report::status("Building", "cargo-colmig");
        let colmig = Colmig::build(Profile::Release)?;
        let settled = settled(&colmig)?;

        let (mut check, mut generate) = (Samples::default(), Samples::default());
        let mut metadata = Samples::default();
        for round in 1..=self.rounds {
            report::status("Measuring", format!("round {round} of {}", self.rounds));
            let project = settled.copy_to("generate-round")?;
            project.write_lib(&package(0), &source(0, Some("pub more: Option<String>")))?;

            let mut command = colmig.command("generate", &project);
            check.time(|| output(command.arg("--check"), DRIFT))?;
            generate.time(|| output(&mut colmig.command("generate", &project), 0))?;
            let mut command = project.cargo("metadata");
            metadata.time(|| output(command.args(["--format-version=1", "--no-deps"]), 0))?;
        }

        println!(
            "{} models x {FIELDS} fields in {PACKAGES} packages, {} rounds\n",
            PACKAGES * MODELS,
            self.rounds
        );
        println!("{:<26}{}", "", Samples::HEADER);
        println!("{:<26}{check}", "generate --check");
        println!("{:<26}{generate}", "generate");
        println!("{:<26}{metadata}", "cargo metadata --no-deps");
        let share = metadata.median() / generate.median() * 100.0;
        println!("\ncargo metadata / generate: {share:.0} %");
        Ok(())
    }
}

/// A project whose models are all in its first migration.
fn settled(colmig: &Colmig) -> Result<Project> {
    report::status("Creating", format!("{} models", PACKAGES * MODELS));
    let packages: Vec<String> = (0..PACKAGES).map(package).collect();
    let project = Project::create("generate", &packages)?;
    for (number, package) in packages.iter().enumerate() {
        project.write_lib(package, &source(number, None))?;
    }
    colmig.set_up(&project)?;
    Ok(project)
}

fn package(number: usize) -> String {
    format!("models_{number}")
}

fn source(package: usize, extra: Option<&str>) -> String {
    let models = Models {
        first: package * MODELS,
        count: MODELS,
        fields: FIELDS,
    };
    models.source(Derives::Model, extra)
}
