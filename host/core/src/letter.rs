//! Letters: notices that the community's staff print and deliver.

use crate::caller::CommunityStaff;
use crate::error::{Refusal, Result};
use crate::notice::own_text;
use crate::outbox;
use crate::work::Work;
use linli_domain::{DeliveryId, Instant, Locale, Localised};
use serde_json::json;
use uuid::Uuid;

/// The most letters of one list.
pub const MAX_SLICE: u16 = 50;

/// A letter as it is printed, in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The delivery.
    pub id: DeliveryId,
    /// When the notice was sent.
    pub created: Instant,
    /// To whom.
    pub name: String,
    /// Building and unit.
    pub address: String,
    /// Who sends it.
    pub sender: String,
    /// In which language the person reads.
    pub locale: Locale,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// Letters to print in a community after a position, the oldest first. What the host itself says stands there in full; what
/// a service says does not, for staff would read it: only that there is something to read.
pub async fn list(
    work: &mut Work,
    staff: &CommunityStaff,
    after: Option<(Instant, DeliveryId)>,
) -> Result<Vec<Letter>> {
    let after = after.unwrap_or((Instant(i64::MIN), DeliveryId(Uuid::nil())));
    let deliveries = work
        .tx
        .list_letters(staff.community, after, MAX_SLICE.into())
        .await?;
    let mut letters = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let notice = match delivery.notice_id {
            Some(id) => work.tx.find_notice(id).await?,
            None => None,
        };
        let (Some(notice), Some(person)) = (notice, work.tx.find_person(delivery.person_id).await?)
        else {
            continue;
        };
        let account = work.tx.find_account(person.id).await?;
        let locale = account.map_or_else(Locale::default, |account| account.locale);
        let residence = match person.household_id {
            Some(household) => work.tx.find_residence(household).await?,
            None => None,
        };
        let sender = outbox::sender(work, &notice).await?;
        let (title, text) = if notice.installation_id.is_none() {
            (
                own_text(&notice.title, locale),
                own_text(&notice.body, locale),
            )
        } else {
            let title = Localised::new(
                format!("您有一条来自“{}”的消息", sender.zh),
                format!("You have a message from {}", sender.en),
            );
            let text = Localised::new(
                "请登录邻里查看，或带上身份证件到社区服务中心，请工作人员帮您打开。",
                "Log in to Linli to read it, or come to your community's office with your identity card: its staff help you \
                 open it.",
            );
            (title.get(locale).to_owned(), text.get(locale).to_owned())
        };
        letters.push(Letter {
            id: delivery.id,
            created: delivery.created,
            name: person.name,
            address: residence
                .map(|found| format!("{} {}", found.building, found.unit))
                .unwrap_or_default(),
            sender: sender.get(locale).to_owned(),
            locale,
            title,
            text,
        });
    }
    Ok(letters)
}

/// A letter was printed and goes to the person.
pub async fn printed(work: &mut Work, staff: &CommunityStaff, id: DeliveryId) -> Result<()> {
    let now = work.now;
    if !work
        .tx
        .mark_letter_printed(id, staff.community, now)
        .await?
    {
        return Err(Refusal::NotFound("letter").into());
    }
    let person = work.tx.find_delivery(id).await?;
    let person = person.map(|delivery| delivery.person_id);
    work.audit_act(&staff.actor(), person, "letter.print", id, json!({}))
        .await
}
