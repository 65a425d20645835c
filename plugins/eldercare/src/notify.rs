//! Who is told what. A notice that cannot be sent never undoes what it tells of.

use crate::offer;
use crate::worker::{COORDINATOR, Workers};
use linli_sdk::appointments::Appointment;
use linli_sdk::notices::{self, Notice, Recipient, Urgency};
use linli_sdk::{CalendarRef, Lang, Message, log};

/// A visit was booked.
pub fn booked(visit: &Appointment, workers: &Workers) {
    let send = Sender {
        visit,
        workers,
        title: "booked-title",
        urgency: Urgency::Routine,
    };
    send.to_resident_and_delegates("booked-body");
    send.to_worker(&visit.slot.calendar, "booked-body-worker");
}

/// A visit was moved, perhaps away from the worker of the calendar `before`.
pub fn moved(visit: &Appointment, before: &CalendarRef, workers: &Workers) {
    let send = Sender {
        visit,
        workers,
        title: "moved-title",
        urgency: Urgency::Important,
    };
    send.to_resident_and_delegates("moved-body");
    if *before == visit.slot.calendar {
        send.to_worker(before, "moved-body-worker");
    } else {
        send.to_worker(before, "handed-over-body-worker");
        let send = Sender {
            title: "booked-title",
            ..send
        };
        send.to_worker(&visit.slot.calendar, "booked-body-worker");
    }
}

/// A visit was cancelled.
pub fn cancelled(visit: &Appointment, workers: &Workers) {
    let send = Sender {
        visit,
        workers,
        title: "cancelled-title",
        urgency: Urgency::Important,
    };
    send.to_resident_and_delegates("cancelled-body");
    send.to_worker(&visit.slot.calendar, "cancelled-body-worker");
}

/// Nobody came.
pub fn missed(visit: &Appointment, workers: &Workers) {
    let send = Sender {
        visit,
        workers,
        title: "missed-title",
        urgency: Urgency::Urgent,
    };
    send.to_worker(&visit.slot.calendar, "missed-body-worker");
    send.send(
        Recipient::Role(COORDINATOR.to_owned()),
        "missed-body",
        "/alerts".to_owned(),
    );
    send.send(
        Recipient::DelegatesOf(visit.resident.clone()),
        "missed-body-delegate",
        resident_page(visit),
    );
}

struct Sender<'a> {
    visit: &'a Appointment,
    workers: &'a Workers,
    title: &'static str,
    urgency: Urgency,
}

impl Sender<'_> {
    fn to_resident_and_delegates(&self, body: &str) {
        let path = resident_page(self.visit);
        self.send(
            Recipient::Person(self.visit.resident.clone()),
            body,
            path.clone(),
        );
        self.send(
            Recipient::DelegatesOf(self.visit.resident.clone()),
            &format!("{body}-delegate"),
            path,
        );
    }

    fn to_worker(&self, calendar: &CalendarRef, body: &str) {
        if let Some(worker) = self.workers.find(&calendar.id) {
            let path = format!("/today/{}", self.visit.appointment.id);
            self.send(Recipient::Person(worker.holder.clone()), body, path);
        }
    }

    fn send(&self, to: Recipient, body: &str, path: String) {
        let notice = Notice::new(self.message(self.title), self.message(body))
            .urgency(self.urgency)
            .path(path);
        if let Err(error) = notices::send(&to, &notice) {
            log::write(
                log::Level::Warn,
                &format!("notice '{body}' was not sent: {error:?}"),
            );
        }
    }

    fn message(&self, key: &str) -> Message {
        // The worker's name is the same in both languages, but for one who has left.
        let who = self
            .workers
            .name(&self.visit.slot.calendar, Lang::current());
        Message::new(key)
            .with("what", offer::title_of(self.visit))
            .with("who", who.as_str())
            .with("when", self.visit.slot.starts)
            .with("resident", self.visit.resident.field("name"))
    }
}

fn resident_page(visit: &Appointment) -> String {
    format!("/visits/{}", visit.appointment.id)
}
