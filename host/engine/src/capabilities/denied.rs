//! What a plugin meets where a permission that its manifest calls optional was not granted: the interface's own denial where
//! it has one, emptiness where that is honest, else the end of the invocation.

use crate::bindings::linli::host::types::{
    AppointmentRef, CalendarRef, CaseRef, Cursor, Date, OperationError, Period, PersonRef, Slot,
    SpaceRef,
};
use crate::bindings::linli::host::{
    appointments, calendars, case_transfer, cases, context, enrolments, households, log, needs,
    needs_write, notices, outbound, profile, records, settings, space_bookings, space_directory,
    timers,
};
use crate::trap::HostTrap;
use wasmtime::Result;
use wasmtime::component::HasData;

/// Stands in for the store's data.
pub(crate) struct Denying;

impl HasData for Denying {
    type Data<'a> = Self;
}

/// Interfaces whose functions all have the error `operation-error`: each answers `not-allowed`.
macro_rules! not_allowed {
    ($($interface:ident { $($name:ident($($type:ty),* $(,)?) -> $answer:ty;)* })*) => {$(
        impl $interface::Host for Denying {
            $(not_allowed!(@ $name($($type),*) -> $answer);)*
        }
    )*};
    (@ $name:ident($($type:ty),*) -> $answer:ty) => {
        async fn $name(&mut self, $(_: $type),*) -> Result<Result<$answer, OperationError>> {
            Ok(Err(OperationError::NotAllowed))
        }
    };
}

not_allowed! {
    households {
        members(PersonRef) -> Vec<households::Member>;
        deputies(PersonRef) -> Vec<households::Deputy>;
    }
    needs {
        list_of_resident(PersonRef, Option<Cursor>, u16) -> needs::NeedsSlice;
        history(needs::NeedRef, Option<Cursor>, u16) -> needs::NeedsSlice;
    }
    needs_write {
        add_need(PersonRef, needs_write::Said) -> needs::Need;
        correct(needs::NeedRef, u64, needs_write::Said) -> needs::Need;
        change_state(needs::NeedRef, u64, String) -> needs::Need;
    }
    space_directory {
        list_spaces(Option<Cursor>, u16) -> space_directory::SpacesSlice;
        find_free(space_directory::Wanted, Option<Cursor>, u16) -> space_directory::SpacesSlice;
        find(SpaceRef) -> space_directory::Space;
        opening_hours(SpaceRef, Date, u8) -> Vec<Period>;
        free_times(SpaceRef, Date, u8, u16) -> Vec<Period>;
    }
    space_bookings {
        hold(space_bookings::Draft) -> space_bookings::Booking;
        book(space_bookings::Draft) -> space_bookings::Booking;
        confirm(space_bookings::BookingRef) -> space_bookings::Booking;
        move_to(space_bookings::BookingRef, Period) -> space_bookings::Booking;
        cancel(space_bookings::BookingRef, String) -> space_bookings::Booking;
        find(space_bookings::BookingRef) -> space_bookings::Booking;
        list_bookings(Option<PersonRef>, i64, Option<Cursor>, u16) -> space_bookings::BookingsSlice;
        join_waiting(space_bookings::Draft, bool) -> space_bookings::Waiting;
        leave_waiting(space_bookings::WaitingRef) -> ();
        list_waiting(Option<PersonRef>) -> Vec<space_bookings::Waiting>;
    }
    cases {
        open_case(cases::Opening) -> cases::CaseLine;
        find(CaseRef) -> cases::CasePage;
        list_own(Option<Cursor>, u16) -> cases::CasesSlice;
        list_work(Option<String>, bool, Option<Cursor>, u16) -> cases::CasesSlice;
        accept(CaseRef) -> ();
        assign(CaseRef, PersonRef) -> ();
        start(CaseRef) -> ();
        wait(CaseRef, String, i64) -> ();
        resume(CaseRef) -> ();
        resolve(CaseRef, String) -> ();
        close(CaseRef) -> ();
        reopen(CaseRef, String) -> ();
        cancel(CaseRef, String) -> ();
        withdraw(CaseRef, String) -> ();
        add_comment(CaseRef, String, String) -> cases::CommentRef;
        list_comments(CaseRef, Option<Cursor>, u16) -> cases::CommentsSlice;
        add_party(CaseRef, cases::Party) -> ();
        rate(CaseRef, u8, String) -> ();
    }
    case_transfer {
        ask(CaseRef, case_transfer::Office, String) -> case_transfer::HandoverRef;
        accept(case_transfer::HandoverRef) -> CaseRef;
        reject(case_transfer::HandoverRef, String) -> ();
        withdraw(case_transfer::HandoverRef) -> ();
        list_incoming(Option<Cursor>, u16) -> case_transfer::HandoversSlice;
    }
    enrolments {
        create_course(enrolments::CourseDraft) -> enrolments::Course;
        change_course(enrolments::CourseRef, u32, Option<u32>, bool) -> enrolments::Course;
        set_staff(enrolments::CourseRef, PersonRef, bool) -> enrolments::Course;
        find_course(enrolments::CourseRef) -> enrolments::Course;
        list_courses(Option<Cursor>, u16) -> enrolments::CoursesSlice;
        enrol(enrolments::Application) -> enrolments::Enrolment;
        accept(enrolments::EnrolmentRef) -> enrolments::Enrolment;
        cancel(enrolments::EnrolmentRef, String) -> enrolments::Enrolment;
        leave_on(enrolments::EnrolmentRef, Date) -> enrolments::Enrolment;
        transfer(enrolments::EnrolmentRef, enrolments::Application) -> enrolments::Enrolment;
        find(enrolments::EnrolmentRef) -> enrolments::Enrolment;
        position(enrolments::EnrolmentRef) -> Option<u32>;
        list_of_resident(PersonRef, Option<Cursor>, u16) -> enrolments::EnrolmentsSlice;
        list_of_course(enrolments::CourseRef, Option<Cursor>, u16) -> enrolments::EnrolmentsSlice;
        plan_sessions(enrolments::CourseRef, Date, u8) -> u32;
        cancel_session(enrolments::SessionRef, String) -> ();
        list_sessions(enrolments::CourseRef, Period) -> Vec<enrolments::Session>;
        check_in(enrolments::SessionRef, enrolments::EnrolmentRef) -> String;
        check_out(enrolments::SessionRef, enrolments::EnrolmentRef, String) -> ();
        note_attendance(enrolments::SessionRef, enrolments::EnrolmentRef, String, String) -> ();
        list_attendance(enrolments::SessionRef, Option<Cursor>, u16) -> enrolments::AttendanceSlice;
    }
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
    not_allowed!(@ on_duty(Option<String>, i64) -> Vec<calendars::Calendar>);
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
    not_allowed!(@ book_any(Vec<CalendarRef>, appointments::Booking) -> appointments::Appointment);
    not_allowed!(@ hold(appointments::Booking, u16) -> appointments::Appointment);
    not_allowed!(@ confirm(AppointmentRef) -> appointments::Appointment);
    not_allowed!(@ join_waiting(appointments::Wish) -> appointments::WaitingRef);
    not_allowed!(@ leave_waiting(appointments::WaitingRef) -> ());
    not_allowed!(@ waiting_position(appointments::WaitingRef) -> Option<u32>);
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
