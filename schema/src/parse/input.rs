//! The struct as syn reads it, on a shorter way.
//!
//! A derive runs unoptimised in most builds, and syn has to be ready for every type that
//! Rust has. Most fields are an identifier, or one around another, as in `Option<String>`.
//! Those are read here; anything else makes syn read the whole struct.

use proc_macro2::TokenStream;
use syn::buffer::Cursor;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Attribute, Data, DataStruct, DeriveInput, Field,
    FieldModifiers, Fields, FieldsNamed, GenericArgument, Generics, Ident, Path, PathArguments,
    PathSegment, Token, Type, TypePath, braced,
};

/// Reads what a derive is given.
///
/// # Errors
/// It is no Rust.
pub fn derive_input(tokens: TokenStream) -> syn::Result<DeriveInput> {
    match plain_struct.parse2(tokens.clone()) {
        Ok(input) => Ok(input),
        // For syn to read, or to say what is wrong.
        Err(_) => {
            super::check_depth(&tokens)?;
            syn::parse2(tokens)
        }
    }
}

fn plain_struct(input: ParseStream<'_>) -> syn::Result<DeriveInput> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let struct_token = input.parse()?;
    let ident = input.parse()?;
    let body;
    let brace_token = braced!(body in input);
    let mut named = Punctuated::new();
    while !body.is_empty() {
        named.push_value(field(&body)?);
        if body.is_empty() {
            break;
        }
        named.push_punct(body.parse()?);
    }
    Ok(DeriveInput {
        attrs,
        vis,
        ident,
        generics: Generics::default(),
        data: Data::Struct(DataStruct {
            struct_token,
            fields: Fields::Named(FieldsNamed { brace_token, named }),
            semi_token: None,
        }),
    })
}

fn field(input: ParseStream<'_>) -> syn::Result<Field> {
    Ok(Field {
        attrs: input.call(Attribute::parse_outer)?,
        vis: input.parse()?,
        modifiers: FieldModifiers::default(),
        ident: Some(input.parse()?),
        colon_token: Some(input.parse()?),
        ty: ty(input)?,
        default: None,
    })
}

fn ty(input: ParseStream<'_>) -> syn::Result<Type> {
    let Some((_, after)) = input.cursor().ident() else {
        return input.parse();
    };
    let arguments = match next(after) {
        None | Some(',' | '>') => false,
        Some('<') => true,
        Some(_) => return input.parse(),
    };
    let ident: Ident = input.parse()?;
    let arguments = if arguments {
        let lt_token: Token![<] = input.parse()?;
        let mut args = Punctuated::new();
        args.push_value(GenericArgument::Type(ty(input)?));
        PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token,
            args,
            gt_token: input.parse()?,
        })
    } else {
        PathArguments::None
    };
    Ok(Type::Path(TypePath {
        attrs: Vec::new(),
        qself: None,
        path: Path::from(PathSegment { ident, arguments }),
    }))
}

/// What stands after an identifier: a punctuation mark, nothing, or a space for all else.
fn next(cursor: Cursor<'_>) -> Option<char> {
    if cursor.eof() {
        return None;
    }
    Some(cursor.punct().map_or(' ', |(punct, _)| punct.as_char()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_syn_reads() {
        for source in [
            "struct User { id: i64 }",
            "struct User { id: i64, }",
            "pub(crate) struct r#Type { pub r#type: Option<Vec<u8>>, b: Vec<String,>, }",
            "#[a] #[b(c = 1)] pub struct User { #[d] /** e */ pub(super) id: a::Id, f: Map<A, B> }",
            "struct User { a: [u8; 3], b: (A, B), c: &'static str, d: fn() -> A, e: Option<a::B> }",
            "struct User { a: dyn A + B, b: impl A, c: A<'a>, d: A<3>, e: !, f: *const A }",
            "struct User<T> where T: A { a: T }",
            "struct User(i64);",
            "struct User;",
            "enum User { A, B }",
            "union User { a: i64 }",
        ] {
            let tokens: TokenStream = source.parse().unwrap();
            let by_syn: DeriveInput = syn::parse2(tokens.clone()).unwrap();
            assert_eq!(derive_input(tokens).unwrap(), by_syn, "{source}");
        }
    }

    #[test]
    fn errors_are_those_of_syn() {
        for source in [
            "struct User { id }",
            "struct User { id: }",
            "struct User { id: Option< }",
            "struct User { id: i64 name: String }",
            "struct User { id: A<B C> }",
            "struct User { struct: i64 }",
            "fn user() {}",
        ] {
            let tokens: TokenStream = source.parse().unwrap();
            let by_syn = syn::parse2::<DeriveInput>(tokens.clone()).unwrap_err();
            let ours = derive_input(tokens).unwrap_err();
            assert_eq!(ours.to_string(), by_syn.to_string(), "{source}");
        }
    }
}
