//! Names that have to fit.

use super::fingerprint::hash;

/// The length in bytes at which PostgreSQL cuts a name, silently.
const LONGEST_NAME: usize = 63;

/// A name of at most 63 bytes: a longer one is cut and ends in a hash of the
/// whole, so that two long names stay two.
pub fn bounded_name(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let hash = hash(name);
    let ending = &hash[..8];
    let mut end = LONGEST_NAME - ending.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{ending}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_at_a_character_and_stays_distinct() {
        let one = bounded_name(&format!("{}_a", "ä".repeat(40)));
        let two = bounded_name(&format!("{}_b", "ä".repeat(40)));
        assert!(one.len() <= LONGEST_NAME && two.len() <= LONGEST_NAME);
        assert_ne!(one, two);
        assert_eq!(bounded_name("short"), "short");
    }
}
