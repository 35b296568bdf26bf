//! The project: its folder, its configuration, and the packages that may hold models.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package as CargoPackage, TargetKind};

use crate::config::{self, Config, Targets};
use crate::error::{Problem, Result};

/// A folder with a `colmig.toml`.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder.
    pub(crate) root: PathBuf,
    /// What the file says.
    pub(crate) config: Config,
}

/// A package of the workspace that may hold models.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// Its folder from the project's, with `/` between: how the snapshot names it.
    pub(crate) key: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The root files of its targets.
    pub(crate) roots: Vec<PathBuf>,
}

impl Project {
    /// The project in which `manifest_path`, or else the working folder, lies. It needs no
    /// `Cargo.toml` and no cargo, so migrations can be run where only the files are.
    pub(crate) fn open(manifest_path: Option<&Path>) -> Result<Self> {
        let start = start(manifest_path)?;
        let Some(file) = start
            .ancestors()
            .map(|folder| folder.join(config::FILE_NAME))
            .find(|file| file.is_file())
        else {
            return Err(Problem::error(format!(
                "there is no `{}` in `{}` or above it",
                config::FILE_NAME,
                shown(&start)
            ))
            .help("begin with `cargo colmig init`, or name the project by `--manifest-path`")
            .into());
        };
        let root = file.parent().unwrap_or(&start).to_owned();
        Ok(Project {
            config: Config::read(&file)?,
            root,
        })
    }

    /// The folder of the migrations.
    pub(crate) fn migrations(&self) -> PathBuf {
        self.root.join(&self.config.migrations)
    }

    /// The packages of the workspace that lie in the project's folder.
    pub(crate) fn packages(&self) -> Result<Vec<Package>> {
        let metadata = metadata(&self.root)?;
        Ok(packages(&metadata, &self.root, &self.config.targets))
    }
}

/// The folder from which a project is looked for.
pub(crate) fn start(manifest_path: Option<&Path>) -> Result<PathBuf> {
    let given = manifest_path.unwrap_or(Path::new("."));
    let path = given
        .canonicalize()
        .map_err(|error| Problem::io("find", given, &error))?;
    match path.parent() {
        Some(folder) if path.is_file() => Ok(folder.to_owned()),
        _ => Ok(path),
    }
}

/// What cargo says about the workspace of `folder`, without touching the network.
pub(crate) fn metadata(folder: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .current_dir(folder)
        .no_deps()
        .exec()
        .map_err(|error| {
            let said = match &error {
                cargo_metadata::Error::CargoMetadata { stderr } => {
                    stderr.trim().trim_start_matches("error: ").to_owned()
                }
                other => other.to_string(),
            };
            Problem::error(format!("`cargo metadata` failed in `{}`", shown(folder)))
                .note(said)
                .into()
        })
}

/// The workspace's packages in `root`, in the order of their folders.
pub(crate) fn packages(metadata: &Metadata, root: &Path, targets: &Targets) -> Vec<Package> {
    let workspace = canonical(metadata.workspace_root.as_std_path());
    let mut packages: Vec<Package> = metadata
        .workspace_packages()
        .into_iter()
        .filter_map(|package| self::package(package, root, *root == *workspace, targets))
        .collect();
    packages.sort_by(|one, other| one.key.cmp(&other.key));
    packages
}

/// The package, if it belongs to the project. A member may stand outside of its
/// workspace's folder; a project inside of a workspace has what lies in its own.
fn package(package: &CargoPackage, root: &Path, whole: bool, targets: &Targets) -> Option<Package> {
    let folder = canonical(package.manifest_path.parent()?.as_std_path());
    if !whole && !folder.starts_with(root) {
        return None;
    }
    let roots = package
        .targets
        .iter()
        .filter(|target| target.kind.iter().any(|kind| targets.contains(kind)))
        .map(|target| target.src_path.as_std_path().to_owned())
        .collect();
    Some(Package {
        key: relative(&folder, root),
        folder,
        roots,
    })
}

impl Targets {
    fn contains(&self, kind: &TargetKind) -> bool {
        let kind = match kind {
            TargetKind::Lib
            | TargetKind::RLib
            | TargetKind::DyLib
            | TargetKind::CDyLib
            | TargetKind::StaticLib => config::Target::Lib,
            TargetKind::Bin => config::Target::Bin,
            TargetKind::Example => config::Target::Example,
            TargetKind::Test => config::Target::Test,
            TargetKind::Bench => config::Target::Bench,
            // A build script and a procedural macro run where no database of theirs is.
            _ => return false,
        };
        self.0.contains(&kind)
    }
}

/// `folder` as seen from `root`, with `/` between: the same on every machine.
fn relative(folder: &Path, root: &Path) -> String {
    let above = root
        .ancestors()
        .position(|above| folder.starts_with(above))
        .unwrap_or(0);
    let shared = root.ancestors().nth(above).unwrap_or(root);
    let below = folder.strip_prefix(shared).unwrap_or(folder);
    let parts: Vec<String> = std::iter::repeat_n("..".to_owned(), above)
        .chain(
            below
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned()),
        )
        .collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A path as people would type it from where they are.
pub(crate) fn shown(path: &Path) -> String {
    let here = env::current_dir()
        .map(|folder| canonical(&folder))
        .unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(rest) if rest.as_os_str().is_empty() => ".".to_owned(),
        Ok(rest) => rest.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_from_the_project() {
        let of = |folder: &str| relative(Path::new(folder), Path::new("/srv/shop"));
        assert_eq!(of("/srv/shop"), ".");
        assert_eq!(of("/srv/shop/crates/models"), "crates/models");
        assert_eq!(of("/srv/shared/models"), "../shared/models");
    }
}
