//! Statutory duties: two admins recorded that the law has a plugin read certain fields.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, DutyId, Instant, Localised, PersonId, PluginId};

row! {
    /// A statutory duty. It is a basis from its confirmation until it expires or is ended.
    pub struct Duty {
        /// The id.
        pub id: DutyId,
        /// Which plugin may read.
        pub plugin: PluginId,
        /// Of which community's residents; none for all.
        pub community_id: Option<CommunityId>,
        /// Which fields, by code.
        pub fields: Vec<String>,
        /// The law and the number of the article.
        pub law: Localised,
        /// What the article says.
        pub article: Localised,
        /// When it was proposed.
        pub proposed: Instant,
        /// By which admin.
        pub proposed_by: PersonId,
        /// When another admin confirmed it.
        pub confirmed: Option<Instant>,
        /// Which one.
        pub confirmed_by: Option<PersonId>,
        /// Until when it holds.
        pub expires: Instant,
        /// When it was ended before.
        pub ended: Option<Instant>,
        /// By which admin.
        pub ended_by: Option<PersonId>,
    }
}

impl Tx {
    /// Records a proposal.
    pub async fn create_duty(&mut self, d: &Duty) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO duty (id, plugin, community_id, fields, law, article, proposed, proposed_by, confirmed, confirmed_by,
              expires, ended, ended_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            d.id, d.plugin, d.community_id, d.fields, d.law, d.article, d.proposed, d.proposed_by, d.confirmed,
            d.confirmed_by, d.expires, d.ended, d.ended_by)?;
        Ok(())
    }

    /// A duty by its id.
    pub async fn find_duty(&mut self, id: DutyId) -> StoreResult<Option<Duty>> {
        sql!(self, fetch_optional Duty, "
            SELECT id, plugin, community_id, fields, law, article, proposed, proposed_by, confirmed, confirmed_by, expires, ended,
              ended_by FROM duty WHERE id = $1", id)
    }

    /// The duties by which a plugin may read about residents of a community now.
    pub async fn list_live_duties(
        &mut self,
        plugin: &PluginId,
        community: CommunityId,
        now: Instant,
    ) -> StoreResult<Vec<Duty>> {
        sql!(self, fetch_all Duty, "
            SELECT id, plugin, community_id, fields, law, article, proposed, proposed_by, confirmed, confirmed_by, expires, ended,
              ended_by FROM duty
            WHERE plugin = $1 AND confirmed IS NOT NULL AND ended IS NULL AND expires > $3
              AND (community_id IS NULL OR community_id = $2)
            ORDER BY expires, id", plugin, community, now)
    }

    /// Duties before `(proposed, id)`, newest first.
    pub async fn list_duties(
        &mut self,
        before: (Instant, DutyId),
        limit: i64,
    ) -> StoreResult<Vec<Duty>> {
        sql!(self, fetch_all Duty, "
            SELECT id, plugin, community_id, fields, law, article, proposed, proposed_by, confirmed, confirmed_by, expires, ended,
              ended_by FROM duty
            WHERE (proposed, id) < ($1, $2) ORDER BY proposed DESC, id DESC LIMIT $3", before.0, before.1, limit)
    }

    /// Confirms a duty that waits for it; true if it did.
    pub async fn confirm_duty(
        &mut self,
        id: DutyId,
        by: PersonId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE duty SET confirmed = $3, confirmed_by = $2 WHERE id = $1 AND confirmed IS NULL AND ended IS NULL",
            id, by, now)? > 0)
    }

    /// Ends a duty; true if it had not ended.
    pub async fn end_duty(
        &mut self,
        id: DutyId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE duty SET ended = $3, ended_by = $2 WHERE id = $1 AND ended IS NULL",
            id,
            by,
            now
        )? > 0)
    }
}
