//! How rustfmt writes a `#[colmig(...)]`.
//!
//! Only what it would have written so is written anew: a guess that is wrong costs nothing.

use proc_macro2::{Delimiter, TokenTree};

use super::attribute::{self, Item};

/// The widest list that stays on one line: rustfmt's `attr_fn_like_width`.
const WIDEST_LIST: usize = 70;
/// The widest line: rustfmt's `max_width`.
const WIDEST_LINE: usize = 100;
const TAB: usize = 4;

/// An item that rustfmt knows how to write.
enum Known {
    /// `name`, `"text"` or `name = "text"`.
    Plain(String),
    /// `name(...)`.
    List(String, Vec<Known>),
}

/// The attribute with these items, on a line of its own behind so many spaces.
pub(super) fn attribute(source: &str, items: &[&Item], indent: usize) -> Option<String> {
    let items = known(source, items.iter().copied())?;
    let head = format!("#[{}(", super::COLMIG);
    let list = list(&items, indent, indent + head.len(), 2);
    Some(format!("{head}{list})]"))
}

fn known<'a>(source: &str, items: impl Iterator<Item = &'a Item>) -> Option<Vec<Known>> {
    items.map(|item| known_item(source, &item.tokens)).collect()
}

fn known_item(source: &str, tokens: &[TokenTree]) -> Option<Known> {
    let text = |token: &TokenTree| {
        let text = source.get(token.span().byte_range())?;
        (!text.contains('\n')).then(|| text.to_owned())
    };
    match tokens {
        [only @ (TokenTree::Ident(_) | TokenTree::Literal(_))] => text(only).map(Known::Plain),
        [
            name @ TokenTree::Ident(_),
            TokenTree::Punct(mark),
            value @ TokenTree::Literal(_),
        ] if mark.as_char() == '=' => {
            Some(Known::Plain(format!("{} = {}", text(name)?, text(value)?)))
        }
        [name @ TokenTree::Ident(_), TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis =>
        {
            let inner = attribute::items(group.stream());
            Some(Known::List(text(name)?, known(source, inner.iter())?))
        }
        _ => None,
    }
}

/// What stands between the parentheses, with so many characters before and behind it.
fn list(items: &[Known], indent: usize, before: usize, behind: usize) -> String {
    // A list that is alone begins on the line of the parenthesis around it.
    if let [Known::List(name, inner)] = items {
        let before = before + width(name) + 1;
        return format!("{name}({})", list(inner, indent, before, behind + 1));
    }
    let flat = flat(items);
    let wide = width(&flat);
    if wide <= WIDEST_LIST && before + wide + behind <= WIDEST_LINE {
        return flat;
    }
    let inside = indent + TAB;
    let lines: Vec<String> = items
        .iter()
        .map(|item| match item {
            Known::Plain(text) => format!("\n{:inside$}{text}", ""),
            Known::List(name, inner) => {
                let head = format!("{:inside$}{name}(", "");
                format!("\n{head}{})", list(inner, inside, width(&head), 2))
            }
        })
        .collect();
    format!("{}\n{:indent$}", lines.join(","), "")
}

fn flat(items: &[Known]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| match item {
            Known::Plain(text) => text.clone(),
            Known::List(name, inner) => format!("{name}({})", flat(inner)),
        })
        .collect();
    items.join(", ")
}

fn width(text: &str) -> usize {
    text.chars().count()
}
