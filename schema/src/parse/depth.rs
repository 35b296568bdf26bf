//! How far Rust may be nested: syn calls itself for each level, and a stack has an end.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// The stack on which whoever reads sources is to do so. It is an address range, and no memory
/// before it is used.
pub const STACK: usize = 256 << 20;

/// As much as the levels around a token may weigh. With what syn, unoptimised, needs of the
/// stack for a level, that is well within [`STACK`].
const HEAVIEST: usize = 10_000;

/// What a bracket weighs: reading what is inside is many calls for one.
const BRACKET: usize = 25;

/// Refuses tokens that syn could not read on a stack of [`STACK`] bytes.
///
/// What it calls itself for is a bracket, or a token that another expression, type or pattern
/// may follow, as in `!!!x` and `a::<b::<c>>`. So each bracket around a token counts, and with it
/// the tokens before it up to a sign that ends whatever there was. Sources that people write
/// are far from it, and so are those that programs do.
///
/// # Errors
/// One at the token that is too deep.
pub fn check_depth(tokens: &TokenStream) -> syn::Result<()> {
    let mut levels = vec![Level::new(tokens.clone(), 0)];
    while let Some(level) = levels.last_mut() {
        let Some(token) = level.rest.next() else {
            levels.pop();
            continue;
        };
        level.count(&token);
        let weight = level.around + level.run;
        if weight > HEAVIEST {
            return Err(refusal(token.span()));
        }
        if let TokenTree::Group(group) = token {
            levels.push(Level::new(group.stream(), weight + BRACKET));
        }
    }
    Ok(())
}

fn refusal(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "this is nested too deeply to be read: give its parts names of their own",
    )
}

/// The tokens between two brackets.
struct Level {
    rest: std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
    /// What the levels around it weigh.
    around: usize,
    /// The tokens since the last sign that ended something.
    run: usize,
    /// Whether an attribute is being read, which nests nothing.
    in_attribute: bool,
}

impl Level {
    fn new(tokens: TokenStream, around: usize) -> Self {
        Level {
            rest: tokens.into_iter().peekable(),
            around,
            run: 0,
            in_attribute: false,
        }
    }

    fn count(&mut self, token: &TokenTree) {
        match token {
            TokenTree::Punct(sign) if matches!(sign.as_char(), ';' | ',') => self.run = 0,
            TokenTree::Punct(sign) if sign.as_char() == '#' => self.in_attribute = true,
            TokenTree::Punct(sign)
                if self.in_attribute
                    && sign.as_char() == '!'
                    && sign.spacing() == Spacing::Alone => {}
            TokenTree::Group(group) if self.in_attribute => {
                self.in_attribute = group.delimiter() != Delimiter::Bracket;
            }
            // A body ends an item or a statement, unless another branch follows.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let goes_on =
                    matches!(self.rest.peek(), Some(TokenTree::Ident(next)) if *next == "else");
                self.run = if goes_on { self.run + 1 } else { 0 };
            }
            _ => {
                self.in_attribute = false;
                self.run += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> bool {
        check_depth(&text.parse().unwrap()).is_ok()
    }

    #[test]
    fn what_people_and_programs_write_is_read() {
        assert!(check(&"/// Words.\n".repeat(20_000)));
        assert!(check(&"fn f() { g(1) }\n".repeat(20_000)));
        assert!(check(&format!("[{}]", "1, ".repeat(20_000))));
        assert!(check(
            &"struct S { a: i32, b: Option<Vec<u8>> }\n".repeat(5_000)
        ));
        assert!(check(&format!("{}{}", "{ (".repeat(50), ") }".repeat(50))));
        let alternatives = "'a'..='z' | ".repeat(1_500);
        assert!(check(&format!("matches!(c, {alternatives} 'A')")));
    }

    #[test]
    fn what_no_stack_could_hold_is_not() {
        let depth = 100_000;
        let brackets = format!("{}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(!check(&brackets));
        for text in ["! ", "& ", "a::<", "return ", "if a {} else ", "|a| "] {
            assert!(!check(&text.repeat(depth)), "{text}");
        }
    }
}
