//! Steps on collections of documents, as data.
//!
//! A document store lets anybody add a field at any time. What a rollout brings is what is known of
//! the fields: the rules by which documents are filled, what a validator says of them, indexes, and
//! the end of what nobody reads any more.

use crate::model::{ANY, Column, ColumnType, Model};
use crate::step::Conversion;
use crate::{Database, Template};

/// What a step does on a collection. MongoDB renders it in its own words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CollectionAction {
    /// A collection, unless it is there.
    Create {
        /// The collection.
        collection: String,
    },
    /// A validator that warns, and says what fields are to come.
    Expect {
        /// What documents may hold from now on.
        shape: Shape,
        /// What they had to hold before; none where nobody knows.
        before: Option<Shape>,
        /// The fields that come, which go again when the rollout is taken back.
        coming: Vec<Coming>,
        /// The version that documents satisfy again when it is.
        raised: Option<Raised>,
    },
    /// Documents that are written in batches, until none of them is left.
    Rewrite(Rewrite),
    /// Documents that the application writes by a rule in Rust, until none of them is left.
    Convert {
        /// What it does.
        conversion: Conversion,
        /// The name of the step, of which there are two.
        step: String,
    },
    /// A look for documents that the validator to come would refuse.
    Prove {
        /// What it demands.
        shape: Shape,
        /// The fields that the rollout is about.
        fields: Vec<String>,
    },
    /// A validator that refuses.
    Enforce {
        /// What it demands.
        shape: Shape,
        /// The name of the step, of which there may be two.
        step: &'static str,
        /// What the validator said before.
        before: Before,
    },
    /// An index beside live traffic.
    CreateIndex {
        /// The collection.
        collection: String,
        /// The index.
        index: DocumentIndex,
    },
    /// A look for documents that share what an index is to keep unique.
    ProveUnique {
        /// The collection.
        collection: String,
        /// The index.
        index: DocumentIndex,
    },
    /// An index that is there becomes unique.
    MakeUnique {
        /// The collection.
        collection: String,
        /// The name of the index.
        name: String,
    },
    /// Removes an index beside live traffic.
    DropIndex {
        /// The collection.
        collection: String,
        /// The name of the index.
        name: String,
    },
    /// Removes a collection.
    Drop {
        /// The collection.
        collection: String,
    },
}

/// What a validator said before it refused.
#[derive(Clone, Debug)]
pub enum Before {
    /// There was none.
    Nothing,
    /// It warned of what is not so.
    Warned(Shape),
    /// Nobody goes back there any more.
    Past,
}

impl CollectionAction {
    /// In which order those of one phase are executed, whichever change they belong to.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            CollectionAction::Create { .. } => 0,
            CollectionAction::Expect { .. } => 1,
            CollectionAction::Rewrite(_) | CollectionAction::Convert { .. } => 2,
            CollectionAction::Prove { .. } => 3,
            CollectionAction::Enforce { .. } => 4,
            CollectionAction::CreateIndex { .. } => 5,
            CollectionAction::ProveUnique { .. } => 6,
            CollectionAction::MakeUnique { .. } => 7,
            CollectionAction::DropIndex { .. } => 8,
            CollectionAction::Drop { .. } => 9,
        }
    }
}

/// The version of the model that documents satisfy, and that becomes a higher one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The field that holds it.
    pub field: String,
    /// The number that it becomes.
    pub to: u32,
}

/// A field that comes.
#[derive(Clone, Debug)]
pub struct Coming {
    /// The field.
    pub field: String,
    /// What of its values is kept where the rollout is taken back.
    pub kept: Kept,
}

/// Which values of a field are kept that goes again: those that are nowhere else.
#[derive(Clone, Debug)]
pub enum Kept {
    /// All of them: nobody can tell here what somebody has written.
    All,
    /// Whatever the rule does not give, for somebody has written it.
    AllBut(Template),
    /// None: what the field takes the place of says the same.
    Nothing,
}

/// Documents that are written in batches by ranges of `_id`.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The collection.
    pub collection: String,
    /// The name of the step.
    pub step: String,
    /// What is done to them.
    pub how: Rewritten,
}

/// What is done to documents that need it.
#[derive(Clone, Debug)]
pub enum Rewritten {
    /// A field is filled where it is missing.
    Fill {
        /// The field.
        field: String,
        /// Whether null counts as missing: the field never holds one that somebody meant.
        null_is_old: bool,
        /// Its value, over the document.
        rule: Template,
    },
    /// Fields become what the rules make of those whose place they take, where they are something else.
    Converge {
        /// Each with its value.
        targets: Vec<(String, Template)>,
    },
    /// The version is raised where it is lower.
    Raise(Raised),
    /// Fields go.
    Unset {
        /// The fields.
        fields: Vec<String>,
    },
}

/// An index over fields.
#[derive(Clone, Debug)]
pub struct DocumentIndex {
    /// Its name.
    pub name: String,
    /// Whether no two documents may have the same values.
    pub unique: bool,
    /// The fields in their order, each with whether it is sorted from the greatest down.
    pub over: Vec<(String, bool)>,
    /// The method in the place of a direction, such as `hashed`.
    pub method: Option<String>,
    /// The documents that it holds, as a filter in JSON, if not all.
    pub only: Option<String>,
}

/// What documents of a collection hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The collection.
    pub collection: String,
    /// The fields, in their order.
    pub fields: Vec<ShapeField>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeField {
    /// Its name.
    pub name: String,
    /// Its type; `any` says nothing.
    pub bson: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether every document has it.
    pub required: bool,
}

impl Shape {
    /// What a model demands of its documents.
    pub fn of(model: &Model) -> Shape {
        Shape {
            collection: model.table.clone(),
            fields: model.columns.iter().map(ShapeField::of).collect(),
        }
    }

    /// What documents of both models hold while one becomes the other. What only one of them has is
    /// required of nobody, and so is what the second has become more demanding about, unless the
    /// rollout is so far that `reached` says so.
    pub fn between(old: &Model, new: &Model, reached: bool) -> Shape {
        let fresh = new.columns.iter().map(|column| {
            let field = ShapeField::of(column);
            let was = old.column(&column.name).map(ShapeField::of);
            ShapeField {
                required: field.required && (reached || was.is_some_and(|was| was.required)),
                ..field
            }
        });
        let gone = old.columns.iter();
        let gone = gone.filter(|column| new.column(&column.name).is_none());
        let gone = gone.map(|column| ShapeField {
            required: false,
            ..ShapeField::of(column)
        });
        Shape {
            collection: new.table.clone(),
            fields: fresh.chain(gone).collect(),
        }
    }
}

impl ShapeField {
    fn of(column: &Column) -> ShapeField {
        ShapeField {
            name: column.name.clone(),
            bson: bson_type(column).to_owned(),
            nullable: column.nullable,
            required: !column.nullable && !column.may_lack,
        }
    }
}

/// The type of BSON of a field.
pub fn bson_type(column: &Column) -> &str {
    match &column.ty {
        ColumnType::Custom(names) => names.get(Database::MongoDb).unwrap_or(ANY),
        _ => ANY,
    }
}
