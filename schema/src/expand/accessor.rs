//! The accessors: what an application calls, and the trait behind it.

use crate::parse::{ParsedField, ParsedModel, Takes};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Path, Visibility};

/// What stands around the inside of every expansion, a real one or a stand-in: the
/// functions on the struct, and the builder of an update.
pub(super) struct Shell<'a> {
    pub(super) ident: &'a Ident,
    pub(super) vis: &'a Visibility,
    pub(super) krate: Option<&'a Path>,
    pub(super) key: Key<'a>,
    pub(super) setters: Vec<Setter<'a>>,
}

/// The primary key.
pub(super) enum Key<'a> {
    /// Nobody can say, for the struct is mistaken. Every key will do.
    Unknown,
    /// One field.
    One(&'a ParsedField),
    /// Several.
    Composite(Vec<&'a ParsedField>),
}

/// A field that an update may set, with its position among the stored ones.
pub(super) struct Setter<'a> {
    field: &'a ParsedField,
    position: usize,
}

impl<'a> Shell<'a> {
    /// The shell of a struct that has been read.
    pub(super) fn of(parsed: &'a ParsedModel) -> Self {
        let mut setters = Vec::with_capacity(parsed.fields.len());
        for (position, (field, column)) in parsed.stored().enumerate() {
            // The builder has an `execute` of its own, and such a field has been refused.
            if !column.primary_key && field.ident != "execute" {
                setters.push(Setter { field, position });
            }
        }
        Shell {
            ident: &parsed.ident,
            vis: &parsed.vis,
            krate: parsed.krate.as_ref(),
            key: Key::of(parsed),
            setters,
        }
    }

    /// The name of the update's builder.
    pub(super) fn update(&self) -> Ident {
        format_ident!("{}Update", self.ident)
    }

    /// The whole expansion, with `inside` where nothing of it can be named from outside.
    pub(super) fn around(&self, inside: TokenStream) -> TokenStream {
        let (ident, vis, update) = (self.ident, self.vis, self.update());
        let krate = match self.krate {
            Some(path) => quote!(#path),
            None => quote!(::colmig),
        };
        let inherent = self.inherent();
        let setters = self.setters.iter().map(Setter::expand);
        let doc = format!(
            " An update of one [`struct@{}`]: set its fields, then execute it.",
            ident.unraw()
        );
        quote! {
            #[allow(dead_code, deprecated, non_snake_case)]
            const _: () = {
                use #krate::__private as __colmig;
                #inside
                #inherent
                impl #update {
                    #(#setters)*
                    /// Executes the update. Whether there was such a row.
                    #vis fn execute<'c>(
                        self,
                        on: impl __colmig::Access<'c>,
                    ) -> __colmig::BoxFuture<'c, __colmig::Result<bool>> {
                        self.0.execute(on)
                    }
                }
            };
            #[doc = #doc]
            #[derive(::core::fmt::Debug)]
            #[must_use = "nothing is written before `execute` is awaited"]
            #vis struct #update(#krate::__private::Update<#ident>);
        }
    }

    /// The functions on the struct itself.
    fn inherent(&self) -> TokenStream {
        let (ident, vis, update) = (self.ident, self.vis, self.update());
        let (parameter, key) = (self.key.parameter(), self.key.argument());
        quote! {
            impl #ident {
                /// The row with this primary key, if there is one.
                #vis fn find<'c>(
                    on: impl __colmig::Access<'c>,
                    key: #parameter,
                ) -> __colmig::BoxFuture<'c, __colmig::Result<__colmig::Option<Self>>> {
                    __colmig::find::<Self>(on, #key)
                }
                /// A query with any tail of SQL, in which `{column}` stands for what the phase reads.
                #vis fn query<'c>(
                    on: impl __colmig::Access<'c>,
                    tail: &'static str,
                ) -> __colmig::Query<'c, Self> {
                    __colmig::query::<Self>(on, tail)
                }
                /// Inserts this row.
                #vis fn insert<'c>(
                    &'c self,
                    on: impl __colmig::Access<'c>,
                ) -> __colmig::BoxFuture<'c, __colmig::Result<()>> {
                    __colmig::insert(self, on)
                }
                /// Begins an update of the row with this primary key: set its fields, then execute it.
                #vis fn update(key: #parameter) -> #update {
                    #update(__colmig::update::<Self>(#key))
                }
                /// Deletes the row with this primary key. Whether there was one.
                #vis fn delete<'c>(
                    on: impl __colmig::Access<'c>,
                    key: #parameter,
                ) -> __colmig::BoxFuture<'c, __colmig::Result<bool>> {
                    __colmig::delete::<Self>(on, #key)
                }
                /// The list of columns for a query of your own. Ask anew for each one: it changes with the phases.
                #vis fn columns(db: &__colmig::Db) -> __colmig::Result<__colmig::String> {
                    __colmig::columns::<Self>(db)
                }
            }
        }
    }
}

