//! The compiler's comparison of a struct with the record that `generate` wrote.
//!
//! The derive looks at the record when it expands, and emits these checks where it
//! sees a difference. The verdict is still the compiler's, against the file as it is
//! then: an editor that keeps an old expansion is not misled by it.

/// Whether the record has exactly this line.
pub const fn holds(record: &str, line: &str) -> bool {
    find(record.as_bytes(), line.as_bytes(), true)
}

/// Whether no line of the record begins like this.
pub const fn lacks(record: &str, beginning: &str) -> bool {
    !find(record.as_bytes(), beginning.as_bytes(), false)
}

/// Whether a line of `text` is, or begins with, `line`. `str::lines` is not `const`.
const fn find(text: &[u8], line: &[u8], whole: bool) -> bool {
    let mut start = 0;
    while start + line.len() <= text.len() {
        let mut at = 0;
        while at < line.len() && text[start + at] == line[at] {
            at += 1;
        }
        let end = start + at;
        let ends = end == text.len() || text[end] == b'\n' || text[end] == b'\r';
        if at == line.len() && (ends || !whole) {
            return true;
        }
        start = end;
        while start < text.len() && text[start] != b'\n' {
            start += 1;
        }
        start += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_whole_and_by_their_beginning() {
        let record = "table users\ncolumn id 12\r\ncolumn nick 34\n";
        for line in ["table users", "column id 12", "column nick 34"] {
            assert!(holds(record, line), "{line}");
        }
        for line in ["column id 1", "olumn id 12", "column id 123", "nick 34"] {
            assert!(!holds(record, line), "{line}");
        }
        assert!(!lacks(record, "column nick "));
        assert!(lacks(record, "column nic "));
    }
}
