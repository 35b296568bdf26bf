//! The sources of one package, file by file, along its `mod`s.

use std::collections::BTreeSet;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use colmig_schema::parse;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, DeriveInput, Item, ItemMod, ItemStruct};

use super::cfg::{self, Certainty};
use super::modules::{Files, Folder};
use super::{Discovered, Scanned, Texts};
use crate::error::{Place, Problem};
use crate::files;
use crate::project::{Package, shown};

/// A file that is still to be read.
struct Pending {
    file: PathBuf,
    folder: Folder,
    /// Whether every build compiles it.
    certain: bool,
}

/// What somebody looks for in the sources beside models.
pub(crate) trait Look: Default + Send {
    /// Whether a file with this text is to be parsed.
    fn wants(&self, text: &str) -> bool;

    /// Takes a file that was parsed.
    fn look(&mut self, package: &Package, source: &Source, parsed: &syn::File);
}

/// Nothing is looked for but models.
impl Look for () {
    fn wants(&self, _text: &str) -> bool {
        false
    }

    fn look(&mut self, _package: &Package, _source: &Source, _parsed: &syn::File) {}
}

/// Reads every file of the package, each once.
pub(super) fn scan<L: Look>(package: &Package, texts: &Texts, look: &mut L) -> Scanned {
    let mut scanned = Scanned::default();
    let mut seen = BTreeSet::new();
    let mut pending: Vec<Pending> = package
        .roots
        .iter()
        .rev()
        .map(|root| Pending {
            file: root.clone(),
            folder: Folder::of_root(root),
            certain: true,
        })
        .collect();
    while let Some(next) = pending.pop() {
        // A library and a binary may share modules.
        let path = next.file.canonicalize();
        let path = path.unwrap_or_else(|_| next.file.clone());
        let text = match texts.get(&path) {
            Some(text) => Ok(text.clone()),
            None => files::read(&next.file),
        };
        if !seen.insert(path) {
            continue;
        }
        match text {
            Ok(text) => read(package, next, &text, &mut scanned, &mut pending, look),
            Err(error) => scanned.problems.extend(error.problems),
        }
    }
    scanned
}

fn read<L: Look>(
    package: &Package,
    next: Pending,
    text: &str,
    scanned: &mut Scanned,
    pending: &mut Vec<Pending>,
    look: &mut L,
) {
    if !text.contains("colmig") && !may_declare_a_file(text) && !look.wants(text) {
        return;
    }
    let source = Source::new(next.file, text);
    let parsed = match source.parse() {
        Ok(parsed) => parsed,
        Err(error) => {
            let note = "the file does not parse, so no model in it was read; all other files were";
            scanned.problems.extend(
                error
                    .into_iter()
                    .map(|error| source.problem(&error).note(note)),
            );
            return;
        }
    };
    look.look(package, &source, &parsed);
    let mut reader = Reader {
        package,
        source,
        folder: next.folder,
        certain: next.certain,
        scanned,
        found: Vec::new(),
    };
    reader.guarded(&parsed.attrs, |reader| visit::visit_file(reader, &parsed));
    // The last goes first from a stack: files are read in the order of their `mod`s.
    pending.extend(reader.found.into_iter().rev());
}

/// Whether the text may hold a `mod name;`. It may say yes where there is none, as in a
/// comment, and never says no where there is one: most files are not parsed at all.
fn may_declare_a_file(text: &str) -> bool {
    text.match_indices("mod").any(|(at, word)| {
        let rest = &text[at + word.len()..];
        let name = rest.trim_start();
        if name.len() == rest.len() {
            // A comment parts words as well; anything else makes another word of it.
            return name.starts_with('/');
        }
        let behind = name
            .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '#')
            .trim_start();
        behind.starts_with(';') || behind.starts_with('/')
    })
}

/// The text of a file, for places in it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The file as people would type it.
    pub(crate) file: PathBuf,
    /// Its text, without a byte order mark.
    pub(crate) text: Arc<str>,
    shebang: usize,
}

impl Source {
    /// The file at `path`, with its text.
    pub(crate) fn new(path: PathBuf, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // syn would cut off a shebang as well, and its spans would be off by that much.
        let shebang = if text.starts_with("#!") && !text.starts_with("#![") {
            text.find('\n').unwrap_or(text.len())
        } else {
            0
        };
        Source {
            file: shown(&path).into(),
            text: text.into(),
            shebang,
        }
    }

