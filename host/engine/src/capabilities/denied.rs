//! What a plugin meets where a permission that its manifest calls optional was not granted: the interface's own denial where
//! it has one, emptiness where that is honest, else the end of the invocation.

use crate::bindings::linli::host::types::{
    AppointmentRef, CalendarRef, Cursor, Date, PersonRef, Slot,
};
use crate::bindings::linli::host::{
    appointments, calendars, context, log, notices, outbound, profile, records, settings, timers,
};
use crate::trap::HostTrap;
use wasmtime::Result;
use wasmtime::component::HasData;

/// Stands in for the store's data.
pub(crate) struct Denying;

impl HasData for Denying {
    type Data<'a> = Self;
}

fn trap<T>(function: &'static str) -> Result<T> {
    Err(HostTrap::NotGranted(function).into())
}

fn not_granted(interface: &str) -> String {
    format!("linli:host/{interface} is not granted")
}

impl context::Host for Denying {
    async fn current(&mut self) -> Result<context::Invocation> {
        trap("context.current")
    }
    async fn now(&mut self) -> Result<i64> {
        trap("context.now")
    }
    async fn random(&mut self, _: u32) -> Result<Vec<u8>> {
        trap("context.random")
    }
    async fn to_local(&mut self, _: i64) -> Result<context::LocalTime> {
        trap("context.to-local")
    }
    async fn from_local(&mut self, _: context::LocalTime) -> Result<Option<i64>> {
        trap("context.from-local")
    }
}

impl profile::Host for Denying {
    async fn read(
        &mut self,
        _: PersonRef,
        fields: Vec<String>,
    ) -> Result<Result<Vec<profile::FieldValue>, profile::ReadError>> {
        let denied = |field| profile::FieldValue {
            field,
            value: profile::Value::Denied,
        };
        Ok(Ok(fields.into_iter().map(denied).collect()))
    }
    async fn read_many(
        &mut self,
        people: Vec<PersonRef>,
        _: Vec<String>,
    ) -> Result<Vec<Result<Vec<profile::FieldValue>, profile::ReadError>>> {
        Ok(people
            .into_iter()
            .map(|_| Err(profile::ReadError::Denied))
            .collect())
    }
}

impl calendars::Host for Denying {
    async fn list_calendars(&mut self, _: Option<String>) -> Result<Vec<calendars::Calendar>> {
        Ok(Vec::new())
    }
    async fn own_calendar(&mut self) -> Result<Option<calendars::Calendar>> {
        Ok(None)
    }
    async fn free_slots(
        &mut self,
        _: Vec<CalendarRef>,
        _: Date,
        _: u8,
        _: calendars::SlotRules,
    ) -> Result<Result<Vec<Slot>, calendars::SlotsError>> {
        Ok(Err(calendars::SlotsError::Invalid(not_granted(
            "calendars",
        ))))
    }
}

type Appointment = Result<Result<appointments::Appointment, appointments::AppointmentError>>;
type Appointments = Result<Result<appointments::AppointmentsSlice, appointments::AppointmentError>>;

impl appointments::Host for Denying {
    async fn book(&mut self, _: appointments::Booking) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn move_to(
        &mut self,
        _: AppointmentRef,
        _: Slot,
        _: calendars::SlotRules,
    ) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn cancel(&mut self, _: AppointmentRef, _: String) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn check_in(&mut self, _: AppointmentRef) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn check_out(&mut self, _: AppointmentRef) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn mark_missed(&mut self, _: AppointmentRef) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn find(&mut self, _: AppointmentRef) -> Appointment {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn list_of_resident(
        &mut self,
        _: PersonRef,
        _: i64,
        _: Option<Cursor>,
        _: u16,
    ) -> Appointments {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
    async fn list_of_calendar(
        &mut self,
        _: CalendarRef,
        _: i64,
        _: i64,
        _: Option<Cursor>,
        _: u16,
    ) -> Appointments {
        Ok(Err(appointments::AppointmentError::NotAllowed))
    }
}

impl timers::Host for Denying {
    async fn set_timer(
        &mut self,
        _: String,
        _: i64,
        _: String,
    ) -> Result<Result<(), timers::TimerError>> {
        Ok(Err(timers::TimerError::Invalid(not_granted("timers"))))
    }
    async fn clear_timer(&mut self, _: String) -> Result<bool> {
        Ok(false)
    }
}

fn no_record<T>() -> Result<Result<T, records::RecordError>> {
    Ok(Err(records::RecordError::Invalid(not_granted("records"))))
}

impl records::Host for Denying {
    async fn get(
        &mut self,
        _: String,
        _: String,
    ) -> Result<Result<Option<records::Stored>, records::RecordError>> {
        no_record()
    }
    async fn put(
        &mut self,
        _: String,
        _: String,
        _: String,
        _: Option<PersonRef>,
        _: Option<u64>,
    ) -> Result<Result<u64, records::RecordError>> {
        no_record()
    }
    async fn delete(&mut self, _: String, _: String) -> Result<Result<bool, records::RecordError>> {
        no_record()
    }
    async fn list_records(
        &mut self,
        _: String,
        _: Option<PersonRef>,
        _: Option<Cursor>,
        _: u16,
    ) -> Result<Result<records::RecordsSlice, records::RecordError>> {
        no_record()
    }
}

impl notices::Host for Denying {
    async fn send(
        &mut self,
        _: notices::Recipient,
        _: notices::Notice,
    ) -> Result<Result<u32, notices::NoticeError>> {
        Ok(Err(notices::NoticeError::Undeclared(not_granted(
            "notices",
        ))))
    }
}

impl outbound::Host for Denying {
    async fn post(
        &mut self,
        _: outbound::Request,
    ) -> Result<Result<String, outbound::OutboundError>> {
        Ok(Err(outbound::OutboundError::NotGranted(not_granted(
            "outbound",
        ))))
    }
}

impl settings::Host for Denying {
    async fn get(&mut self, _: String) -> Result<Option<String>> {
        Ok(None)
    }
}

impl log::Host for Denying {
    async fn write(&mut self, _: log::Level, _: String) -> Result<()> {
        Ok(())
    }
}
