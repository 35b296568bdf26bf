//! `cargo xtask bench derive`: what a model costs each `cargo check`.
//!
//! Three packages that differ only in what their structs derive are checked in
//! turn, so that a busy moment of the machine falls on all of them. What a
//! derive costs is what its package takes longer than the baseline.

use std::fs::File;
use std::time::SystemTime;

use crate::bench::colmig::{Colmig, Profile};
use crate::bench::models::{Derives, Models};
use crate::bench::project::Project;
use crate::bench::samples::Samples;
use crate::cargo::{output, target_dir};
use crate::error::{Error, Result};
use crate::report;

/// The arguments of the benchmark.
#[derive(Debug, clap::Args)]
pub(crate) struct Derive {
    /// How often each package is checked
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// How many structs each package has
    #[arg(long, default_value_t = 100)]
    structs: usize,

    /// How many fields each struct has
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..))]
    fields: u8,
}

const PACKAGES: [(&str, Derives); 3] = [
    ("baseline", Derives::Baseline),
    ("from_row", Derives::FromRow),
    ("model", Derives::Model),
];

/// Each package loads both crates, so that their metadata, which is read once
/// however many structs there are, counts for none of the derives.
const LOADED: &str = "\nuse {colmig as _, sqlx as _};\n";

impl Derive {
    pub(super) fn run(&self) -> Result<()> {
        let project = self.create()?;
        report::status("Warming", "the dependencies and every package");
        for (package, _) in PACKAGES {
            check(&project, package)?;
        }

        let mut samples = PACKAGES.map(|_| Samples::default());
        let mut ratios = Samples::default();
        for round in 1..=self.rounds {
            report::status("Measuring", format!("round {round} of {}", self.rounds));
            let mut times = [0.0; PACKAGES.len()];
            // Another one is first in each round, so that a machine which grows slower or
            // faster is no advantage to any.
            for place in 0..PACKAGES.len() {
                let at = (round as usize + place) % PACKAGES.len();
                let (package, _) = PACKAGES[at];
                touch(&project, package)?;
                times[at] = samples[at].time(|| check(&project, package))?;
            }
            let [baseline, from_row, model] = times;
            ratios.push((model - baseline) / (from_row - baseline));
        }
        self.print(&samples, &ratios);
        Ok(())
    }

    fn create(&self) -> Result<Project> {
        report::status(
            "Creating",
            format!("3 packages of {} structs", self.structs),
        );
        let project = Project::create("derive", &PACKAGES.map(|(package, _)| package))?;
        let models = Models {
            first: 0,
            count: self.structs,
            fields: self.fields.into(),
        };
        for (package, derives) in PACKAGES {
            project.write_lib(package, &(models.source(derives, None) + LOADED))?;
        }
        Colmig::build(Profile::Dev)?.set_up(&project)?;
        Ok(project)
    }

    fn print(&self, samples: &[Samples; PACKAGES.len()], ratios: &Samples) {
        let [baseline, ..] = samples;
        // The number of structs is small enough for a float to be exact.
        let cost = |samples: &Samples| {
            (samples.median() - baseline.median()) * 1000.0 / self.structs as f64
        };
        println!(
            "`cargo check` after a touch: {} structs x {} fields, {} rounds\n",
            self.structs, self.fields, self.rounds
        );
        println!("{:<10}{}{:>14}", "", Samples::HEADER, "a struct");
        for ((package, _), samples) in PACKAGES.iter().zip(samples) {
            println!("{package:<10}{samples}{:>11.2} ms", cost(samples));
        }
        let [low, high] = ratios.middle_half();
        println!(
            "\nmodel / from_row: {:.2}, round by round; {low:.2} to {high:.2} in the middle half of the rounds",
            ratios.median()
        );
    }
}

fn check(project: &Project, package: &str) -> Result<()> {
    let mut check = project.cargo("check");
    check.args(["--quiet", "--package", package]);
    // Kept when the packages are made anew, so that sqlx is compiled once.
    check
        .arg("--target-dir")
        .arg(target_dir().join("bench/target"));
    output(&mut check, 0).map(drop)
}

fn touch(project: &Project, package: &str) -> Result<()> {
    let path = project.lib(package);
    File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .map_err(Error::io("touch", &path))
}
