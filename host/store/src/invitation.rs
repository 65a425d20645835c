//! Invitations to roles. The mail address is sealed; of the code only a keyed hash is kept.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, DeliveryId, Instant, Locale, OrganisationId, PersonId};

/// The sealed column.
const EMAIL: &str = "invitation.email";

row! {
    struct Sealed {
        pub id: DeliveryId,
        pub code_hash: Vec<u8>,
        pub name: String,
        pub email: Option<Vec<u8>>,
        pub locale: Locale,
        pub role: String,
        pub organisation_id: Option<OrganisationId>,
        pub community_id: Option<CommunityId>,
        pub role_expires: Option<Instant>,
        pub invited_by: Option<PersonId>,
        pub created: Instant,
        pub expires: Instant,
        pub accepted: Option<Instant>,
        pub accepted_by: Option<PersonId>,
        pub revoked: Option<Instant>,
        pub revoked_by: Option<PersonId>,
    }
}

/// An invitation to a role.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// The id, also of its delivery where it goes by mail.
    pub id: DeliveryId,
    /// The keyed hash of its code.
    pub code_hash: Vec<u8>,
    /// Whom it is meant for, as the admin wrote it; the name of a person who is new.
    pub name: String,
    /// Where it goes by mail.
    pub email: Option<String>,
    /// In which language it is written.
    pub locale: Locale,
    /// The role's code.
    pub role: String,
    /// At which organisation; none for offices of the district and of communities.
    pub organisation_id: Option<OrganisationId>,
    /// Where; everywhere if none.
    pub community_id: Option<CommunityId>,
    /// Until when the role lasts; without end if none.
    pub role_expires: Option<Instant>,
    /// Who invites; none at the command line.
    pub invited_by: Option<PersonId>,
    /// When it was made.
    pub created: Instant,
    /// Until when it may be accepted.
    pub expires: Instant,
    /// When it was accepted.
    pub accepted: Option<Instant>,
    /// By whom.
    pub accepted_by: Option<PersonId>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
    /// By whom.
    pub revoked_by: Option<PersonId>,
}

impl Tx {
    /// Adds an invitation.
    pub async fn create_invitation(&mut self, i: &Invitation) -> StoreResult<()> {
        let email = self.seal_some(EMAIL, i.id.0, i.email.as_deref()).await?;
        sql!(self, execute, "
            INSERT INTO invitation (id, code_hash, name, email, locale, role, organisation_id, community_id, role_expires,
              invited_by, created, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            i.id, i.code_hash, i.name, email, i.locale, i.role, i.organisation_id, i.community_id, i.role_expires,
            i.invited_by, i.created, i.expires)?;
        Ok(())
    }

    fn invitation(&self, row: Sealed) -> StoreResult<Invitation> {
        Ok(Invitation {
            email: self.unseal_some(EMAIL, row.id.0, row.email.as_deref())?,
            id: row.id,
            code_hash: row.code_hash,
            name: row.name,
            locale: row.locale,
            role: row.role,
            organisation_id: row.organisation_id,
            community_id: row.community_id,
            role_expires: row.role_expires,
            invited_by: row.invited_by,
            created: row.created,
            expires: row.expires,
            accepted: row.accepted,
            accepted_by: row.accepted_by,
            revoked: row.revoked,
            revoked_by: row.revoked_by,
        })
    }

    /// An invitation by its id.
    pub async fn find_invitation(&mut self, id: DeliveryId) -> StoreResult<Option<Invitation>> {
        let found = sql!(self, fetch_optional Sealed, "
            SELECT id, code_hash, name, email, locale, role, organisation_id, community_id, role_expires, invited_by, created,
              expires, accepted, accepted_by, revoked, revoked_by FROM invitation WHERE id = $1", id)?;
        found.map(|row| self.invitation(row)).transpose()
    }

    /// An invitation by the hash of its code.
    pub async fn find_invitation_by_code(
        &mut self,
        code_hash: &[u8],
    ) -> StoreResult<Option<Invitation>> {
        let code_hash = code_hash.to_vec();
        let found = sql!(self, fetch_optional Sealed, "
            SELECT id, code_hash, name, email, locale, role, organisation_id, community_id, role_expires, invited_by, created,
              expires, accepted, accepted_by, revoked, revoked_by FROM invitation WHERE code_hash = $1", code_hash)?;
        found.map(|row| self.invitation(row)).transpose()
    }

    /// Invitations before `(created, id)`, the newest first.
    pub async fn list_invitations(
        &mut self,
        before: (Instant, DeliveryId),
        limit: i64,
    ) -> StoreResult<Vec<Invitation>> {
        let found = sql!(self, fetch_all Sealed, "
            SELECT id, code_hash, name, email, locale, role, organisation_id, community_id, role_expires, invited_by, created,
              expires, accepted, accepted_by, revoked, revoked_by FROM invitation
            WHERE (created, id) < ($1, $2) ORDER BY created DESC, id DESC LIMIT $3", before.0, before.1, limit)?;
        found.into_iter().map(|row| self.invitation(row)).collect()
    }

    /// Somebody accepts an invitation; false if it is over, was accepted or revoked.
    pub async fn accept_invitation(
        &mut self,
        id: DeliveryId,
        person: PersonId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE invitation SET accepted = $3, accepted_by = $2
            WHERE id = $1 AND accepted IS NULL AND revoked IS NULL AND expires > $3",
            id,
            person,
            now
        )? > 0)
    }

    /// An invitation is revoked; false if it was accepted or revoked before.
    pub async fn revoke_invitation(
        &mut self,
        id: DeliveryId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE invitation SET revoked = $3, revoked_by = $2
            WHERE id = $1 AND accepted IS NULL AND revoked IS NULL",
            id,
            by,
            now
        )? > 0)
    }
}
