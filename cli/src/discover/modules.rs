//! Which file a `mod` stands for: the compiler's rules.
//!
//! A module owns a folder, and in a file `name.rs` that is not `mod.rs` its children
//! stand in `name/` below it, except those with `#[path]`, which count from the folder
//! of the file itself. The compiler keeps that `name` apart until it is needed, and so
//! does this.

use std::path::{Path, PathBuf};

use super::cfg::{self, Certainty};

/// Where the children of a module stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    path: PathBuf,
    /// The name of the module's file, where that is a folder on the way to its children.
    relative: Option<String>,
}

/// The files that a `mod name;` may stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// These, all of which exist. More than one only if `cfg_attr` decides.
    Found(Vec<(PathBuf, Folder)>),
    /// None exists; these were looked for.
    Missing(Vec<PathBuf>),
    /// Both exist, and only one may.
    Both(PathBuf, PathBuf),
}

impl Folder {
    /// Of the root of a target, of a `mod.rs`, and of a file that `#[path]` names.
    pub(super) fn of_root(file: &Path) -> Self {
        Folder {
            path: file.parent().unwrap_or(Path::new("")).to_owned(),
            relative: None,
        }
    }

    fn of_named(file: &Path, name: &str) -> Self {
        Folder {
            relative: Some(name.to_owned()),
            ..Folder::of_root(file)
        }
    }

    /// Of a module with a body: `mod name { ... }`.
    pub(super) fn inline(&self, name: &str, attributes: &[syn::Attribute]) -> Self {
        // Here `#[path]` names the folder. Which one counts may depend on features;
        // the last that may count is taken, for a body has one folder only.
        if let Some((_, path)) = cfg::paths(attributes).pop() {
            return Folder {
                path: self.path.join(path),
                relative: None,
            };
        }
        Folder {
            path: self.children().join(name),
            relative: None,
        }
    }

    /// The files of a module without a body: `mod name;`.
    pub(super) fn files(&self, name: &str, attributes: &[syn::Attribute]) -> Files {
        let mut found = Vec::new();
        let mut missing = Vec::new();
        let mut settled = false;
        for (certainty, path) in cfg::paths(attributes) {
            let file = self.path.join(path);
            if file.is_file() {
                let folder = Folder::of_root(&file);
                found.push((file, folder));
            } else {
                missing.push(file);
            }
            settled |= certainty == Certainty::On;
        }
        if !settled {
            let flat = self.children().join(format!("{name}.rs"));
            let nested = self.children().join(name).join("mod.rs");
            match (flat.is_file(), nested.is_file()) {
                (true, true) => return Files::Both(flat, nested),
                (true, false) => {
                    let folder = Folder::of_named(&flat, name);
                    found.push((flat, folder));
                }
                (false, true) => {
                    let folder = Folder::of_root(&nested);
                    found.push((nested, folder));
                }
                (false, false) => missing.extend([flat, nested]),
            }
        }
        if found.is_empty() {
            Files::Missing(missing)
        } else {
            Files::Found(found)
        }
    }

    fn children(&self) -> PathBuf {
        match &self.relative {
            Some(name) => self.path.join(name),
            None => self.path.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn attributes(text: &str) -> Vec<syn::Attribute> {
        let item: syn::ItemMod = syn::parse_str(&format!("{text} mod m;")).unwrap();
        item.attrs
    }

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        folder
    }

    /// The files that are found, relative to the folder, with `/` between.
    fn found(folder: &tempfile::TempDir, files: Files) -> Vec<(String, Folder)> {
        let Files::Found(files) = files else {
            panic!("{files:?}")
        };
        files
            .into_iter()
            .map(|(file, children)| {
                let file = file.strip_prefix(folder.path()).unwrap();
                (file.to_str().unwrap().replace('\\', "/"), children)
            })
            .collect()
    }

    #[test]
    fn children_of_a_named_file_stand_in_its_folder() {
        let temp = folder(&["lib.rs", "a.rs", "a/b.rs", "a/b/c/mod.rs", "a/b/c/d.rs"]);
        let mut folder = Folder::of_root(&temp.path().join("lib.rs"));
        let mut seen = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let (file, children) = found(&temp, folder.files(name, &[])).remove(0);
            seen.push(file);
            folder = children;
        }
        assert_eq!(seen, ["a.rs", "a/b.rs", "a/b/c/mod.rs", "a/b/c/d.rs"]);
    }

    #[test]
    fn path_counts_from_the_folder_of_the_file_and_makes_it_a_root() {
        let temp = folder(&["lib.rs", "a.rs", "other/x.rs", "other/y.rs"]);
        let root = Folder::of_root(&temp.path().join("lib.rs"));
        let (_, a) = found(&temp, root.files("a", &[])).remove(0);
        let (file, x) =
            found(&temp, a.files("m", &attributes("#[path = \"other/x.rs\"]"))).remove(0);
        assert_eq!(file, "other/x.rs");
        assert_eq!(found(&temp, x.files("y", &[]))[0].0, "other/y.rs");
    }

    #[test]
    fn path_inside_of_an_inline_module_counts_from_the_modules_folder() {
        let temp = folder(&["lib.rs", "a.rs", "a/inner/x.rs", "thread/local.rs"]);
        let root = Folder::of_root(&temp.path().join("lib.rs"));
        let (_, a) = found(&temp, root.files("a", &[])).remove(0);
        let inner = a.inline("inner", &[]);
        assert_eq!(
            found(&temp, inner.files("m", &attributes("#[path = \"x.rs\"]")))[0].0,
            "a/inner/x.rs"
        );
        let inline = root.inline("inner", &attributes("#[path = \"thread\"]"));
        assert_eq!(
            found(&temp, inline.files("local", &[]))[0].0,
            "thread/local.rs"
        );
    }

    #[test]
    fn a_path_that_depends_leaves_every_file_that_exists() {
        let temp = folder(&["lib.rs", "unix.rs", "m.rs"]);
        let root = Folder::of_root(&temp.path().join("lib.rs"));
        let attributes = attributes(
            "#[cfg_attr(unix, path = \"unix.rs\")] #[cfg_attr(windows, path = \"windows.rs\")]",
        );
        let files = found(&temp, root.files("m", &attributes));
        assert_eq!(
            files
                .iter()
                .map(|(file, _)| file.as_str())
                .collect::<Vec<_>>(),
            ["unix.rs", "m.rs"]
        );
    }

    #[test]
    fn two_files_for_one_module_are_told() {
        let temp = folder(&["lib.rs", "m.rs", "m/mod.rs"]);
        let root = Folder::of_root(&temp.path().join("lib.rs"));
        assert!(matches!(root.files("m", &[]), Files::Both(..)));
        assert!(matches!(root.files("n", &[]), Files::Missing(paths) if paths.len() == 2));
    }
}
