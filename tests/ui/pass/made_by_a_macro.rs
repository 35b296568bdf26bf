//! A struct whose types come through a macro, as they do in invisible parentheses.
#![deny(warnings)]

use colmig::{Model, field};

macro_rules! model {
    ($name:ident, $table:literal, $ty:ty) => {
        #[derive(Model)]
        #[colmig(table = $table)]
        pub struct $name {
            #[colmig(primary_key)]
            pub id: i64,
            pub value: $ty,
            pub optional: Option<$ty>,
        }
    };
}

model!(Text, "texts", String);
model!(Number, "numbers", i64);

fn main() {
    let _ = Text::update(1).set(field!(Text.value), "a").set(field!(Text.optional), "b");
    let _ = Number::update(1).set(field!(Number.value), 2);
}
