//! The places of a crew's workers: as many of them work as are wanted at the moment.

use std::time::Duration;

use super::crew::Crew;
use super::worker::Worker;
use crate::migrate::driver::{Connector, Driver};
use crate::migrate::session::Halt;
use crate::migrate::settings::MOST_WORKERS;

/// The pause before a connection is asked for again that was not to be had.
const CONNECT_AGAIN: Duration = Duration::from_secs(5);

/// Lets workers come and go until no range is left. These connections are open already.
pub(super) async fn work(
    crew: &Crew<'_>,
    connector: &Connector,
    drivers: Vec<Box<dyn Driver>>,
) -> Vec<Result<(), Halt>> {
    let single = crew.backfill.bounds.is_none()
        || drivers.iter().any(|driver| driver.dialect().single_writer);
    let places = if single { 1 } else { MOST_WORKERS };
    let mut drivers = drivers.into_iter();
    let places = (0..places).map(|number| place(crew, connector, number, drivers.next()));
    futures_util::future::join_all(places).await
}

/// This connection and more, up to so many. Some are better than none: others may need the
/// connections.
pub(super) async fn open(
    connector: &Connector,
    first: Box<dyn Driver>,
    wanted: u64,
) -> Vec<Box<dyn Driver>> {
    let mut drivers = vec![first];
    while (drivers.len() as u64) < wanted {
        match connector.open().await {
            Ok(driver) => drivers.push(driver),
            Err(failure) => {
                tracing::warn!(target: "colmig::migrate", message = failure.message(), "a worker has no connection");
                break;
            }
        }
    }
    drivers
}

/// One place: a worker is in it while so many are wanted.
async fn place(
    crew: &Crew<'_>,
    connector: &Connector,
    number: u32,
    mut open: Option<Box<dyn Driver>>,
) -> Result<(), Halt> {
    if !crew.wants(number)? {
        // It may be long until it is, and others may need the connection.
        open = None;
    }
    while crew.called(number).await? {
        let driver = match open.take() {
            Some(driver) => driver,
            None => match connector.open().await {
                Ok(driver) => driver,
                // Some are better than none: others may need the connections.
                Err(failure) => {
                    tracing::warn!(target: "colmig::migrate", message = failure.message(), "a worker has no connection");
                    crew.watch.sleep(CONNECT_AGAIN).await?;
                    continue;
                }
            },
        };
        if Worker::new(crew, driver, number).work().await? {
            // The others would find nothing as well.
            crew.send_home();
        }
    }
    Ok(())
}
