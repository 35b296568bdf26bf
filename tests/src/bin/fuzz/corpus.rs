//! Real files to begin with: those of this repository's tests.

use std::path::{Path, PathBuf};

/// More of one kind say nothing new.
const MOST: usize = 60;

/// The files whose names end so and whose texts hold that, in a fixed order.
pub(crate) fn files(ending: &str, holds: &str) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), ending, &mut paths);
    paths.sort();
    let texts = paths
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    let fit: Vec<Vec<u8>> = texts
        .filter(|text| text.contains(holds))
        .map(String::into_bytes)
        .collect();
    // From all over the list, for neighbours are alike.
    let step = fit.len().div_ceil(MOST).max(1);
    fit.into_iter().step_by(step).collect()
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}
