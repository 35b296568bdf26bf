//! Which literals of a file are sent to a database: those in calls of sqlx's and colmig's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Expr, Item, Lit, LitStr, Local, Macro, Pat, Stmt, Token};

use crate::discover::{Source, is_never_compiled};

use super::Sent;
use super::literal::Text;

/// Functions that take a query, sqlx's and `Model::query`.
const FUNCTIONS: [&str; 7] = [
    "query",
    "query_as",
    "query_as_with",
    "query_scalar",
    "query_scalar_with",
    "query_with",
    "raw_sql",
];

/// Macros that take one: sqlx's and colmig's.
const MACROS: [&str; 6] = [
    "query",
    "query_as",
    "query_as_unchecked",
    "query_scalar",
    "query_scalar_unchecked",
    "query_unchecked",
];

/// Macros of sqlx's that take the name of a file with one.
const FILE_MACROS: [&str; 6] = [
    "query_file",
    "query_file_as",
    "query_file_as_unchecked",
    "query_file_scalar",
    "query_file_scalar_unchecked",
    "query_file_unchecked",
];

/// Methods of sqlx's that take one, or a piece of one.
const METHODS: [&str; 10] = [
    "describe",
    "execute",
    "execute_many",
    "fetch",
    "fetch_all",
    "fetch_many",
    "fetch_one",
    "fetch_optional",
    "prepare",
    "push",
];

/// What gives the text that it is called on.
const SAME_TEXT: [&str; 9] = [
    "as_ref",
    "as_str",
    "borrow",
    "clone",
    "into",
    "leak",
    "to_owned",
    "to_string",
    "trim",
];

/// A constant that is a constant that is a constant.
const DEEPEST: usize = 4;

/// What a file sends, and the files of SQL that it names.
pub(super) fn sent(
    folder: &Path,
    source: &Source,
    parsed: &syn::File,
) -> (Vec<Sent>, Vec<PathBuf>) {
    let mut named = Named::default();
    named.visit_file(parsed);
    let mut calls = Calls {
        folder,
        source,
        named: &named.0,
        around: 0,
        sent: Vec::new(),
        files: Vec::new(),
    };
    if !is_never_compiled(&parsed.attrs) {
        calls.visit_file(parsed);
    }
    (calls.sent, calls.files)
}

/// What constants and variables are made of, by their names.
#[derive(Default)]
struct Named<'a>(BTreeMap<String, Vec<&'a Expr>>);

impl<'a> Visit<'a> for Named<'a> {
    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.add(&item.ident, &item.expr);
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
        self.add(&item.ident, &item.expr);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.add(&item.ident, &item.expr);
        visit::visit_item_static(self, item);
    }

    fn visit_local(&mut self, local: &'a Local) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        if let (Pat::Ident(name), Some(init)) = (pattern, &local.init) {
            self.add(&name.ident, &init.expr);
        }
        visit::visit_local(self, local);
    }
}

impl<'a> Named<'a> {
    fn add(&mut self, name: &syn::Ident, expression: &'a Expr) {
        self.0.entry(name.to_string()).or_default().push(expression);
    }
}

struct Calls<'a> {
    folder: &'a Path,
    source: &'a Source,
    named: &'a BTreeMap<String, Vec<&'a Expr>>,
    /// Where the statement begins that is being read.
    around: usize,
    sent: Vec<Sent>,
    files: Vec<PathBuf>,
}

