#[derive(colmig::Model)]
#[colmig(table = "parcels")]
struct Parcel {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(replaces = "weight", up_fn = "weight::grams")]
    grams: i64,
    #[colmig(replaces = "price", down_fn = "price::text")]
    cents: i64,
    #[colmig(replaces("street", "town"), up_fn = "address::of", down_fn = "address::parts")]
    address: String,
    #[colmig(replaces = "size", up = "size * 10", up_fn = "size::up", down_fn = "size::down")]
    size_mm: i64,
    #[colmig(up_fn = "label::up", down_fn = "label::down")]
    label: String,
    #[colmig(replaces = "to", up_fn = "not a path", down_fn = "")]
    receiver: String,
}

fn main() {}
