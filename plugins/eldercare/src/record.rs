//! What is kept.

use linli_sdk::records::RecordError;
use linli_sdk::{AppointmentRef, Collection, Instant, PersonRef};
use serde::{Deserialize, Serialize};

/// What the resident would like the care worker to mind, by appointment.
pub const WISHES: Collection<Wish> = Collection::new("wishes");
/// Care workers' notes about a resident, newest first.
pub const NOTES: Collection<Note> = Collection::new("visit-notes");
/// Visits that nobody made on time, newest first.
pub const ALERTS: Collection<Alert> = Collection::new("alerts");

/// See [`WISHES`].
#[derive(Serialize, Deserialize)]
pub struct Wish {
    pub text: String,
}

/// See [`NOTES`].
#[derive(Serialize, Deserialize)]
pub struct Note {
    pub appointment: AppointmentRef,
    /// The name under which its writer serves.
    pub worker: String,
    pub written: Instant,
    pub text: String,
}

/// See [`ALERTS`].
#[derive(Serialize, Deserialize)]
pub struct Alert {
    pub appointment: AppointmentRef,
    pub resident: PersonRef,
    /// The offer's code.
    pub service: String,
    /// The name under which the worker serves who should have come.
    pub worker: String,
    pub starts: Instant,
    /// When the worker checked in after all.
    #[serde(default)]
    pub arrived: Option<Instant>,
    /// When the coordinator settled it.
    #[serde(default)]
    pub settled: Option<Instant>,
}

impl Alert {
    /// Whether somebody still has to do something.
    pub fn is_open(&self) -> bool {
        self.arrived.is_none() && self.settled.is_none()
    }
}

/// What was read; nothing where the resident withdrew consent and the host keeps it shut.
pub fn unless_locked<T: Default>(read: Result<T, RecordError>) -> Result<T, RecordError> {
    match read {
        Err(RecordError::Locked) => Ok(T::default()),
        read => read,
    }
}

/// A key under which records list newest first: lists go by key, upwards.
pub fn newest_first(at: Instant, id: &str) -> String {
    /// No number of the contract is above it.
    const LAST: Instant = 1 << 53;
    format!("{:016}-{id}", LAST - at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_locked_is_read_as_nothing() {
        assert_eq!(
            unless_locked::<Option<u8>>(Err(RecordError::Locked)).unwrap(),
            None
        );
        assert!(unless_locked::<Option<u8>>(Err(RecordError::OverBudget)).is_err());
    }

    #[test]
    fn later_records_have_smaller_keys() {
        let day = 86_400_000_000;
        assert!(newest_first(20_000 * day, "a") < newest_first(19_999 * day, "b"));
        assert!(newest_first(0, "a") > newest_first(1, "a"));
    }
}
