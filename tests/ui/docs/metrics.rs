//! Around the blocks of the page of metrics.

pub fn described() {
    //= docs/metrics.md 1
}

fn main() {}
