use colmig::Model;

#[derive(Model)]
#[colmig(table = "colours")]
enum Colour {
    Red,
    Green,
}

async fn use_it(db: &colmig::Db) {
    let _ = Colour::find(db, 1).await;
}

fn main() {}