    /// Reads it as Rust.
    pub(crate) fn parse(&self) -> syn::Result<syn::File> {
        let tokens: TokenStream = self.text[self.shebang..].parse()?;
        parse::check_depth(&tokens)?;
        syn::parse2(tokens)
    }

    /// Where the tokens of a span stand.
    pub(crate) fn place(&self, span: Span) -> Place {
        let range = span.byte_range();
        Place {
            file: self.file.clone(),
            source: Arc::clone(&self.text),
            span: range.start + self.shebang..range.end + self.shebang,
        }
    }

    /// A mistake of the file's, at its place.
    pub(crate) fn problem(&self, error: &syn::Error) -> Problem {
        Problem::error(error.to_string()).at(self.place(error.span()))
    }
}

/// Goes through one file.
struct Reader<'a> {
    package: &'a Package,
    source: Source,
    folder: Folder,
    certain: bool,
    scanned: &'a mut Scanned,
    found: Vec<Pending>,
}

impl Reader<'_> {
    /// Goes on inside of what the attributes stand on, unless it is certainly not compiled.
    fn guarded(&mut self, attributes: &[Attribute], go_on: impl FnOnce(&mut Self)) {
        let certainty = cfg::certainty(attributes);
        if certainty == Certainty::Off {
            return;
        }
        let before = self.certain;
        self.certain &= certainty == Certainty::On;
        go_on(self);
        self.certain = before;
    }

    fn declared(&mut self, module: &ItemMod, name: &str) {
        let place = self.source.place(module.ident.span());
        match self.folder.files(name, &module.attrs) {
            Files::Found(files) => {
                let certain = self.certain && files.len() == 1;
                self.found
                    .extend(files.into_iter().map(|(file, folder)| Pending {
                        file,
                        folder,
                        certain,
                    }));
            }
            Files::Missing(paths) => {
                let title = format!("there is no file for the module `{name}`");
                // Where it is not compiled, nobody may ever have needed it.
                let problem = if self.certain {
                    Problem::error(title)
                } else {
                    Problem::warning(title)
                };
                let paths: Vec<String> = paths
                    .iter()
                    .map(|path| format!("`{}`", shown(path)))
                    .collect();
                self.scanned.problems.push(
                    problem
                        .at(place)
                        .note(format!("looked for {}", paths.join(" and "))),
                );
            }
            Files::Both(one, other) => {
                self.scanned.problems.push(
                    Problem::error(format!("there are two files for the module `{name}`"))
                        .at(place)
                        .note(format!("`{}` and `{}`", shown(&one), shown(&other)))
                        .help("remove one of them"),
                );
            }
        }
    }

    fn consider(&mut self, item: &ItemStruct) {
        if !parse::is_model(&item.attrs) {
            return;
        }
        let input = DeriveInput::from(item.clone());
        match parse::model(&input) {
            Ok(mut parsed) => {
                parse::comments(&input, &mut parsed.model);
                let columns = parsed.fields.iter().filter_map(|field| {
                    let column = parsed.model.columns.get(field.column?)?;
                    Some((column.name.clone(), self.source.place(field.ident.span())))
                });
                self.scanned.models.push(Discovered {
                    package: self.package.key.clone(),
                    place: self.source.place(item.ident.span()),
                    item: self.source.place(item.span()).span,
                    columns: columns.collect(),
                    model: parsed.model,
                });
            }
            Err(errors) => {
                let problems = errors
                    .into_iter()
                    .flatten()
                    .map(|error| self.source.problem(&error));
                self.scanned.problems.extend(problems);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.guarded(attributes(item), |reader| visit::visit_item(reader, item));
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.consider(item);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let name = module.ident.unraw().to_string();
        match &module.content {
            Some(_) => {
                let inside = self.folder.inline(&name, &module.attrs);
                let outside = mem::replace(&mut self.folder, inside);
                visit::visit_item_mod(self, module);
                self.folder = outside;
            }
            None => self.declared(module, &name),
        }
    }
}

/// The attributes of an item.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_skipped_only_if_it_declares_none() {
        for text in [
            "mod a;",
            "pub mod r#type ;",
            "mod\n\ta\n;",
            "mod /* b */ a;",
            "mod/**/a;",
            "// mod a;",
            "mod größe;",
        ] {
            assert!(may_declare_a_file(text), "{text}");
        }
        for text in [
            "mod tests { fn a() {} }",
            "use model;",
            "let modal = 1;",
            "modest;",
            "mod_a;",
        ] {
            assert!(!may_declare_a_file(text), "{text}");
        }
    }
}
