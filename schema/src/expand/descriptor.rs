//! What the runtime knows of a model without its type: names, statements, codecs.

use crate::access::{Field, Table};
use crate::parse::ParsedModel;
use crate::record::Flight;
use crate::{Database, Model, Record};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The static `DESCRIPTOR`. Without a record, accessors are made for every database that
/// has the model's types and whose driver is on.
pub(super) fn expand(parsed: &ParsedModel, record: Option<&Record>) -> TokenStream {
    let Model {
        name,
        table,
        columns,
        ..
    } = &parsed.model;
    let names = columns.iter().map(|column| &column.name);
    let key = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.primary_key)
        .map(|(position, _)| Literal::usize_unsuffixed(position));
    let codecs = codecs(parsed, record);
    let (flights, sql) = match record.map(|record| flights(&parsed.model, record)) {
        Some(flights) if !flights.is_empty() => (
            Some(quote! {
                static FLIGHTS: __colmig::Flights = __colmig::Flights::new(&[#flights]);
            }),
            quote!(__colmig::Sql::InFlight(&FLIGHTS)),
        ),
        _ => {
            let databases: &[Database] = record.map_or(&Database::ALL, |record| &record.databases);
            let each = databases
                .iter()
                .map(|database| plain_sql(&parsed.model, *database));
            (None, quote!(__colmig::Sql::Plain(&[#(#each),*])))
        }
    };
    quote! {
        #flights
        static DESCRIPTOR: __colmig::Descriptor = __colmig::Descriptor {
            model: #name,
            table: #table,
            columns: &[#(#names),*],
            key: &[#(#key),*],
            codecs: #codecs,
            sql: #sql,
        };
    }
}

/// How the fields go in and out. Each field's type stands here with its own span, so a
/// type that a database cannot store is an error at the field.
fn codecs(parsed: &ParsedModel, record: Option<&Record>) -> TokenStream {
    let types = parsed.stored().map(|(field, _)| &field.ty);
    let types = quote!(#(#types),*);
    let mut codecs = quote!(__colmig::Codecs::NONE);
    match record {
        Some(record) => {
            for database in &record.databases {
                codecs.extend(match database {
                    Database::Postgres => quote!(.postgres(__colmig::postgres_codecs!(#types))),
                    Database::Sqlite => quote!(.sqlite(__colmig::sqlite_codecs!(#types))),
                });
            }
        }
        None => {
            let columns = &parsed.model.columns;
            for database in Database::ALL {
                if columns
                    .iter()
                    .any(|column| column.ty.sql(database).is_none())
                {
                    continue;
                }
                codecs.extend(match database {
                    Database::Postgres => {
                        quote!(.postgres_if(__colmig::postgres_codecs_if_enabled!(#types)))
                    }
                    Database::Sqlite => {
                        quote!(.sqlite_if(__colmig::sqlite_codecs_if_enabled!(#types)))
                    }
                });
            }
        }
    }
    codecs
}

fn flights(model: &Model, record: &Record) -> TokenStream {
    let mut flights = TokenStream::new();
    for (position, column) in model.columns.iter().enumerate() {
        let recorded = record
            .column(&column.name)
            .and_then(|recorded| recorded.flight.as_ref());
        let Some(Flight {
            migration,
            null_is_old,
            fallback,
            ..
        }) = recorded
        else {
            continue;
        };
        let position = Literal::usize_unsuffixed(position);
        let fallback = fallback.iter().map(|(database, template)| {
            let (database, template) = (variant(*database), template.to_string());
            quote!((#database, #template))
        });
        flights.extend(quote! {
            __colmig::Flight {
                field: #position,
                migration: #migration,
                null_is_old: #null_is_old,
                fallback: &[#(#fallback),*],
            },
        });
    }
    flights
}

/// The statements of a model with nothing in flight.
fn plain_sql(model: &Model, database: Database) -> TokenStream {
    let fields = model.columns.iter().map(|column| Field {
        column: &column.name,
        key: column.primary_key,
        flight: None,
    });
    let table = Table {
        name: &model.table,
        fields: fields.collect(),
        database,
    };
    let (list, find, delete) = (table.select_list(), table.find(), table.delete());
    let insert = table.insert().sql;
    let database = variant(database);
    quote! {
        __colmig::PlainSql {
            database: #database,
            list: #list,
            find: #find,
            insert: #insert,
            delete: #delete,
        }
    }
}

fn variant(database: Database) -> TokenStream {
    match database {
        Database::Postgres => quote!(__colmig::Database::Postgres),
        Database::Sqlite => quote!(__colmig::Database::Sqlite),
    }
}
