//! The codes by which plugins know the host's rules that refuse. They are part of the contract: one that is there stays.

use crate::bindings::linli::host::types::Refusal as Shown;
use linli_core::Refusal;
use linli_core::appointment::AppointmentRefusal as Appointment;
use linli_core::case::CaseRefusal as Case;
use linli_core::enrolment::EnrolmentRefusal as Enrolment;
use linli_core::need::NeedRefusal as Need;
use linli_core::space::SpaceRefusal as Space;
use linli_domain::Locale;

/// A refusal with its code and its text in one language.
pub(super) fn shown(refusal: &Refusal, locale: Locale) -> Shown {
    Shown {
        code: code(refusal).to_owned(),
        message: refusal.message().get(locale).to_owned(),
    }
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Space(refusal) => space(refusal),
        Refusal::Case(refusal) => case(refusal),
        Refusal::Enrolment(refusal) => enrolment(refusal),
        Refusal::Need(refusal) => need(*refusal),
        Refusal::Appointment(refusal) => appointment(refusal),
        Refusal::WrongState(_) => "wrong-state",
        Refusal::SlotTaken => "slot-taken",
        Refusal::SlotNotOffered => "not-offered",
        Refusal::Taken(_) => "taken",
        Refusal::OverBudget(_) => "too-many",
        _ => "refused",
    }
}

fn space(refusal: &Space) -> &'static str {
    match refusal {
        Space::Full => "full",
        Space::Closed => "closed",
        Space::BlackedOut => "blacked-out",
        Space::OutOfUse => "out-of-use",
        Space::Misfit(_) => "misfit",
        Space::NotOpen => "not-open",
        Space::TooManyPersons(_) => "too-many-persons",
        Space::Quota(_) => "quota",
        Space::WrongState(_) | Space::WaitingIs(_) => "wrong-state",
        Space::HoldExpired => "hold-expired",
        Space::Begun => "begun",
        Space::NothingToWaitFor => "nothing-to-wait-for",
        Space::WaitsAlready => "waits-already",
        Space::BookedMoreOften(_) => "places-taken",
    }
}

fn case(refusal: &Case) -> &'static str {
    match refusal {
        Case::WrongState(_) => "wrong-state",
        Case::Conflict => "conflict",
        Case::NotStaff => "not-staff",
        Case::NoSuchOffice => "no-such-office",
        Case::HandoverPending => "handover-pending",
        Case::HandoverOver => "handover-over",
        Case::SubCasesOpen => "sub-cases-open",
        Case::ParentEnded => "parent-ended",
        Case::TooDeep => "too-deep",
        Case::TooMany(_) => "too-many",
        Case::WaitTooLong => "wait-too-long",
        Case::TooLate(_) => "too-late",
        Case::NoMerge(_) => "no-merge",
        Case::AlreadyRated => "already-rated",
        Case::AlreadyParty => "already-party",
    }
}

fn enrolment(refusal: &Enrolment) -> &'static str {
    match refusal {
        Enrolment::AlreadyEnrolled => "already-enrolled",
        Enrolment::WrongAge => "wrong-age",
        Enrolment::NotOpen => "not-open",
        Enrolment::Full => "full",
        Enrolment::OfferLapsed => "offer-lapsed",
        Enrolment::WrongState(_) => "wrong-state",
        Enrolment::PlacesTaken(_) => "places-taken",
        Enrolment::StaffBusy(_) => "staff-busy",
        Enrolment::NotThatDay => "not-that-day",
    }
}

fn need(refusal: Need) -> &'static str {
    match refusal {
        Need::Changed => "changed",
        Need::State(_) => "wrong-state",
        Need::TooMany => "too-many",
    }
}

fn appointment(refusal: &Appointment) -> &'static str {
    match refusal {
        Appointment::HoldLapsed => "hold-lapsed",
        Appointment::TooManyHolds => "too-many-holds",
        Appointment::NoneFree => "none-free",
        Appointment::AlreadyWaiting => "waits-already",
        Appointment::CapacityInUse(_) => "places-taken",
    }
}
