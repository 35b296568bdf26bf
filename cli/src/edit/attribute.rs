//! One `#[colmig(...)]`, item by item.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::MetaList;

use super::Why;
use super::{cut, layout};

/// What becomes of an attribute in which words have to go.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It reads so from now on.
    Reads {
        /// The attribute; nothing if all of it goes.
        after: String,
        /// Whether there are comments in what stays.
        comments: bool,
    },
    /// It stays as it is.
    Stays(Why),
}

/// One entry between two commas.
#[derive(Debug)]
pub(super) struct Item {
    /// What it is made of. Never empty.
    pub(super) tokens: Vec<TokenTree>,
    /// The comma behind it.
    comma: Option<Range<usize>>,
}

impl Item {
    /// The word that it begins with.
    pub(super) fn word(&self) -> Option<String> {
        match self.tokens.first() {
            Some(TokenTree::Ident(word)) => Some(word.to_string()),
            _ => None,
        }
    }

    fn span(&self) -> Range<usize> {
        let ends = (self.tokens.first(), self.tokens.last());
        let (Some(first), Some(last)) = ends else {
            return 0..0;
        };
        first.span().byte_range().start..last.span().byte_range().end
    }
}

/// The entries of `a, b = "c", d(e, f)`. What stands in a group is one token, whatever it holds.
pub(super) fn items(tokens: TokenStream) -> Vec<Item> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == ',' => {
                if !item.is_empty() {
                    items.push(Item {
                        tokens: std::mem::take(&mut item),
                        comma: Some(token.span().byte_range()),
                    });
                }
            }
            _ => item.push(token),
        }
    }
    if !item.is_empty() {
        items.push(Item {
            tokens: item,
            comma: None,
        });
    }
    items
}

/// The words of the attribute that are among `words`, if there are any, and how it reads
/// without them.
pub(super) fn without(
    source: &str,
    span: Range<usize>,
    list: &MetaList,
    words: &[&str],
) -> Option<(Vec<String>, Outcome)> {
    let all = items(list.tokens.clone());
    let goes = |item: &Item| {
        item.word()
            .is_some_and(|word| words.contains(&word.as_str()))
    };
    let gone: Vec<String> = all
        .iter()
        .filter(|item| goes(item))
        .filter_map(Item::word)
        .collect();
    if gone.is_empty() {
        return None;
    }
    let outcome = judge(source, span, list, &all, goes);
    Some((gone, outcome))
}

fn judge(
    source: &str,
    span: Range<usize>,
    list: &MetaList,
    all: &[Item],
    goes: impl Fn(&Item) -> bool,
) -> Outcome {
    let comments = comments(source, list, all);
    let kept: Vec<&Item> = all.iter().filter(|item| !goes(item)).collect();
    let reads = |after| Outcome::Reads {
        after,
        comments: !comments.is_empty(),
    };
    if kept.is_empty() {
        return match only_comments(source, &span, &comments) {
            Some(after) => reads(after),
            None => Outcome::Stays(Why::Comment),
        };
    }
    // What rustfmt wrote stays as rustfmt writes.
    if let Some(indent) = indent(source, span.start)
        && indent.chars().all(|blank| blank == ' ')
        && let indent = indent.len()
        && let every = all.iter().collect::<Vec<_>>()
        && layout::attribute(source, &every, indent).as_deref() == source.get(span.clone())
        && let Some(after) = layout::attribute(source, &kept, indent)
    {
        return reads(after);
    }
    reads(cut_out(source, span, all, goes, comments.is_empty()))
}

/// What stands before it on its line, if these are blanks only.
fn indent(source: &str, at: usize) -> Option<&str> {
    let (_, before) = source.get(..at)?.rsplit_once('\n')?;
    before.trim().is_empty().then_some(before)
}

/// The comments between the parentheses. Those inside of an item are a part of it.
fn comments<'a>(source: &'a str, list: &MetaList, all: &[Item]) -> Vec<&'a str> {
    let delimiter = list.delimiter.span();
    let mut from = delimiter.open().byte_range().end;
    let mut found = Vec::new();
    let tokens = all.iter().flat_map(|item| {
        let tokens = item.tokens.iter().map(|token| token.span().byte_range());
        tokens.chain(item.comma.clone())
    });
    for token in tokens.chain([delimiter.close().byte_range()]) {
        let between = source.get(from..token.start).unwrap_or_default().trim();
        if !between.is_empty() {
            found.push(between);
        }
        from = token.end;
    }
    found
}

/// What stays of an attribute without items: its comments, if they have a place of their own.
fn only_comments(source: &str, span: &Range<usize>, comments: &[&str]) -> Option<String> {
    if comments.is_empty() {
        return Some(String::new());
    }
    let indent = indent(source, span.start)?;
    let behind = source.get(span.end..)?;
    let alone = behind
        .lines()
        .next()
        .is_none_or(|rest| rest.trim().is_empty());
    if !alone {
        return None;
    }
    let break_line = if source.get(span.clone())?.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let between = format!("{break_line}{indent}");
    let whole = comments.join(&between);
    let lines: Vec<&str> = whole.lines().map(str::trim).collect();
    // A comment over several lines keeps its shape; lines of their own move to the field's.
    Some(if lines.iter().all(|line| line.starts_with("//")) {
        lines.join(&between)
    } else {
        whole
    })
}

/// The attribute with the items cut out, wherever they stand.
fn cut_out(
    source: &str,
    span: Range<usize>,
    all: &[Item],
    goes: impl Fn(&Item) -> bool,
    plain: bool,
) -> String {
    // With what stands before it on its line, which says how much of a line goes.
    let mut text = source.get(..span.end).unwrap_or_default().to_owned();
    let stays = |item: &Item| !goes(item);
    let (head, tail) = all.split_at(all.iter().rposition(stays).map_or(0, |kept| kept + 1));
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut add = |piece: Range<usize>| match pieces.last_mut() {
        Some(last) if is_blank(source, last.end..piece.start) => last.end = piece.end,
        _ => pieces.push(piece),
    };
    for item in head.iter().filter(|item| goes(item)) {
        add(item.span());
        item.comma.clone().into_iter().for_each(&mut add);
    }
    if let (Some(kept), Some(last)) = (head.last(), tail.last()) {
        if plain {
            // A comma at the very end stays where there was one.
            text.replace_range(kept.span().end..last.span().end, "");
        } else {
            let needless = kept.comma.clone().filter(|_| last.comma.is_none());
            needless.into_iter().for_each(&mut add);
            for item in tail {
                add(item.span());
                item.comma.clone().into_iter().for_each(&mut add);
            }
        }
    }
    for piece in pieces.into_iter().rev() {
        cut::cut(&mut text, piece);
    }
    text.get(span.start..).unwrap_or_default().to_owned()
}

fn is_blank(source: &str, range: Range<usize>) -> bool {
    source.get(range).is_some_and(|text| text.trim().is_empty())
}