impl Calls<'_> {
    fn send(&mut self, texts: Vec<Text>) {
        let around = self.around;
        self.sent
            .extend(texts.into_iter().map(|text| Sent { text, around }));
    }

    /// The texts that an expression may be: one for each of its branches.
    fn texts(&self, expression: &Expr, depth: usize) -> Vec<Text> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let of = |expression: &Expr| self.texts(expression, depth);
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => vec![Text::of(text, self.source)],
                _ => Vec::new(),
            },
            Expr::Reference(reference) => of(&reference.expr),
            Expr::Paren(inner) => of(&inner.expr),
            Expr::Group(inner) => of(&inner.expr),
            Expr::MethodCall(call) if SAME_TEXT.contains(&call.method.to_string().as_str()) => {
                of(&call.receiver)
            }
            // `AssertSqlSafe(...)`, `String::from(...)`.
            Expr::Call(call) => match call.args.first() {
                Some(argument) if call.args.len() == 1 => of(argument),
                _ => Vec::new(),
            },
            Expr::Macro(call) => self.put_together(&call.mac).into_iter().collect(),
            Expr::Path(path) => {
                let name = path.path.segments.last().map(|last| last.ident.to_string());
                let known = name.and_then(|name| self.named.get(&name));
                let known = known.into_iter().flatten();
                known
                    .flat_map(|expression| self.texts(expression, depth + 1))
                    .collect()
            }
            Expr::Binary(sum) => {
                let mut texts = of(&sum.left);
                if let Some(behind) = of(&sum.right).first() {
                    texts.iter_mut().for_each(|text| text.push(behind));
                }
                texts
            }
            Expr::If(branches) => {
                let mut texts = self.last_of(&branches.then_branch.stmts, depth);
                if let Some((_, other)) = &branches.else_branch {
                    texts.extend(of(other));
                }
                texts
            }
            Expr::Match(branches) => branches.arms.iter().flat_map(|arm| of(&arm.body)).collect(),
            Expr::Block(block) => self.last_of(&block.block.stmts, depth),
            _ => Vec::new(),
        }
    }

    fn last_of(&self, statements: &[Stmt], depth: usize) -> Vec<Text> {
        match statements.last() {
            Some(Stmt::Expr(last, None)) => self.texts(last, depth),
            _ => Vec::new(),
        }
    }

    /// The text that `format!`, `concat!` and their like make.
    fn put_together(&self, call: &Macro) -> Option<Text> {
        let mut parts = Vec::new();
        for token in call.tokens.clone() {
            if let TokenTree::Punct(punct) = &token
                && punct.as_char() == ','
            {
                continue;
            }
            parts.push(string(&token).map(|literal| Text::of(&literal, self.source)));
        }
        match last_name(&call.path)?.as_str() {
            "concat" | "concatcp" => {
                let mut text = Text::default();
                for part in &parts {
                    match part {
                        Some(part) => text.push(part),
                        None => text.push_unknown(),
                    }
                }
                Some(text)
            }
            "format" | "formatcp" | "format_args" | "indoc" | "formatdoc" => {
                parts.into_iter().next().flatten()
            }
            _ => None,
        }
    }

    /// The first text in a macro, with all that is added to it by `+`.
    fn first_text(&self, tokens: &TokenStream) -> Option<Text> {
        let mut tokens = tokens.clone().into_iter().peekable();
        let mut text = loop {
            let token = tokens.next()?;
            if let Some(literal) = string(&token) {
                break Text::of(&literal, self.source);
            }
        };
        let plus =
            |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '+');
        while tokens.next_if(plus).is_some() {
            match tokens.next().as_ref().and_then(string) {
                Some(literal) => text.push(&Text::of(&literal, self.source)),
                None => break,
            }
        }
        Some(text)
    }

    /// Goes through what a macro is given, where that is Rust.
    fn inside(&mut self, tokens: &TokenStream) {
        use syn::parse::Parser as _;
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = expressions.parse2(tokens.clone()) {
            expressions
                .iter()
                .for_each(|expression| self.visit_expr(expression));
        } else if let Ok(statements) = syn::Block::parse_within.parse2(tokens.clone()) {
            statements
                .iter()
                .for_each(|statement| self.visit_stmt(statement));
        }
    }
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = crate::discover::attributes(item);
        if is_never_compiled(attributes) || attributes.iter().any(is_test) {
            return;
        }
        let around = std::mem::replace(&mut self.around, self.source.place(item.span()).span.start);
        visit::visit_item(self, item);
        self.around = around;
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let around = std::mem::replace(&mut self.around, self.source.place(item.span()).span.start);
        visit::visit_impl_item(self, item);
        self.around = around;
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let start = self.source.place(statement.span()).span.start;
        let around = std::mem::replace(&mut self.around, start);
        visit::visit_stmt(self, statement);
        self.around = around;
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func {
            let mut names = function.path.segments.iter().rev();
            let last = names.next().map(|last| last.ident.to_string());
            let last = last.unwrap_or_default();
            let builds = matches!(last.as_str(), "new" | "with_arguments")
                && names.next().is_some_and(|of| of.ident == "QueryBuilder");
            if builds || FUNCTIONS.contains(&last.as_str()) {
                // sqlx's have it first, the accessors behind the connection.
                let texts = call.args.iter().map(|argument| self.texts(argument, 0));
                let first = texts.into_iter().find(|texts| !texts.is_empty());
                self.send(first.unwrap_or_default());
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if METHODS.contains(&call.method.to_string().as_str())
            && let Some(argument) = call.args.first()
        {
            let texts = self.texts(argument, 0);
            self.send(texts);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = last_name(&call.path).unwrap_or_default();
        if MACROS.contains(&name.as_str()) {
            let text = self.first_text(&call.tokens);
            self.send(text.into_iter().collect());
        } else if FILE_MACROS.contains(&name.as_str()) {
            let file = self.first_text(&call.tokens);
            self.files
                .extend(file.map(|file| self.folder.join(file.sql)));
        } else {
            self.inside(&call.tokens);
        }
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    last_name(attribute.path()).is_some_and(|name| name == "test")
}

fn last_name(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|last| last.ident.to_string())
}

fn string(token: &TokenTree) -> Option<LitStr> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(text),
        _ => None,
    }
}
