//! Finding the models of a workspace without building it: cargo says which packages and
//! targets there are, and their sources are read along `mod`s, as the compiler does.
//!
//! What a macro writes is not seen, for only a build expands macros.

mod cfg;
mod modules;
mod scan;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::thread;

use colmig_schema::Model;
use colmig_schema::change::Refusal;
use colmig_schema::diff::name_constraints;
use colmig_schema::parse::STACK;
use colmig_schema::snapshot::{Entry, Snapshot};

use crate::error::{Error, Level, Place, Problem, Result};
use crate::project::Package;
use crate::report::Report;

pub(crate) use cfg::is_never_compiled;
pub(crate) use scan::{Look, Source, attributes};

/// A model, and where it stands.
#[derive(Debug)]
pub(crate) struct Discovered {
    /// The package, as the snapshot names it.
    pub(crate) package: String,
    /// The name of the struct.
    pub(crate) place: Place,
    /// The whole struct, as bytes of the file.
    pub(crate) item: Range<usize>,
    /// The fields, by column.
    pub(crate) columns: Vec<(String, Place)>,
    /// What it says.
    pub(crate) model: Model,
}

/// What one package holds.
#[derive(Debug, Default)]
struct Scanned {
    models: Vec<Discovered>,
    problems: Vec<Problem>,
}

/// The models of a project, by table.
#[derive(Debug)]
pub(crate) struct Models(BTreeMap<String, Discovered>);

/// Reads the models of all packages. Warnings are told at once.
///
/// # Errors
/// Everything that keeps a model from being read.
pub(crate) fn models(packages: &[Package], report: Report) -> Result<Models> {
    read::<()>(packages, &Texts::new(), Some(report)).map(|(models, _)| models)
}

/// The same, and what somebody looks for in the files beside models, package by package.
///
/// # Errors
/// Everything that keeps a model from being read.
pub(crate) fn models_and<L: Look>(
    packages: &[Package],
    report: Report,
) -> Result<(Models, Vec<L>)> {
    read(packages, &Texts::new(), Some(report))
}

/// Files that are taken to read otherwise than they do, by their canonical path.
pub(crate) type Texts = BTreeMap<PathBuf, String>;

/// Reads the models again, as they will be once these files are written. Warnings were told
/// the first time.
///
/// # Errors
/// Everything that keeps a model from being read.
pub(crate) fn models_after(packages: &[Package], texts: &Texts) -> Result<Models> {
    read::<()>(packages, texts, None).map(|(models, _)| models)
}

fn read<L: Look>(
    packages: &[Package],
    texts: &Texts,
    report: Option<Report>,
) -> Result<(Models, Vec<L>)> {
    let mut models = BTreeMap::new();
    let mut looks = Vec::new();
    let mut problems = Vec::new();
    for (scanned, look) in scan_all(packages, texts) {
        looks.push(look);
        problems.extend(scanned.problems);
        for model in scanned.models {
            if let Some(twin) = twin(&mut models, model) {
                problems.push(twin);
            }
        }
    }
    let (errors, warnings): (Vec<Problem>, _) = problems
        .into_iter()
        .partition(|problem| problem.level == Level::Error);
    if let Some(report) = report {
        warnings.iter().for_each(|warning| report.problem(warning));
    }
    if errors.is_empty() {
        Ok((Models(models), looks))
    } else {
        Err(Error::wrong(errors))
    }
}

/// Takes the model in; tells of another one that has its table.
fn twin(models: &mut BTreeMap<String, Discovered>, model: Discovered) -> Option<Problem> {
    let table = model.model.table.clone();
    let Some(first) = models.get(&table) else {
        models.insert(table, model);
        return None;
    };
    let problem = Problem::error(format!("two models have the table `{table}`"));
    Some(if first.place == model.place {
        problem
            .at(model.place)
            .note(format!(
                "the file belongs to two packages: `{}` and `{}`",
                first.package, model.package
            ))
            .help("let one package own the file, and the other depend on it")
    } else {
        problem
            .at(model.place)
            .related(first.place.clone(), "the other one")
            .help("give one of them another table, or remove it")
    })
}

/// Scans the packages on every core. The result is in their order.
fn scan_all<L: Look>(packages: &[Package], texts: &Texts) -> Vec<(Scanned, L)> {
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(packages.len().max(1));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut scanned: Vec<(usize, (Scanned, L))> = thread::scope(|scope| {
        let worker = || {
            let mut mine = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(package) = packages.get(at) else {
                    return mine;
                };
                let mut look = L::default();
                let scanned = scan::scan(package, texts, &mut look);
                mine.push((at, (scanned, look)));
            }
        };
        // syn calls itself for what is nested, so nobody reads on a stack of the usual size.
        let on_stack = || {
            let builder = thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, worker)
        };
        let others: Vec<_> = (0..workers).filter_map(|_| on_stack().ok()).collect();
        // Where there is room for no thread, this one does what is left.
        let mut all = match others.is_empty() {
            true => worker(),
            false => Vec::new(),
        };
        for other in others {
            match other.join() {
                Ok(mine) => all.extend(mine),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    scanned.sort_by_key(|(at, _)| *at);
    scanned.into_iter().map(|(_, scanned)| scanned).collect()
}

impl Discovered {
    /// The text of the struct, with its attributes.
    pub(crate) fn source(&self) -> &str {
        self.place.source.get(self.item.clone()).unwrap_or_default()
    }
}

impl Models {
    /// The models as the snapshot holds them.
    pub(crate) fn entries(&self) -> BTreeMap<String, Entry> {
        let entry = |found: &Discovered| Entry {
            package: found.package.clone(),
            model: found.model.clone(),
        };
        self.0
            .iter()
            .map(|(table, found)| (table.clone(), entry(found)))
            .collect()
    }

    /// The model of a table.
    pub(crate) fn of(&self, table: &str) -> Option<&Discovered> {
        self.0.get(table)
    }

    /// Gives checks and foreign keys the names by which the databases of the project know them.
    pub(crate) fn name_constraints(&mut self, snapshot: &Snapshot) {
        let models = self.0.iter();
        let mut named = models
            .map(|(table, found)| (table.clone(), found.model.clone()))
            .collect();
        name_constraints(snapshot, &mut named);
        for (table, model) in named {
            if let Some(found) = self.0.get_mut(&table) {
                found.model = model;
            }
        }
    }

    /// The models, in the order of their tables.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Discovered> {
        self.0.values()
    }

    /// A refusal, with the place of the field or the struct that it is about.
    pub(crate) fn locate(&self, refusal: Refusal) -> Problem {
        let table = refusal.table.as_deref();
        let place = table.and_then(|table| self.place(table, refusal.column.as_deref()));
        let problem = Problem::from(refusal);
        Problem { place, ..problem }
    }

    /// Where the field of a column stands, or else the struct.
    pub(crate) fn place(&self, table: &str, column: Option<&str>) -> Option<Place> {
        let model = self.0.get(table)?;
        let named = |(name, _): &&(String, Place)| Some(name.as_str()) == column;
        let field = model.columns.iter().find(named);
        Some(field.map_or(&model.place, |(_, place)| place).clone())
    }
}
