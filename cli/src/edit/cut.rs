//! Cutting a piece out of a text as a person would: with its line, or with the blanks that
//! parted it from what is left.

use std::ops::Range;

/// Cuts the piece out. Two lines are made one only behind an opening parenthesis, so what
/// follows never falls into a comment.
pub(super) fn cut(text: &mut String, piece: Range<usize>) {
    let range = with_blanks(text, piece);
    text.replace_range(range, "");
}

fn with_blanks(text: &str, piece: Range<usize>) -> Range<usize> {
    let (before, behind) = (&text[..piece.start], &text[piece.end..]);
    let line = before.rfind('\n').map_or(0, |feed| feed + 1);
    let left = &text[line..piece.start];
    let right = behind.split_once('\n');
    let rest = right.map_or(behind, |(rest, _)| rest);
    let blank = |text: &str| text.trim().is_empty();
    match (blank(left), blank(rest)) {
        (true, true) => {
            let end = right.map_or(text.len(), |(rest, _)| piece.end + rest.len() + 1);
            line..end
        }
        (false, true) if left.ends_with('(') && !behind.trim_start().starts_with('/') => {
            piece.start..piece.end + leading(behind)
        }
        (false, true) => line + left.trim_end().len()..piece.end,
        (_, false) if left.is_empty() || left.ends_with([' ', '\t', '(', '{']) => {
            piece.start..piece.end + leading(rest)
        }
        (_, false) => piece,
    }
}

/// How many bytes of blanks the text begins with.
fn leading(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
