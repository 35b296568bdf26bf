//! Made-up models of a realistic mix of types.

use std::fmt::Write as _;

/// What one field after the next is made of; a key comes before them.
const TYPES: [&str; 6] = ["String", "Option<String>", "i64", "bool", "f64", "Vec<u8>"];

/// What the structs derive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derives {
    /// What nearly every struct does: the line from which costs are counted.
    Baseline,
    /// `sqlx::FromRow` beside that: what a model costs without colmig.
    FromRow,
    /// `colmig::Model` beside that.
    Model,
}

impl Derives {
    fn list(self) -> &'static str {
        match self {
            Self::Baseline => "Debug, Clone",
            Self::FromRow => "Debug, Clone, sqlx::FromRow",
            Self::Model => "Debug, Clone, colmig::Model",
        }
    }
}

/// Structs to be written into one source file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Models {
    /// The number of the first; it names the struct and its table.
    pub(super) first: usize,
    /// How many structs there are.
    pub(super) count: usize,
    /// How many fields each of them has, the key among them.
    pub(super) fields: usize,
}

impl Models {
    /// The source, with `extra` as one more field of the first model.
    pub(super) fn source(&self, derives: Derives, extra: Option<&str>) -> String {
        let mut source = String::from("//! Made by `cargo xtask bench`.\n");
        for number in self.first..self.first + self.count {
            let extra = extra.filter(|_| number == self.first);
            source.push_str(&self.model(number, derives, extra));
        }
        source
    }

    fn model(&self, number: usize, derives: Derives, extra: Option<&str>) -> String {
        let (table, key) = match derives {
            // Only our own derive understands our attributes.
            Derives::Baseline | Derives::FromRow => (String::new(), ""),
            Derives::Model => (
                format!("#[colmig(table = \"model_{number}\")]\n"),
                "    #[colmig(primary_key)]\n",
            ),
        };
        let mut model = format!(
            "\n#[derive({})]\n{table}pub struct Model{number} {{\n{key}    pub id: i64,\n",
            derives.list()
        );
        // Writing to a `String` cannot fail.
        for (field, ty) in TYPES.iter().cycle().take(self.fields - 1).enumerate() {
            let _ = writeln!(model, "    pub field_{field}: {ty},");
        }
        if let Some(extra) = extra {
            let _ = writeln!(model, "    {extra},");
        }
        model.push_str("}\n");
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODELS: Models = Models {
        first: 7,
        count: 2,
        fields: 3,
    };

    #[test]
    fn plain_structs_have_no_attributes_of_ours() {
        assert_eq!(
            MODELS.source(Derives::Baseline, None),
            "\
//! Made by `cargo xtask bench`.

#[derive(Debug, Clone)]
pub struct Model7 {
    pub id: i64,
    pub field_0: String,
    pub field_1: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Model8 {
    pub id: i64,
    pub field_0: String,
    pub field_1: Option<String>,
}
"
        );
    }

    #[test]
    fn extra_field_is_the_first_models() {
        let source = MODELS.source(Derives::Model, Some("pub more: i64"));
        let (first, second) = source.split_once("model_8").unwrap();
        assert!(first.contains("#[colmig(table = \"model_7\")]\npub struct Model7 {"));
        assert!(first.contains("    #[colmig(primary_key)]\n    pub id: i64,\n"));
        assert!(first.contains("    pub more: i64,\n}"));
        assert!(!second.contains("more"));
    }
}
