//! Whether an access may begin, by which view, and whether what it wrote is accepted.

use std::sync::Arc;

use colmig_schema::fleet;

use crate::clock;
use crate::db::Inner;
use crate::error::{Error, Result};
use crate::fleet::{Mode, Speech, ask_alone, renew, start};
use crate::private::Descriptor;
use crate::tx::HeldView;
use crate::view::{Entered, View};

/// What an access does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Read,
    Write,
}

/// An access that may begin. It counts as under way for as long as this lives.
pub(crate) struct Pass<'c> {
    inner: &'c Arc<Inner>,
    descriptor: &'static Descriptor,
    intent: Intent,
    standing: Standing,
    view: Option<View>,
    /// Whether it is counted itself, and not by its transaction.
    counted: bool,
}

/// On the strength of what it may begin.
enum Standing {
    /// Nothing that could change: it reads a model with nothing in flight, or is a writer that
    /// does not register.
    Free,
    /// The lease, in this term.
    Leased(u64),
    /// It has asked for the phases itself, at this time.
    Alone(u64),
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let (Some(view), true) = (self.view, self.counted) {
            self.inner.views.leave(view);
        }
    }
}

impl Pass<'_> {
    /// The view by which the access chooses its statement.
    pub(crate) fn view(&self) -> Option<View> {
        self.view
    }

    /// Whether the answer counts: what the access relied on has held until it came.
    ///
    /// # Errors
    /// It has not. Nobody knows whether others have gone on before the statement was executed.
    pub(crate) fn accepted(&self) -> Result<()> {
        let held = match self.standing {
            Standing::Free => true,
            // Without tables there is nobody who would go on.
            Standing::Leased(term) => {
                self.inner.views.has_held(term) || self.inner.fleet.mode() == Mode::Absent
            }
            Standing::Alone(asked) => fleet::is_accepted_alone(asked, clock::now()),
        };
        let model = self.descriptor.model;
        let error = match self.intent {
            _ if held => return Ok(()),
            Intent::Write => Error::OutcomeUnknown { model },
            Intent::Read => Error::ViewStale { model },
        };
        crate::metrics::refused(&error);
        Err(error)
    }
}

impl<'c> Pass<'c> {
    /// An access that has not begun.
    pub(crate) fn new(
        inner: &'c Arc<Inner>,
        descriptor: &'static Descriptor,
        intent: Intent,
    ) -> Pass<'c> {
        Pass {
            inner,
            descriptor,
            intent,
            standing: Standing::Free,
            view: None,
            counted: false,
        }
    }

    /// Begins where the lease holds, or nothing has to.
    ///
    /// Almost always that is so, and all of it is a look at the clock and at a few numbers. It
    /// waits for nothing, so it is in no future, which would be moved about.
    #[inline]
    pub(crate) fn early(&mut self, tx: Option<&Option<HeldView>>) -> bool {
        if self.intent == Intent::Read && self.descriptor.flights.is_none() {
            return true;
        }
        let views = &self.inner.views;
        match tx {
            None => {
                let Some(entered) = views.enter() else {
                    return false;
                };
                self.lease(entered, true);
            }
            // Its first access is the one that is counted.
            Some(None) => return false,
            Some(Some(of)) if of.pinned().is_some() => self.view = of.pinned(),
            Some(Some(of)) => {
                let (Some(view), true) = (views.fresh(), of.has_held()) else {
                    return false;
                };
                let term = of.term();
                self.lease(Entered { view, term }, false);
            }
        }
        true
    }

    /// Whether this build fits the database, which is looked at once for each publication.
    #[inline]
    pub(crate) fn fits(&self) -> Result<()> {
        match self.inner.views.told.knows(self.descriptor) {
            true => Ok(()),
            false => self.look(),
        }
    }

    #[cold]
    fn look(&self) -> Result<()> {
        start(self.inner);
        let views = &self.inner.views;
        views.told.look(self.descriptor, || views.rollouts())
    }

    fn lease(&mut self, entered: Entered, counted: bool) {
        self.standing = Standing::Leased(entered.term);
        (self.view, self.counted) = (Some(entered.view), counted);
    }

    /// Whether nothing is known of the database yet, and so not whether this build fits it.
    #[inline]
    pub(crate) fn is_first(&self) -> bool {
        self.inner.fleet.mode() == Mode::Unknown
    }

    /// Takes the lease before the first access, also where that is a read of a model without
    /// columns in flight, which needs none.
    pub(crate) async fn first<S: Speech>(&self, held: &mut S) -> Result<()> {
        match tokio::time::timeout(self.inner.fleet.patience(), renew(self.inner, held)).await {
            Ok(Ok(())) => {}
            // Such a read needs no lease: what is wrong with the connection it will see.
            Ok(Err(error)) => tracing::debug!(%error, "no lease was taken before a read"),
            Err(_) => {
                // The connection still waits for the answer.
                return Err(Error::ViewStale {
                    model: self.descriptor.model,
                });
            }
        }
        Ok(())
    }

    /// Where the lease does not hold, or a transaction has its first access: rare, and large.
    pub(crate) async fn late<S: Speech>(
        &mut self,
        held: &mut S,
        pooled: bool,
        tx: Option<&mut Option<HeldView>>,
    ) -> Result<()> {
        let (inner, model) = (self.inner, self.descriptor.model);
        let failed = |error| S::failed(model, error);
        start(inner);
        let mut reason = "it was not renewed in time".to_owned();
        if let Some(tx) = &tx
            && tx.as_ref().is_some_and(|tx| !tx.has_held())
        {
            return Err(Error::LeaseExpired {
                model,
                reason: "it ran out during the transaction, which has to be rolled back".to_owned(),
            });
        }
        if pooled && inner.fleet.mode() != Mode::Alone {
            // On the connection that the access has anyhow: with every connection of the pool in
            // a transaction, waiting for another one would be waiting for oneself.
            match tokio::time::timeout(inner.fleet.patience(), renew(inner, held)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => reason = error.to_string(),
                Err(_) => {
                    // The connection still waits for the answer.
                    return Err(match self.intent {
                        Intent::Write => Error::LeaseExpired {
                            model,
                            reason: "the database did not answer in time".to_owned(),
                        },
                        Intent::Read => Error::ViewStale { model },
                    });
                }
            }
        }
        if let Some(entered) = inner.views.enter() {
            match tx {
                Some(tx) if tx.is_none() => {
                    *tx = Some(HeldView::new(inner, entered));
                    self.lease(entered, false);
                }
                _ => self.lease(entered, true),
            }
            return Ok(());
        }
        inner.views.rouse.notify_one();
        let flies = self.descriptor.flights.is_some();
        match (inner.fleet.mode(), self.intent) {
            (Mode::Joined | Mode::Left, Intent::Write) => {
                return Err(Error::LeaseExpired { model, reason });
            }
            // A writer that does not register.
            _ if !flies => return Ok(()),
            _ => {}
        }
        let stale = Error::ViewStale { model };
        let asked = ask_alone(inner, held).await.map_err(failed)?.ok_or(stale)?;
        if !fleet::is_accepted_alone(asked, clock::now()) {
            return Err(Error::ViewStale { model });
        }
        let entered = inner.views.enter_alone();
        self.standing = Standing::Alone(asked);
        (self.view, self.counted) = (Some(entered.view), true);
        Ok(())
    }
}
