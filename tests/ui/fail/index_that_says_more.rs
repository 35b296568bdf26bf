#[derive(colmig::Model)]
#[colmig(table = "users")]
#[colmig(index(name(down), where = "name <> ''"))]
#[colmig(index(name(nulls = "middle"), using = "gin (x)"))]
#[colmig(index(name, wehre = "name <> ''"))]
#[colmig(index(name, with = "fillfactor"))]
#[colmig(index(name(desc = "yes"), where = ""))]
#[colmig(index(name, include(name, age)))]
#[colmig(index(expr("lower(name)", "upper(name)")))]
#[colmig(index(expr(postgres = "lower(name)", dsc)))]
#[colmig(index(where = "name <> ''"))]
#[colmig(unique(name, where = "a", where = "b"))]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(index())]
    name: String,
    #[colmig(index("age"))]
    age: i32,
    #[colmig(index(expr = "lower(mail)"))]
    mail: String,
    #[colmig(index(desc, usng = "hash"))]
    town: String,
    #[colmig(unique(include(town)))]
    street: String,
    #[colmig(index(include(lane)))]
    lane: String,
}

fn main() {}
