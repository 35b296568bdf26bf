#![deny(warnings)]

pub mod elsewhere {
    pub use colmig as renamed;
}

#[derive(colmig::Model, Debug, Clone)]
#[colmig(table = "users", rename_all = "camelCase", crate = "crate::elsewhere::renamed")]
#[colmig(index(first_name, last_name), unique(email, org), check = "\"age\" < 200")]
#[colmig(index(age(desc, nulls = "last"), expr = "lower(email)", where = "age > 0", using(postgres = "btree"), include(org)))]
#[colmig(unique(expr("lower(email)", desc, ops(postgres = "text_pattern_ops")), org))]
pub struct User {
    #[colmig(primary_key, column = "id")]
    pub user_id: i64,
    #[colmig(index(desc, where(postgres = "age > 0", sqlite = "age > 0")))]
    pub first_name: String,
    #[colmig(renamed_from = "surname")]
    pub last_name: String,
    #[colmig(backfill = "firstName || ' ' || lastName", index)]
    pub display_name: String,
    #[colmig(sql_type(postgres = "citext", sqlite = "TEXT COLLATE NOCASE"), unique)]
    pub email: String,
    #[colmig(default = "0", check(postgres = "age >= 0", sqlite = "age >= 0"))]
    pub age: i32,
    #[colmig(references = "orgs(id)")]
    pub org: Option<i64>,
    #[colmig(replaces("street", "town"), up = "street || town", down(street = "''", town = "address"))]
    pub address: String,
    #[colmig(sql_type = "text", replaces = "kind")]
    pub role: String,
    #[colmig(skip)]
    pub online: bool,
}

fn main() {}
