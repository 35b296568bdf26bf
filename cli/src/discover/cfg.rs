//! What `cfg` says without a build: yes, no, or that it depends.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitBool, Meta, Token};

/// Whether something is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// In every build.
    On,
    /// In no build that a migration is for: it is test code.
    Off,
    /// In some builds: it depends on features, on the target, on `--cfg`.
    Unknown,
}

use Certainty::{Off, On, Unknown};

impl Certainty {
    fn not(self) -> Self {
        match self {
            On => Off,
            Off => On,
            Unknown => Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Off, _) | (_, Off) => Off,
            (On, On) => On,
            _ => Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// Whether what the attributes stand on is certainly not compiled, as test code is not.
pub(crate) fn is_never_compiled(attributes: &[Attribute]) -> bool {
    certainty(attributes) == Off
}

/// Whether what the attributes stand on is compiled.
pub(super) fn certainty(attributes: &[Attribute]) -> Certainty {
    attributes
        .iter()
        .map(|attribute| of_meta(&attribute.meta))
        .fold(On, Certainty::and)
}

/// The paths that `#[path]` and `#[cfg_attr(.., path)]` name, each with whether it counts.
pub(super) fn paths(attributes: &[Attribute]) -> Vec<(Certainty, String)> {
    let mut found = Vec::new();
    for attribute in attributes {
        collect_paths(&attribute.meta, On, &mut found);
    }
    found
}

fn collect_paths(meta: &Meta, condition: Certainty, found: &mut Vec<(Certainty, String)>) {
    if let Meta::NameValue(pair) = meta
        && pair.path.is_ident("path")
        && let Expr::Lit(literal) = &pair.value
        && let Lit::Str(path) = &literal.lit
    {
        found.push((condition, path.value()));
    } else if let Some((inner, metas)) = cfg_attr(meta) {
        let condition = condition.and(inner);
        if condition != Off {
            metas
                .iter()
                .for_each(|meta| collect_paths(meta, condition, found));
        }
    }
}

/// What one attribute says about whether its item is compiled.
fn of_meta(meta: &Meta) -> Certainty {
    if let Meta::List(list) = meta
        && list.path.is_ident("cfg")
    {
        return list
            .parse_args::<Predicate>()
            .map_or(Unknown, |predicate| predicate.0);
    }
    match cfg_attr(meta) {
        // If the condition holds, all of them count; if not, none does.
        Some((condition, metas)) => {
            let inner = metas.iter().map(of_meta).fold(On, Certainty::and);
            condition.not().or(inner)
        }
        None => On,
    }
}

/// The condition and the attributes of a `cfg_attr`.
fn cfg_attr(meta: &Meta) -> Option<(Certainty, Vec<Meta>)> {
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let parsed = list.parse_args_with(|input: ParseStream<'_>| {
        let Predicate(condition) = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        let metas = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
        Ok((condition, metas.into_iter().collect()))
    });
    parsed.ok()
}

/// What stands in `cfg(...)`, evaluated.
struct Predicate(Certainty);

impl Parse for Predicate {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitBool) {
            let literal: LitBool = input.parse()?;
            return Ok(Predicate(if literal.value { On } else { Off }));
        }
        Ok(Predicate(evaluate(&input.parse()?)))
    }
}

fn evaluate(predicate: &Meta) -> Certainty {
    match predicate {
        Meta::Path(path) if path.is_ident("test") => Off,
        Meta::List(list) => {
            let inner = list.parse_args_with(Punctuated::<Predicate, Token![,]>::parse_terminated);
            let Ok(inner) = inner else { return Unknown };
            let mut inner = inner.into_iter().map(|predicate| predicate.0);
            if list.path.is_ident("all") {
                inner.fold(On, Certainty::and)
            } else if list.path.is_ident("any") {
                inner.fold(Off, Certainty::or)
            } else if list.path.is_ident("not") {
                inner.next().map_or(Unknown, Certainty::not)
            } else {
                Unknown
            }
        }
        Meta::Path(_) | Meta::NameValue(_) => Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Certainty {
        let item: syn::ItemStruct = syn::parse_str(&format!("{text} struct S;")).unwrap();
        certainty(&item.attrs)
    }

    #[test]
    fn only_what_is_certainly_off_is_off() {
        assert_eq!(of("#[cfg(test)]"), Off);
        assert_eq!(of("#[cfg(not(test))]"), On);
        assert_eq!(of("#[cfg(all(test, feature = \"a\"))]"), Off);
        assert_eq!(of("#[cfg(any(test, feature = \"a\"))]"), Unknown);
        assert_eq!(of("#[cfg(not(any(test, windows)))]"), Unknown);
        assert_eq!(of("#[cfg(any())]"), Off);
        assert_eq!(of("#[cfg(all())]"), On);
        assert_eq!(of("#[cfg(false)]"), Off);
        assert_eq!(of("#[cfg(not(any(true, windows)))]"), Off);
        assert_eq!(of("#[cfg(feature = \"a\")] #[cfg(test)]"), Off);
        assert_eq!(of("#[cfg(target(os = \"none\"))]"), Unknown);
        assert_eq!(of("#[doc = \"no condition\"]"), On);
    }

    #[test]
    fn a_condition_inside_of_a_condition_counts_if_the_outer_one_does() {
        assert_eq!(of("#[cfg_attr(all(), cfg(test))]"), Off);
        assert_eq!(of("#[cfg_attr(test, cfg(any()))]"), On);
        assert_eq!(of("#[cfg_attr(unix, cfg(test))]"), Unknown);
    }
}
