//! colmig's own documents, where a database keeps no tables.

use std::any::Any;
use std::fmt;

use async_trait::async_trait;

use super::Failure;

/// colmig's own documents, and the unit of work on them that is under way.
pub(in crate::migrate) struct Documents {
    pub(in crate::migrate) database: mongodb::Database,
    /// Causally consistent; none on a server by itself.
    pub(in crate::migrate) session: Option<mongodb::ClientSession>,
    /// Until when the range of this connection's worker is its own, by the server's clock.
    pub(in crate::migrate) until: Option<mongodb::bson::DateTime>,
    stage: Stage,
}

enum Stage {
    Idle,
    Begun,
    Under(Box<dyn Unit>),
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").finish_non_exhaustive()
    }
}

impl Documents {
    pub(in crate::migrate) fn new(
        database: mongodb::Database,
        session: Option<mongodb::ClientSession>,
    ) -> Self {
        Documents {
            database,
            session,
            until: None,
            stage: Stage::Idle,
        }
    }

    pub(in crate::migrate) fn begin(&mut self) {
        self.stage = Stage::Begun;
    }

    pub(in crate::migrate) async fn commit(&mut self) -> Result<(), Failure> {
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Under(unit) => unit.commit(self).await,
            Stage::Idle | Stage::Begun => Ok(()),
        }
    }

    pub(in crate::migrate) fn rollback(&mut self) {
        self.stage = Stage::Idle;
    }
}

#[async_trait]
pub(in crate::migrate) trait Unit: Any + Send + Sync {
    async fn commit(self: Box<Self>, documents: &mut Documents) -> Result<(), Failure>;
}
