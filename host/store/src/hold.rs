//! Legal holds: nothing of a person is deleted while one is live.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{HoldId, Instant, PersonId};

row! {
    /// A legal hold.
    pub struct Hold {
        /// The id.
        pub id: HoldId,
        /// Of whom nothing is deleted.
        pub person_id: PersonId,
        /// Why.
        pub reason: String,
        /// By which article.
        pub article: String,
        /// Since when.
        pub placed: Instant,
        /// By which admin; none at the command line.
        pub placed_by: Option<PersonId>,
        /// Until when.
        pub lifted: Option<Instant>,
        /// By which admin.
        pub lifted_by: Option<PersonId>,
    }
}

impl Tx {
    /// Places a hold.
    pub async fn create_hold(&mut self, h: &Hold) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO hold (id, person_id, reason, article, placed, placed_by, lifted, lifted_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            h.id,
            h.person_id,
            h.reason,
            h.article,
            h.placed,
            h.placed_by,
            h.lifted,
            h.lifted_by
        )?;
        Ok(())
    }

    /// The live holds of a person, oldest first.
    pub async fn list_live_holds(&mut self, person: PersonId) -> StoreResult<Vec<Hold>> {
        sql!(self, fetch_all Hold, "
            SELECT id, person_id, reason, article, placed, placed_by, lifted, lifted_by FROM hold
            WHERE person_id = $1 AND lifted IS NULL ORDER BY placed, id", person)
    }

    /// Everybody who is under a hold.
    pub async fn list_held_persons(&mut self) -> StoreResult<Vec<Hold>> {
        sql!(self, fetch_all Hold, "
            SELECT id, person_id, reason, article, placed, placed_by, lifted, lifted_by FROM hold WHERE lifted IS NULL
            ORDER BY person_id, id")
    }

    /// Lifts all holds of a person; how many there were.
    pub async fn lift_holds(
        &mut self,
        person: PersonId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "UPDATE hold SET lifted = $3, lifted_by = $2 WHERE person_id = $1 AND lifted IS NULL",
            person,
            by,
            now
        )
    }
}