impl<'a> Key<'a> {
    pub(super) fn of(parsed: &'a ParsedModel) -> Self {
        let mut fields: Vec<&ParsedField> = parsed
            .stored()
            .filter(|(_, column)| column.primary_key)
            .map(|(field, _)| field)
            .collect();
        match (fields.pop(), fields.is_empty()) {
            (None, _) => Key::Unknown,
            (Some(only), true) => Key::One(only),
            (Some(last), false) => {
                fields.push(last);
                Key::Composite(fields)
            }
        }
    }

    /// The type of the whole key.
    pub(super) fn ty(&self) -> TokenStream {
        match self {
            Key::Unknown => quote!(()),
            Key::One(ParsedField { ty, .. }) => quote!(#ty),
            Key::Composite(fields) => {
                let types = fields.iter().map(|field| &field.ty);
                quote!((#(#types),*))
            }
        }
    }

    /// What a caller may give for it.
    fn parameter(&self) -> TokenStream {
        match self {
            Key::Unknown => quote!(impl ::core::marker::Sized),
            Key::One(field) => taken(field),
            Key::Composite(_) => self.ty(),
        }
    }

    /// What goes on to the runtime.
    fn argument(&self) -> TokenStream {
        match self {
            Key::Unknown => quote!(()),
            Key::One(_) | Key::Composite(_) => quote!(key),
        }
    }

    /// The arms that give one part of the key.
    fn parts(&self) -> TokenStream {
        match self {
            Key::Unknown => TokenStream::new(),
            Key::One(_) => quote!(0 => key,),
            Key::Composite(fields) => {
                let positions = (0..fields.len()).map(Literal::usize_unsuffixed);
                let parts = positions.clone();
                quote!(#(#positions => &key.#parts,)*)
            }
        }
    }
}

impl Setter<'_> {
    fn expand(&self) -> TokenStream {
        let ParsedField {
            ident,
            vis,
            ty,
            takes,
            ..
        } = self.field;
        let position = Literal::usize_unsuffixed(self.position);
        let doc = format!(" Sets `{}`.", ident.unraw());
        let (parameter, value) = (
            taken(self.field),
            match takes {
                Takes::Exactly => quote!(value),
                Takes::Into => quote!(value.into()),
            },
        );
        quote! {
            #[doc = #doc]
            #vis fn #ident(self, value: #parameter) -> Self {
                Self(self.0.set::<#ty>(#position, #value))
            }
        }
    }
}

/// The parameter that takes the value of a field.
fn taken(field: &ParsedField) -> TokenStream {
    let ty = &field.ty;
    match field.takes {
        Takes::Exactly => quote!(#ty),
        Takes::Into => quote!(impl ::core::convert::Into<#ty>),
    }
}

/// The trait, over the static `DESCRIPTOR`.
pub(super) fn model_impl(parsed: &ParsedModel) -> TokenStream {
    let shell = Shell::of(parsed);
    let (ident, update) = (shell.ident, shell.update());
    let (key, parts) = (shell.key.ty(), shell.key.parts());
    let mut values = TokenStream::new();
    let mut reads = TokenStream::new();
    let mut position = 0;
    for ParsedField { ident, column, .. } in &parsed.fields {
        if column.is_some() {
            let at = Literal::usize_unsuffixed(position);
            values.extend(quote!(#at => &self.#ident,));
            reads.extend(quote!(#ident: reader.take()?,));
            position += 1;
        } else {
            reads.extend(quote!(#ident: __colmig::Default::default(),));
        }
    }
    quote! {
        #[automatically_derived]
        impl __colmig::Model for #ident {
            type Key = #key;
            type Update = #update;
            fn descriptor() -> &'static __colmig::Descriptor {
                &DESCRIPTOR
            }
            fn value(&self, field: usize) -> &dyn __colmig::Any {
                match field {
                    #values
                    _ => &(),
                }
            }
            fn key_value(key: &Self::Key, part: usize) -> &dyn __colmig::Any {
                match part {
                    #parts
                    _ => &(),
                }
            }
            fn read(reader: &mut __colmig::Reader<'_>) -> __colmig::Result<Self> {
                __colmig::Ok(Self { #reads })
            }
            fn begin_update(update: __colmig::Update<Self>) -> Self::Update {
                #update(update)
            }
        }
    }
}
