//! `/visits/ID/move[?worker=CALENDAR|anyone]`: another time for a visit, at first with the same worker.

use crate::book::{ANYONE, anyone, who_else, with_slots};
use crate::offer::{self, Offer};
use crate::worker::Workers;
use crate::{notify, problem, slot, state, visit, watch};
use linli_sdk::appointments::{self, Appointment};
use linli_sdk::{
    Action, Address, Done, Fact, Failure, Field, Form, Lang, Outcome, Page, Slot, Submission,
};

/// The page.
pub fn view(lang: Lang, id: &str, address: &Address) -> Result<Page, Failure> {
    let visit = visit::find(lang, id)?;
    let offer = offer_of(&visit, lang)?;
    let workers = Workers::load();
    let wanted = match address.get("worker") {
        None => Some(visit.slot.calendar.clone()),
        Some(ANYONE) => None,
        Some(id) => Some(workers.find(id).ok_or(Failure::NotFound)?.calendar.clone()),
    };
    let slots = slot::free(offer, &workers, wanted.as_ref())?;
    let who = wanted.as_ref().map_or_else(
        || anyone(lang).to_owned(),
        |calendar| workers.name(calendar, lang),
    );
    let page = Page::new(lang.t("改时间", "Choose another time"))
        .back(visit.title.as_str(), format!("/visits/{id}"))
        .facts([
            Fact::new(lang.t("服务", "Service"), visit.title.as_str()),
            Fact::new(lang.t("现在的时间", "Time so far"), &visit.slot),
            Fact::new(lang.t("谁来上门", "Who comes"), who),
        ])
        .links(who_else(address, wanted.as_ref(), &workers, lang));
    Ok(with_slots(page, slots, lang, |slots| form(slots, lang)))
}

fn form(slots: Vec<Slot>, lang: Lang) -> Form {
    let submit = Action::new(
        "move",
        lang.t("改到这个时间", "Move the visit"),
        lang.t(
            "原来的时间会让出，您和护理员都会收到通知。",
            "The old time is given up; you and the care worker get a notice.",
        ),
    );
    Form::new(submit).field(Field::slot("slot", lang.t("新的时间", "New time"), slots).required())
}

/// A visit that is over cannot be moved, nor one of a kind that is no longer offered.
fn offer_of(visit: &Appointment, lang: Lang) -> Result<&'static Offer, Failure> {
    if visit.state != state::BOOKED {
        let label = state::mark(&visit.state, lang).label;
        return Err(Failure::problem(lang.t(
            format!("这次服务现在是“{label}”，不能改时间了。"),
            format!("This visit is now “{label}”; its time cannot be changed any more."),
        )));
    }
    offer::find(&visit.service).ok_or_else(|| {
        Failure::problem(lang.t(
            "这项服务已不再提供，不能改时间。您可以取消后另约其他服务。",
            "This service is no longer offered, so it cannot be moved. You can cancel it and book another.",
        ))
    })
}

/// The action.
pub fn reschedule(lang: Lang, id: &str, submission: &Submission) -> Result<Outcome, Failure> {
    let before = visit::find(lang, id)?;
    let offer = offer_of(&before, lang)?;
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
    let visit = match appointments::move_to(&before.appointment, slot, slot::rules(offer)) {
        Ok(visit) => visit,
        Err(error) => return problem::on_form(error, lang),
    };
    watch::set(&visit);
    notify::moved(&visit, &before.slot.calendar, &workers);
    Ok(Done::at(format!("/visits/{id}"))
        .say(lang.t("时间已更改。", "The visit has been moved."))
        .into())
}
