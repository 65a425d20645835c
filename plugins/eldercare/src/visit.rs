//! `/visits/ID`: one visit, as the resident sees it.

use crate::record::{NOTES, WISHES, unless_locked};
use crate::worker::Workers;
use crate::{notify, problem, state, subject, watch};
use linli_sdk::appointments::{self, Appointment};
use linli_sdk::{
    Action, AppointmentRef, Done, Event, Events, Fact, Failure, Lang, Link, Outcome, Page, Tone,
};

/// The visit of that id, if it is the resident's.
pub fn find(lang: Lang, id: &str) -> Result<Appointment, Failure> {
    let resident = subject()?;
    let visit = appointments::find(&AppointmentRef { id: id.to_owned() })
        .map_err(|error| problem::failure(error, lang))?;
    if visit.resident == resident {
        Ok(visit)
    } else {
        Err(Failure::NotFound)
    }
}

/// The page.
pub fn view(lang: Lang, id: &str) -> Result<Page, Failure> {
    let visit = find(lang, id)?;
    let wish = unless_locked(WISHES.get(id))?;
    let mut page = Page::new(visit.title.as_str())
        .back(lang.t("居家养老", "Home care"), "/")
        .facts([
            Fact::new(lang.t("状态", "State"), state::mark(&visit.state, lang)),
            Fact::new(lang.t("时间", "Time"), &visit.slot),
            Fact::new(
                lang.t("护理员", "Care worker"),
                Workers::load().name(&visit.slot.calendar, lang),
            ),
            Fact::new(lang.t("服务对象", "For"), visit.resident.field("name")),
        ])
        .with(wish, |page, wish| {
            page.facts([Fact::new(
                lang.t("请护理员注意", "To mind"),
                wish.value.text,
            )])
        })
        .with(state::history(&visit, lang), Page::timeline);
    if visit.state == state::MISSED {
        let text = lang.t(
            "护理员没有按时签到，协调员已收到提醒，正在跟进。",
            "The care worker has not checked in. The coordinator has been alerted and is following it up.",
        );
        page = page.notice(Tone::Warning, text);
    }
    if let Some(notes) = notes(&visit)? {
        page = page
            .heading(lang.t("护理员的记录", "The care worker's notes"))
            .timeline(notes);
    }
    if visit.state == state::BOOKED {
        page = page
            .links([Link::new(
                lang.t("改时间", "Choose another time"),
                format!("/visits/{id}/move"),
            )])
            .actions([cancel_button(lang)]);
    }
    Ok(page)
}

fn notes(visit: &Appointment) -> Result<Option<Events>, Failure> {
    let mut events = Events::new("");
    let about = NOTES.about(&visit.resident, None, 100);
    for note in unless_locked(about.map(|slice| slice.items))? {
        if note.value.appointment == visit.appointment {
            events = events
                .event(Event::new(note.value.text, note.value.written).line(note.value.worker));
        }
    }
    Ok((!events.events.is_empty()).then_some(events))
}

fn cancel_button(lang: Lang) -> Action {
    Action::new(
        "cancel",
        lang.t("取消预约", "Cancel the visit"),
        lang.t(
            "护理员不再上门，这个时间会让给别人。",
            "The care worker will not come, and others may take the time.",
        ),
    )
    .confirm(lang.t(
        "确定取消这次上门服务吗？",
        "Do you really want to cancel this visit?",
    ))
    .destructive()
}

/// The action.
pub fn cancel(lang: Lang, id: &str) -> Result<Outcome, Failure> {
    let visit = find(lang, id)?;
    let reason = lang.t(
        "居民或其代办人取消",
        "Cancelled by the resident or on their behalf",
    );
    let visit = appointments::cancel(&visit.appointment, reason)
        .map_err(|error| problem::failure(error, lang))?;
    watch::clear(&visit.appointment);
    notify::cancelled(&visit, &Workers::load());
    Ok(Done::at("/").say(lang.t("已取消。", "Cancelled.")).into())
}
