//! `/`: what can be booked, and what is coming.

use crate::offer::{OFFERS, Offer};
use crate::worker::Workers;
use crate::{eligibility, offer, problem, state, subject};
use linli_sdk::appointments::{self, Appointment};
use linli_sdk::{Address, Card, Cards, Failure, Lang, Link, Mark, Page, Tone, context};

/// The page.
pub fn view(lang: Lang) -> Result<Page, Failure> {
    let resident = subject()?;
    let eligibility = eligibility::of(&resident)?;
    let coming = appointments::list_of_resident(&resident, context::now(), None, 50)
        .map_err(|error| problem::failure(error, lang))?;
    let workers = Workers::load();
    let mut visits = Cards::new(lang.t(
        "还没有预约。在下面选一项服务。",
        "Nothing is booked yet. Choose a service below.",
    ));
    let live = coming
        .items
        .iter()
        .filter(|visit| visit.state != state::CANCELLED);
    visits.extend(live.map(|visit| visit_card(visit, &workers, lang)));

    let page = Page::new(lang.t("居家养老", "Home care"))
        .text([
            lang.t("服务对象：", "For: ").into(),
            resident.field("name").into(),
        ])
        .heading(lang.t("即将上门", "Coming visits"))
        .cards(visits)
        .links([Link::new(lang.t("以往的服务", "Past visits"), "/past")])
        .heading(lang.t("可预约的服务", "What you can book"));
    Ok(match eligibility.refusal {
        Some(refusal) => page.notice(Tone::Warning, refusal.text(lang)),
        None => page.cards(offers(eligibility.care_level.as_deref(), lang)),
    })
}

/// Suggested ones first, otherwise in their order.
fn offers(care_level: Option<&str>, lang: Lang) -> Cards {
    let suggested = care_level.map_or(&[][..], offer::suggested);
    let is_suggested = |offer: &Offer| suggested.contains(&offer.code);
    let mut cards = Cards::new("");
    cards.extend(
        OFFERS
            .iter()
            .filter(|offer| is_suggested(offer))
            .map(|offer| {
                offer_card(offer, lang).mark(Mark::new(
                    Tone::Good,
                    lang.t("适合您的照护需要", "Suits your need of care"),
                ))
            }),
    );
    cards.extend(
        OFFERS
            .iter()
            .filter(|offer| !is_suggested(offer))
            .map(|offer| offer_card(offer, lang)),
    );
    cards
}

fn offer_card(offer: &Offer, lang: Lang) -> Card {
    Card::new(offer.title(lang))
        .line(offer.about(lang))
        .line(lang.t(
            format!("每次约{}分钟", offer.minutes),
            format!("About {} minutes", offer.minutes),
        ))
        .link(
            lang.t("选择时间", "Choose a time"),
            Address::new("/book").query("offer", offer.code),
        )
}

/// A visit in a resident's list.
pub fn visit_card(visit: &Appointment, workers: &Workers, lang: Lang) -> Card {
    Card::new(visit.title.as_str())
        .mark(state::mark(&visit.state, lang))
        .line(&visit.slot)
        .line(workers.name(&visit.slot.calendar, lang))
        .link(
            lang.t("查看详情", "Details"),
            format!("/visits/{}", visit.appointment.id),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggested_offers_come_first_and_none_is_lost() {
        let cards = offers(Some("重度失能"), Lang::Zh).cards;
        assert_eq!(cards.len(), OFFERS.len());
        assert!(cards[0].mark.is_some() && cards[cards.len() - 1].mark.is_none());
        assert!(
            offers(None, Lang::En)
                .cards
                .iter()
                .all(|card| card.mark.is_none())
        );
    }
}
