//! The methods, by name.

use colmig::Database;
use colmig::migrate::Settings;

use crate::Result;
use crate::by_hand;
use crate::course::Course;
use crate::engine;
use crate::peers::Way;
use crate::place::{Place, STEP_BACK};
use crate::project::Project;
use crate::spin;

/// What every other rate is a ratio to.
pub(crate) const BASELINE: &str = "one-update";

/// What a second client brings without the engine.
const TWO_UPDATES: &str = "two-updates";

/// Nothing at all: what the ratios of latency are when there is no reason for any.
pub(crate) const CONTROL: &str = "control";

/// What is measured if nobody says otherwise, on the databases where it makes sense: SQLite has
/// one writer at a time, and the tools that join are PostgreSQL's.
const METHODS: [(&str, &[Database]); 10] = [
    (CONTROL, EVERY),
    (BASELINE, EVERY),
    (TWO_UPDATES, &[Database::MongoDb]),
    ("colmig-1", EVERY),
    ("colmig-2", SERVERS),
    ("colmig-4", SERVERS),
    (IDLE, &[Database::Postgres]),
    ("joined", &[Database::Postgres]),
    ("duty-25", EVERY),
    ("duty-50", EVERY),
];

/// The ways to the whole change that are compared if nobody says otherwise.
const WAYS: [&str; 5] = [CONTROL, "colmig", "pt-osc", "pt-osc-twice", "plain"];

const EVERY: &[Database] = &Database::ALL;
const SERVERS: &[Database] = &[Database::Postgres, Database::MariaDb, Database::MongoDb];

/// The engine with one worker, whose session the operating system runs when nobody else needs a
/// processor.
const IDLE: &str = "colmig-idle";

/// One way to fill a column.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: String,
    how: How,
}

#[derive(Debug)]
enum How {
    Nothing,
    OneUpdate,
    TwoUpdates,
    Engine(Box<Settings>),
    /// Not the backfill alone, but the whole change.
    Whole(Way),
    Joined,
    Duty(f64),
    /// A processor in use for that share of the time; none if whoever else needs it gets it.
    Spin(Option<f64>),
}

impl Method {
    /// The methods that were asked for; all of them if none was.
    pub(crate) fn all(names: &[String], database: Database) -> Result<Vec<Method>> {
        if !names.is_empty() {
            return names.iter().map(|name| Method::of_name(name)).collect();
        }
        METHODS
            .into_iter()
            .filter(|(_, databases)| databases.contains(&database))
            .map(|(name, _)| name)
            .map(Method::of_name)
            .collect()
    }

    /// The ways to the whole change that were asked for; all of them if none was.
    pub(crate) fn ways(names: &[String]) -> Result<Vec<Method>> {
        let names: Vec<&str> = match names {
            [] => WAYS.to_vec(),
            names => names.iter().map(String::as_str).collect(),
        };
        names.into_iter().map(Method::of_way).collect()
    }

    fn of_way(name: &str) -> Result<Method> {
        let how = match Way::of_name(name) {
            Some(way) => How::Whole(way),
            None => match Method::of_name(name)?.how {
                How::Nothing => How::Nothing,
                How::Engine(settings) => How::Whole(Way::Colmig(settings)),
                _ => return Err(format!("`{name}` is no way to the whole change").into()),
            },
        };
        let name = name.to_owned();
        Ok(Method { name, how })
    }

    /// `colmig-2` has two workers; `colmig:duty=1+batch-rows=5000` has these settings.
    fn of_name(name: &str) -> Result<Method> {
        let how = match name {
            CONTROL => How::Nothing,
            BASELINE => How::OneUpdate,
            TWO_UPDATES => How::TwoUpdates,
            "joined" => How::Joined,
            "colmig" => engine_with(&[])?,
            IDLE => {
                let session = format!("[\"SELECT {STEP_BACK}()\"]");
                engine_with(&[
                    ("workers".to_owned(), "1".to_owned()),
                    ("worker-session".to_owned(), session),
                ])?
            }
            _ => match name.split_once(['-', ':']) {
                Some(("duty", percent)) => match percent.parse()? {
                    percent @ 1..=100_u32 => How::Duty(f64::from(percent) / 100.0),
                    _ => return Err(format!("`{name}`: a duty is 1 to 100 percent").into()),
                },
                Some(("spin", "idle")) => How::Spin(None),
                Some(("spin", percent)) => match percent.parse()? {
                    percent @ 1..=100_u32 => How::Spin(Some(f64::from(percent) / 100.0)),
                    _ => return Err(format!("`{name}`: it spins for 1 to 100 percent").into()),
                },
                Some(("colmig", workers)) if workers.parse::<u32>().is_ok() => {
                    engine_with(&[("workers".to_owned(), workers.to_owned())])?
                }
                Some(("colmig", settings)) => engine_with(&pairs(settings)?)?,
                _ => return Err(format!("there is no method `{name}`").into()),
            },
        };
        let name = name.to_owned();
        Ok(Method { name, how })
    }

    /// Whether it can be stopped when it has had its time.
    pub(crate) fn can_be_stopped(&self) -> bool {
        !matches!(self.how, How::OneUpdate | How::TwoUpdates | How::Whole(_))
    }

    /// Whether it fills the whole table if there is no traffic: what is asked of it then is
    /// whether it is as fast at the end as at the beginning.
    pub(crate) fn goes_to_the_end(&self) -> bool {
        matches!(
            self.how,
            How::OneUpdate | How::TwoUpdates | How::Engine(_) | How::Whole(_)
        )
    }

    pub(crate) fn is_control(&self) -> bool {
        matches!(self.how, How::Nothing | How::Spin(_))
    }

    /// Whether the column is as the model says when it has ended.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.how, How::Whole(_))
    }

    /// Works until all is filled, or a stop is asked for.
    pub(crate) async fn run(
        &self,
        place: &Place,
        project: &Project,
        course: &Course,
    ) -> Result<()> {
        match &self.how {
            How::Nothing => by_hand::nothing(course).await,
            How::Spin(share) => spin::spin(*share, course).await,
            How::OneUpdate => by_hand::one_update(place, course).await,
            How::TwoUpdates => by_hand::two_updates(place, course).await,
            How::Engine(settings) => {
                engine::backfill(&place.url(), project, settings, course).await
            }
            How::Whole(way) => way.go(place, project, course).await,
            How::Joined => by_hand::joined(place, course).await,
            How::Duty(duty) => by_hand::chunks(place, project, *duty, course).await,
        }
    }
}

fn engine_with(given: &[(String, String)]) -> Result<How> {
    Ok(How::Engine(Box::new(engine::settings(given)?)))
}

fn pairs(text: &str) -> Result<Vec<(String, String)>> {
    text.split('+')
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
            None => Err(format!("`{pair}` is no setting: write it as KEY=VALUE").into()),
        })
        .collect()
}
