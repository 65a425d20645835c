//! Mail that the host itself writes, to addresses that notices do not go to: a code to log in, an invitation, the question
//! whether an address is right. Which of them a delivery without a notice is, its id says.

use crate::error::Result;
use crate::work::Work;
use crate::{contact, invitation, login_code};
use linli_domain::Localised;
use linli_store::outbox::Delivery;

/// Address, subject and text.
pub(crate) type Mail = (String, Localised, Localised);

/// What a delivery without a notice says; none where it is no longer wanted.
pub(crate) async fn compose(
    work: &mut Work,
    delivery: &Delivery,
    base: Option<&str>,
) -> Result<Option<Mail>> {
    if let Some(code) = work.tx.find_login_code(delivery.id).await? {
        return login_code::mail(work, &code).await;
    }
    if let Some(invitation) = work.tx.find_invitation(delivery.id).await? {
        return invitation::mail(work, &invitation, base).await;
    }
    contact::question(work, delivery, base).await
}
