//! How persons are reached, and by what they want to be.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::notice::ChannelChoice;
use linli_domain::{Instant, PersonId};

/// The sealed column.
const EMAIL: &str = "contact.email";

row! {
    /// The row as it stands, sealed.
    struct Sealed {
        /// Whose.
        pub person_id: PersonId,
        /// The mail address, sealed.
        pub email: Option<Vec<u8>>,
        /// When it was confirmed.
        pub email_confirmed: Option<Instant>,
        /// What was chosen.
        pub channels: ChannelChoice,
        /// When it was changed.
        pub changed: Instant,
    }
}

/// How a person is reached by mail, and what they chose.
#[derive(Clone, PartialEq, Debug)]
pub struct Contact {
    /// Whose.
    pub person_id: PersonId,
    /// The mail address.
    pub email: Option<String>,
    /// When its owner confirmed it; nothing but the question goes to it before.
    pub email_confirmed: Option<Instant>,
    /// By which channels they want to hear.
    pub channels: ChannelChoice,
    /// When it was changed.
    pub changed: Instant,
}

impl Tx {
    /// What is known of a person's channels; none where they never chose.
    pub async fn find_contact(&mut self, person: PersonId) -> StoreResult<Option<Contact>> {
        let found = sql!(self, fetch_optional Sealed, "
            SELECT person_id, email, email_confirmed, channels, changed FROM contact WHERE person_id = $1", person)?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(Contact {
            person_id: row.person_id,
            email: self.unseal_some(EMAIL, person.0, row.email.as_deref())?,
            email_confirmed: row.email_confirmed,
            channels: row.channels,
            changed: row.changed,
        }))
    }

    /// Writes a person's channels, whether they are new or not.
    pub async fn put_contact(&mut self, contact: &Contact) -> StoreResult<()> {
        let id = contact.person_id;
        let email = self
            .seal_some(EMAIL, id.0, contact.email.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO contact (person_id, email, email_confirmed, channels, changed) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (person_id) DO UPDATE SET email = excluded.email, email_confirmed = excluded.email_confirmed,
              channels = excluded.channels, changed = excluded.changed",
            id, email, contact.email_confirmed, contact.channels, contact.changed)?;
        Ok(())
    }
}
