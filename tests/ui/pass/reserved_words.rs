#![deny(warnings)]

use colmig::{Model, field};

#[derive(Model)]
#[colmig(table = "order", unique(r#where, group), primary_key(select, r#where))]
pub struct Order {
    pub select: String,
    pub r#where: i32,
    #[colmig(column = "from \"here\"")]
    pub group: Option<String>,
    #[colmig(column = "Größe")]
    pub size: f64,
}

pub async fn use_it(db: &colmig::Db) -> colmig::Result<()> {
    let update = Order::update(("all".to_owned(), 1)).set(field!(Order.group), "by");
    update.set(field!(Order.size), 1.5).execute(db).await?;
    Ok(())
}

fn main() {}
