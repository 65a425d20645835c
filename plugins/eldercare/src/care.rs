//! `/today/ID`: one visit, as the care worker sees it, and her notes.

use crate::record::{NOTES, Note, WISHES, newest_first, unless_locked};
use crate::worker::own_calendar;
use crate::{problem, state, today};
use linli_sdk::appointments::{self, Appointment};
use linli_sdk::calendars::Calendar;
use linli_sdk::{
    Action, AppointmentRef, Done, Event, Events, Fact, Failure, Field, Form, Lang, Outcome, Page,
    Submission, context,
};

/// The visit of that id, if it is the worker's.
fn find(lang: Lang, id: &str) -> Result<(Calendar, Appointment), Failure> {
    let own = own_calendar(lang)?;
    let visit = appointments::find(&AppointmentRef { id: id.to_owned() })
        .map_err(|error| problem::failure(error, lang))?;
    if visit.slot.calendar == own.calendar {
        Ok((own, visit))
    } else {
        Err(Failure::NotFound)
    }
}

/// The page.
pub fn view(lang: Lang, id: &str) -> Result<Page, Failure> {
    let (_, visit) = find(lang, id)?;
    let mut notes = Events::new(lang.t("还没有记录。", "There are no notes yet."));
    notes.extend(
        unless_locked(
            NOTES
                .about(&visit.resident, None, 20)
                .map(|slice| slice.items),
        )?
        .into_iter()
        .map(|note| Event::new(note.value.text, note.value.written).line(note.value.worker)),
    );
    let page = Page::new(visit.title.as_str())
        .back(lang.t("我的上门安排", "My visits"), "/today")
        .facts([
            Fact::new(lang.t("状态", "State"), state::mark(&visit.state, lang)),
            Fact::new(lang.t("时间", "Time"), &visit.slot),
            Fact::new(lang.t("姓名", "Name"), visit.resident.field("name")),
            Fact::new(lang.t("电话", "Telephone"), visit.resident.field("phone")),
            Fact::new(lang.t("住址", "Address"), visit.resident.field("address")),
        ])
        .with(unless_locked(WISHES.get(id))?, |page, wish| {
            page.facts([Fact::new(lang.t("请注意", "To mind"), wish.value.text)])
        })
        .with(state::history(&visit, lang), Page::timeline)
        .with(
            today::button(&visit, context::now(), lang),
            |page, button| page.actions([button]),
        )
        .heading(lang.t("护理记录", "Notes on care"))
        .timeline(notes);
    Ok(if takes_notes(&visit) {
        page.form(form(lang))
    } else {
        page
    })
}

fn form(lang: Lang) -> Form {
    let submit = Action::new(
        "note",
        lang.t("保存记录", "Keep the note"),
        lang.t(
            "老人、其代办人和下次上门的护理员会看到。",
            "The resident, those who act for them and the next care worker can read it.",
        ),
    );
    Form::new(submit).field(
        Field::paragraph(
            "note",
            lang.t("这次服务的记录", "A note on this visit"),
            1000,
        )
        .required()
        .category("health"),
    )
}

/// From the moment when somebody is there.
fn takes_notes(visit: &Appointment) -> bool {
    matches!(visit.state.as_str(), state::CHECKED_IN | state::COMPLETED)
}

/// The action.
pub fn note(lang: Lang, id: &str, submission: &Submission) -> Result<Outcome, Failure> {
    let (own, visit) = find(lang, id)?;
    if !takes_notes(&visit) {
        return Ok(Outcome::invalid(
            "",
            lang.t("请先签到，再写记录。", "Check in first, then write notes."),
        ));
    }
    let Some(text) = submission.text("note") else {
        return Ok(Outcome::invalid(
            "note",
            lang.t("请写下记录。", "Please write a note."),
        ));
    };
    let written = context::now();
    let note = Note {
        appointment: visit.appointment,
        worker: own.title,
        written,
        text: text.to_owned(),
    };
    NOTES.create(&newest_first(written, id), &note, Some(&visit.resident))?;
    Ok(Done::at(submission.address.clone())
        .say(lang.t("已保存。", "Kept."))
        .into())
}
