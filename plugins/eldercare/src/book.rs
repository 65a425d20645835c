//! `/book?offer=CODE[&worker=CALENDAR]`: choose who comes and when.

use crate::offer::{self, Offer};
use crate::record::{WISHES, Wish};
use crate::worker::Workers;
use crate::{eligibility, notify, problem, slot, subject, watch};
use linli_sdk::appointments::{self, Booking};
use linli_sdk::{
    Action, Address, CalendarRef, Done, Failure, Field, Form, Lang, Link, Outcome, Page, Slot,
    Submission, Tone, no_such_action,
};

/// The worker of the query that stands for whoever is free.
pub const ANYONE: &str = "anyone";

/// The page.
pub fn view(lang: Lang, address: &Address) -> Result<Page, Failure> {
    let resident = subject()?;
    let offer = address
        .get("offer")
        .and_then(offer::find)
        .ok_or(Failure::NotFound)?;
    let page = Page::new(offer.title(lang))
        .back(lang.t("居家养老", "Home care"), "/")
        .text(offer.about(lang));
    if let Some(refusal) = eligibility::of(&resident)?.refusal {
        return Ok(page.notice(Tone::Warning, refusal.text(lang)));
    }
    let workers = Workers::load();
    let wanted = match address.get("worker") {
        None | Some(ANYONE) => None,
        Some(id) => Some(workers.find(id).ok_or(Failure::NotFound)?),
    };
    let slots = slot::free(offer, &workers, wanted.map(|worker| &worker.calendar))?;
    let page = page
        .text([
            lang.t("服务对象：", "For: ").into(),
            resident.field("name").into(),
        ])
        .heading(lang.t("谁来上门", "Who comes"))
        .text(wanted.map_or_else(|| anyone(lang).to_owned(), |worker| worker.title.clone()))
        .links(who_else(
            address,
            wanted.map(|worker| &worker.calendar),
            &workers,
            lang,
        ));
    Ok(with_slots(page, slots, lang, |slots| {
        form(offer, slots, lang)
    }))
}

/// A form for the slots, or what to do where there are none.
pub fn with_slots(
    page: Page,
    slots: Vec<Slot>,
    lang: Lang,
    form: impl FnOnce(Vec<Slot>) -> Form,
) -> Page {
    if slots.is_empty() {
        return page.notice(
            Tone::Info,
            lang.t(
                "未来14天没有空闲时间。请换一位护理员，或过几天再来看看。",
                "There is no free time in the next 14 days. Try somebody else, or look again in a few days.",
            ),
        );
    }
    page.heading(lang.t("什么时候", "When")).form(form(slots))
}

/// What is written where no worker is chosen.
pub fn anyone(lang: Lang) -> &'static str {
    lang.t("任何有空的护理员", "Anyone who is free")
}

/// Links to the same page with another worker.
pub fn who_else(
    address: &Address,
    chosen: Option<&CalendarRef>,
    workers: &Workers,
    lang: Lang,
) -> Vec<Link> {
    let with = |worker: &str| {
        let mut to = address.clone();
        to.query.retain(|(name, _)| name != "worker");
        to.query("worker", worker)
    };
    let others = workers
        .all()
        .iter()
        .filter(|worker| Some(&worker.calendar) != chosen);
    let anyone = chosen.map(|_| Link::new(anyone(lang), with(ANYONE)));
    anyone
        .into_iter()
        .chain(others.map(|worker| Link::new(&worker.title, with(&worker.calendar.id))))
        .collect()
}

fn form(offer: &Offer, slots: Vec<Slot>, lang: Lang) -> Form {
    let submit = Action::new(
        "book",
        lang.t("预约", "Book"),
        lang.t(
            "预约成功后，您和护理员都会收到通知。",
            "You and the care worker get a notice.",
        ),
    );
    Form::new(submit.argument("offer", offer.code))
        .field(Field::slot("slot", lang.t("时间", "Time"), slots).required())
        .field(
            Field::paragraph(
                "wish",
                lang.t("请护理员注意", "What the care worker should mind"),
                500,
            )
            .hint(lang.t(
                "例如：行动不便，请按门铃后稍等。",
                "For instance: slow on my feet, please wait after ringing.",
            ))
            .category("other"),
        )
}

/// The action.
pub fn book(lang: Lang, submission: &Submission) -> Result<Outcome, Failure> {
    let resident = subject()?;
    let Some(offer) = submission.argument("offer").and_then(offer::find) else {
        return no_such_action();
    };
    if let Some(refusal) = eligibility::of(&resident)?.refusal {
        return Ok(Outcome::invalid("", refusal.text(lang)));
    }
    let workers = Workers::load();
    let Some(slot) = submission
        .slot("slot")
        .filter(|slot| workers.find(&slot.calendar.id).is_some())
    else {
        return Ok(Outcome::invalid(
            "slot",
            lang.t("请选择一个时间。", "Please choose a time."),
        ));
    };
    let booking = Booking {
        slot: slot.clone(),
        resident: resident.clone(),
        service: offer.code.to_owned(),
        title: offer.localised(),
        rules: slot::rules(offer),
    };
    let visit = match appointments::book(&booking) {
        Ok(visit) => visit,
        Err(error) => return problem::on_form(error, lang),
    };
    if let Some(text) = submission.text("wish") {
        WISHES.put(
            &visit.appointment.id,
            &Wish {
                text: text.to_owned(),
            },
            Some(&resident),
        )?;
    }
    watch::set(&visit);
    notify::booked(&visit, &workers);
    let said = lang.t(
        "已预约，护理员会按时上门。",
        "Booked. The care worker will come at that time.",
    );
    Ok(Done::at(format!("/visits/{}", visit.appointment.id))
        .say(said)
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_free_time_says_what_to_do_instead_of_an_empty_form() {
        let page = with_slots(Page::new(""), Vec::new(), Lang::En, |slots| {
            form(&offer::OFFERS[0], slots, Lang::En)
        });
        assert!(matches!(page.blocks[..], [linli_sdk::Block::Notice(_)]));
    }
}
