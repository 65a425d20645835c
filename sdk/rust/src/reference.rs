//! References: values to compare and to store, never to show.

use crate::case_transfer::HandoverRef;
use crate::cases::CommentRef;
use crate::enrolments::{CourseRef, EnrolmentRef, SessionRef};
use crate::needs::NeedRef;
use crate::space_bookings::{BookingRef, WaitingRef};
use crate::{
    AppointmentRef, CalendarRef, CaseRef, Cursor, PersonField, PersonRef, SpaceRef, appointments,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

impl PersonRef {
    /// One of the person's fields, filled in by the host where it is shown, for whom it is shown to.
    pub fn field(&self, code: impl Into<String>) -> PersonField {
        PersonField {
            person: self.clone(),
            field: code.into(),
        }
    }
}

macro_rules! stored_as_text {
    ($($reference:ident),*) => {$(
        impl Eq for $reference {}

        impl Serialize for $reference {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.id.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $reference {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|id| Self { id })
            }
        }
    )*};
}

type AppointmentWaitingRef = appointments::WaitingRef;

stored_as_text!(
    PersonRef,
    CalendarRef,
    AppointmentRef,
    AppointmentWaitingRef,
    NeedRef,
    SpaceRef,
    BookingRef,
    WaitingRef,
    CourseRef,
    SessionRef,
    EnrolmentRef,
    CaseRef,
    CommentRef,
    HandoverRef,
    Cursor
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_stored_as_its_text() {
        let person = PersonRef {
            id: "abc".to_owned(),
        };
        let json = serde_json::to_string(&person).unwrap();
        assert_eq!(json, "\"abc\"");
        assert_eq!(serde_json::from_str::<PersonRef>(&json).unwrap(), person);
    }
}
