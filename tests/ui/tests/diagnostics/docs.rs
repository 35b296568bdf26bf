//! The Rust in the README and in the book compiles. A reader sees the blocks alone; what has to
//! stand around them to compile stands in `docs/*.rs`, where `//= docs/accessors.md 2` is the
//! place of a page's second block.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A page, and which of its blocks, from 1.
type Block = (String, usize);

/// Writes the blocks into what stands around them. The files to be compiled are in the folder
/// that comes back.
pub(crate) fn write() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut blocks = blocks();
    for file in files(Path::new("docs"), "rs") {
        let text = fs::read_to_string(&file).unwrap();
        let whole: Vec<String> = text
            .lines()
            .map(|line| match place(line) {
                Some(block) => blocks
                    .remove(&block)
                    .unwrap_or_else(|| panic!("{}: no block for `{line}`", file.display())),
                None => line.to_owned(),
            })
            .collect();
        fs::write(folder.join(file.file_name().unwrap()), whole.join("\n")).unwrap();
    }
    let left: Vec<Block> = blocks.into_keys().collect();
    assert!(
        left.is_empty(),
        "these blocks have no place in a file of `tests/ui/docs/`: {left:?}"
    );
    folder
}

fn place(line: &str) -> Option<Block> {
    let (page, number) = line.trim().strip_prefix("//= ")?.split_once(' ')?;
    Some((page.to_owned(), number.parse().ok()?))
}

/// Every block of Rust of every page, each with a line that says where it is from.
fn blocks() -> BTreeMap<Block, String> {
    let root = Path::new("../..");
    let mut pages = vec![root.join("README.md"), root.join("runtime/src/lib.rs")];
    pages.extend(files(&root.join("docs"), "md"));
    let mut found = BTreeMap::new();
    for path in pages {
        let page = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        let mut open: Option<(bool, String)> = None;
        let mut number = 0;
        for (line, text) in text.lines().enumerate() {
            let text = match page.ends_with(".rs") {
                true => text
                    .strip_prefix("//!")
                    .unwrap_or_default()
                    .trim_start_matches(' '),
                false => text,
            };
            let fence = text.strip_prefix("```");
            open = match (open, fence) {
                (None, Some(language)) => {
                    let rust = language.starts_with("rust") || language == "ignore";
                    Some((rust, format!("// {page}, from line {}", line + 2)))
                }
                (None, None) => None,
                (Some((rust, code)), None) => Some((rust, format!("{code}\n{text}"))),
                (Some((false, _)), Some(_)) => None,
                (Some((true, code)), Some(_)) => {
                    number += 1;
                    found.insert((page.clone(), number), code);
                    None
                }
            };
        }
    }
    found
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort_unstable();
    files
}
