//! Brakes that an application or a command brings along.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Brakes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// A look that is under way: none if the brake is switched off.
pub type Looking<'a> = Pin<Box<dyn Future<Output = Option<Reading>> + Send + 'a>>;

/// A brake of one's own, for what no database knows: [`Migrator::with_brake`].
///
/// It is asked twice a second while rows are filled, and may take no longer than two seconds to
/// answer: a brake that does not answer holds. It must not block its thread.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use colmig::migrate::{Brake, Brakes, Looking, Reading};
///
/// /// Holds while an operator has pressed the button.
/// #[derive(Debug)]
/// struct Button(Arc<AtomicBool>);
///
/// impl Brake for Button {
///     fn name(&self) -> &str {
///         "button"
///     }
///
///     fn look<'a>(&'a self, _: &'a Brakes) -> Looking<'a> {
///         let pressed = self.0.load(Ordering::Relaxed);
///         let level = if pressed { f64::INFINITY } else { 0.0 };
///         let reading = if pressed { "pressed" } else { "not pressed" };
///         Box::pin(async move { Some(Reading::new(level, reading, "not pressed")) })
///     }
/// }
/// ```
///
/// [`Migrator::with_brake`]: crate::migrate::Migrator::with_brake
pub trait Brake: Send + Sync + std::fmt::Debug {
    /// Its name, as events and `status` have it: another than that of any other brake.
    fn name(&self) -> &str;

    /// Reads it. The limits are those of this moment.
    fn look<'a>(&'a self, limits: &'a Brakes) -> Looking<'a>;
}

/// Such a brake among the others.
pub(super) struct Custom(pub(super) Arc<dyn Brake>);

#[async_trait]
impl Gauge for Custom {
    fn name(&self) -> &str {
        self.0.name()
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let reading = self.0.look(at.limits).await;
        Ok(reading.map_or(Seen::Nothing, Seen::Reading))
    }

    fn holds_unread(&self) -> bool {
        true
    }
}
