//! Around the blocks of the page of the fleet.

#[derive(colmig::Model, Debug, Clone)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
}

pub async fn options(pod_name: String) -> colmig::Result<()> {
    //= docs/fleet.md 1
    Ok(())
}

fn main() {}
