//! Wildcards in a statement that parses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};

use sqlparser::ast::{
    Expr, FromTable, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, Spanned as _, Statement, TableFactor, TableObject, TableWithJoins, Visit as _,
    Visitor,
};

use super::{Wildcard, place};

/// Where a token begins, and its bytes.
type Bytes<'a> = BTreeMap<(u64, u64), &'a Range<usize>>;

/// The wildcards that stand for the columns of tables.
pub(super) fn wildcards(statement: &Statement, bytes: &Bytes<'_>) -> Vec<Wildcard> {
    let mut finder = Finder {
        bytes,
        named: BTreeSet::new(),
        looked_for: BTreeSet::new(),
        found: Vec::new(),
    };
    let _ = statement.visit(&mut finder);
    finder.found
}

struct Finder<'a> {
    bytes: &'a Bytes<'a>,
    /// The names that `WITH` gives: what stands behind them has a list of its own.
    named: BTreeSet<String>,
    /// Where the selects of `EXISTS` begin, which have no columns.
    looked_for: BTreeSet<(u64, u64)>,
    found: Vec<Wildcard>,
}

/// What a wildcard may stand for: the name in this query, and the table if it is one.
struct Source {
    name: String,
    table: Option<String>,
}

impl Finder<'_> {
    fn sources(&self, from: &[TableWithJoins]) -> Vec<Source> {
        let mut sources = Vec::new();
        for tables in from {
            self.add(&tables.relation, &mut sources);
            for join in &tables.joins {
                self.add(&join.relation, &mut sources);
            }
        }
        sources
    }

    fn add(&self, factor: &TableFactor, sources: &mut Vec<Source>) {
        match factor {
            TableFactor::Table {
                name, alias, args, ..
            } => {
                let table = last(name);
                let alias = alias.as_ref().map(|alias| alias.name.value.clone());
                let is_table = args.is_none() && !self.named.contains(&table.to_lowercase());
                sources.push(Source {
                    name: alias.unwrap_or_else(|| table.clone()),
                    table: is_table.then_some(table),
                });
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => {
                self.add(&table_with_joins.relation, sources);
                for join in &table_with_joins.joins {
                    self.add(&join.relation, sources);
                }
            }
            TableFactor::Derived { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::Function { alias, .. }
            | TableFactor::UNNEST { alias, .. } => {
                if let Some(alias) = alias {
                    let name = alias.name.value.clone();
                    sources.push(Source { name, table: None });
                }
            }
            // No database that colmig speaks has any of the others.
            _ => {}
        }
    }

    fn judge(&mut self, items: &[SelectItem], sources: &[Source], clause: &'static str) {
        for item in items {
            match item {
                SelectItem::Wildcard(options) => {
                    let tables: Vec<String> = sources
                        .iter()
                        .filter_map(|source| source.table.clone())
                        .collect();
                    let start = place(options.wildcard_token.0.span.start);
                    if let (false, Some(span)) = (tables.is_empty(), self.bytes.get(&start)) {
                        self.found.push(Wildcard {
                            span: (*span).clone(),
                            clause,
                            tables,
                        });
                    }
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) => {
                    let wanted = last(name);
                    let named = |source: &&Source| source.name.eq_ignore_ascii_case(&wanted);
                    let table = match sources.iter().find(named) {
                        Some(source) => source.table.clone(),
                        None if self.named.contains(&wanted.to_lowercase()) => None,
                        None => Some(wanted),
                    };
                    let start = self.bytes.get(&place(name.span().start));
                    let end = self.star(name, options.wildcard_token.0.span.start);
                    if let (Some(table), Some(start), Some(end)) = (table, start, end) {
                        self.found.push(Wildcard {
                            span: start.start..end,
                            clause,
                            tables: vec![table],
                        });
                    }
                }
                _ => {}
            }
        }
    }

    /// Where the `*` behind a name ends.
    fn star(&self, name: &ObjectName, token: sqlparser::tokenizer::Location) -> Option<usize> {
        if let Some(star) = self.bytes.get(&place(token)) {
            return Some(star.end);
        }
        // Behind the name come the dot and the star.
        let behind = self.bytes.range(place(name.span().end)..);
        behind.map(|(_, bytes)| bytes.end).nth(1)
    }
}

impl Visitor for Finder<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            let names = with.cte_tables.iter().map(|table| &table.alias.name.value);
            self.named.extend(names.map(|name| name.to_lowercase()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if let Expr::Exists { subquery, .. } = expression
            && let SetExpr::Select(select) = &*subquery.body
        {
            let start = select.select_token.0.span.start;
            self.looked_for.insert(place(start));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        if !self
            .looked_for
            .contains(&place(select.select_token.0.span.start))
        {
            let sources = self.sources(&select.from);
            self.judge(&select.projection, &sources, "SELECT");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        let (returning, sources) = match statement {
            Statement::Insert(insert) => (&insert.returning, self.target(&insert.table)),
            Statement::Update(update) => (
                &update.returning,
                self.sources(std::slice::from_ref(&update.table)),
            ),
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                (&delete.returning, self.sources(from))
            }
            _ => return ControlFlow::Continue(()),
        };
        if let Some(items) = returning {
            self.judge(items, &sources, "RETURNING");
        }
        ControlFlow::Continue(())
    }
}

impl Finder<'_> {
    fn target(&self, table: &TableObject) -> Vec<Source> {
        match table {
            TableObject::TableName(name) => vec![Source {
                name: last(name),
                table: Some(last(name)),
            }],
            _ => Vec::new(),
        }
    }
}

/// The name without its schema.
fn last(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map(|ident| ident.value.clone()).unwrap_or_default()
}
