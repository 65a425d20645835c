//! `linli:host/enrolments` over [`linli_core::course`], [`linli_core::enrolment`] and [`linli_core::attendance`].

use super::appointments::localised_of;
use super::calendars::{civil_of, date_of};
use super::operation::{
    Answer, List, at, code, count, id_of, instant, open, operation, period_of, range_of, reference,
    two,
};
use crate::bindings::linli::host::enrolments::{
    Application, Attendance, AttendanceSlice, Course, CourseDraft, CourseRef, CoursesSlice,
    Enrolment, EnrolmentRef, EnrolmentsSlice, Host, Session, SessionHours, SessionRef,
};
use crate::bindings::linli::host::types::{Cursor, Date, Period, PersonRef, Translation};
use crate::call::{Call, Unit};
use jiff::ToSpan as _;
use jiff::civil;
use linli_core::store::course::Course as CourseRow;
use linli_core::store::enrolment::Enrolment as Row;
use linli_core::{Refusal, Result, attendance, course, enrolment};
use linli_domain::enrolment::{Priority, WaitingRule, Weekdays};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::{CourseId, EnrolmentId, Localised};

fn course_ref(id: CourseId) -> CourseRef {
    CourseRef { id: id.to_string() }
}

fn enrolment_ref(id: EnrolmentId) -> EnrolmentRef {
    EnrolmentRef { id: id.to_string() }
}

fn invalid(problem: &str) -> linli_core::Error {
    Refusal::Invalid(problem.to_owned()).into()
}

fn day_of(what: &str, day: Date) -> Result<civil::Date> {
    civil_of(day).ok_or_else(|| invalid(&format!("{what} is no day of the calendar")))
}

fn end_of(day: civil::Date) -> Option<Date> {
    (day < course::NO_END).then(|| date_of(day))
}

fn text_of(what: &str, text: Vec<Translation>) -> Result<Localised> {
    localised_of(text).ok_or_else(|| invalid(&format!("{what} is in neither zh-CN nor en")))
}

/// Bits from Monday, of days from 1 for Monday to 7; every day where there are none.
fn weekdays_of(days: &[u8]) -> Result<Option<Weekdays>> {
    let mut bits = 0;
    for day in days {
        if !(1..=7).contains(day) {
            return Err(invalid(&format!("weekdays holds {day}; days are 1–7")));
        }
        bits |= 1 << (day - 1);
    }
    Ok((bits > 0).then_some(Weekdays(bits)))
}

fn days_of(bits: i64) -> Vec<u8> {
    (0_u8..7)
        .filter(|day| bits >> day & 1 == 1)
        .map(|day| day + 1)
        .collect()
}

fn shown_course(unit: &Unit<'_>, row: CourseRow) -> Course {
    Course {
        course: course_ref(row.id),
        places: count(row.places()),
        kind: row.kind.code().to_owned(),
        title: row.title.get(unit.caller.locale).to_owned(),
        capacity: count(row.capacity),
        ratio: row.ratio.map(count),
        staff: count(row.staff),
        first_day: date_of(row.from_day),
        end_day: end_of(row.to_day),
        opens: row.opens.map(|at| at.0),
        closes: row.closes.map(|at| at.0),
        closed: row.closed,
        rule: row.rule.text().get(unit.caller.locale).to_owned(),
    }
}

fn shown(unit: &Unit<'_>, row: Row) -> Result<Enrolment> {
    Ok(Enrolment {
        enrolment: enrolment_ref(row.id),
        course: course_ref(row.course_id),
        resident: reference(unit, row.resident_id)?,
        state: row.state.code().to_owned(),
        from_day: date_of(row.from_day),
        end_day: end_of(row.to_day),
        weekdays: days_of(row.weekdays),
        joined: row.joined.0,
        offer_until: row.offer_until.map(|at| at.0),
    })
}

fn hours_of(hours: SessionHours) -> Result<WorkingHours> {
    let first = day_of("hours.first", hours.first)?;
    Ok(WorkingHours {
        days: Recurrence::new(first, hours.rule)
            .map_err(|error| invalid(&format!("hours.rule: {error}")))?,
        from_minute: hours.from_minute,
        to_minute: hours.to_minute,
        holidays: Default::default(),
    })
}

fn draft_of(draft: CourseDraft) -> Result<course::Draft> {
    let priorities = draft.priorities.into_iter().map(|priority| {
        Ok(Priority {
            code: priority.code,
            name: text_of("priority.name", priority.name)?,
            points: priority.points,
        })
    });
    let end = draft.end_day.map(|day| day_of("end-day", day));
    let opens = draft.opens.map(|at| instant("opens", at));
    let closes = draft.closes.map(|at| instant("closes", at));
    Ok(course::Draft {
        kind: code("kind", &draft.kind)?,
        title: text_of("title", draft.title)?,
        capacity: draft.capacity.into(),
        ratio: draft.ratio.map(i64::from),
        ages: (
            draft.least_months.map(i64::from),
            draft.most_months.map(i64::from),
        ),
        hours: draft
            .hours
            .into_iter()
            .map(hours_of)
            .collect::<Result<_>>()?,
        days: (day_of("first-day", draft.first_day)?, end.transpose()?),
        rule: WaitingRule {
            priorities: priorities.collect::<Result<_>>()?,
            sibling_points: draft.sibling_points,
        },
        offer_hours: draft.offer_hours.into(),
        open: (opens.transpose()?, closes.transpose()?),
    })
}

/// The course that a reference names, where this installation offers it.
async fn reach(unit: &mut Unit<'_>, course: &CourseRef) -> Result<CourseRow> {
    let id = id_of(&course.id, "course")?;
    course::offered(unit.work, unit.service, id).await
}

/// The enrolment that a reference names, in a course that this installation offers.
async fn reach_enrolment(unit: &mut Unit<'_>, enrolment: &EnrolmentRef) -> Result<Row> {
    let id = id_of(&enrolment.id, "enrolment")?;
    let actor = unit.caller.actor(unit.service);
    let (row, course) = enrolment::find(unit.work, &actor, id).await?;
    if course.installation_id == Some(unit.service.id()) {
        Ok(row)
    } else {
        Err(Refusal::NotFound("enrolment").into())
    }
}

/// The session that a reference names, of a course that this installation offers.
async fn reach_session(
    unit: &mut Unit<'_>,
    session: &SessionRef,
) -> Result<linli_domain::SessionId> {
    let id = id_of(&session.id, "session")?;
    attendance::offered(unit.work, unit.service, id).await?;
    Ok(id)
}

async fn application_of(
    unit: &mut Unit<'_>,
    application: Application,
) -> Result<(CourseId, enrolment::Application)> {
    let course = reach(unit, &application.course).await?;
    let from = application.from_day.map(|day| day_of("from-day", day));
    let application = enrolment::Application {
        resident: open(unit, &application.resident).await?,
        from_day: from.transpose()?,
        weekdays: weekdays_of(&application.weekdays)?,
    };
    Ok((course.id, application))
}

fn slice(unit: &Unit<'_>, list: &List, limit: u16, rows: Vec<Row>) -> Result<EnrolmentsSlice> {
    let next = list.next(unit, limit, &rows, |last| {
        format!("{} {}", last.joined.0, last.id)
    });
    let items = rows.into_iter().map(|row| shown(unit, row));
    Ok(EnrolmentsSlice {
        items: items.collect::<Result<_>>()?,
        next,
    })
}

impl Host for Call {
    async fn create_course(&mut self, draft: CourseDraft) -> Answer<Course> {
        let titles = draft.title.iter().map(|title| title.text.as_str());
        let names = draft.priorities.iter().flat_map(|priority| {
            let texts = priority.name.iter().map(|name| name.text.as_str());
            texts.chain([priority.code.as_str()])
        });
        crate::call::check_text("enrolments.create-course", titles.chain(names))?;
        operation!(self, "enrolments.create-course", writes, [], |unit| {
            let draft = draft_of(draft)?;
            let actor = unit.caller.actor(unit.service);
            let (service, community) = (Some(unit.service), unit.service.community.id);
            let id = course::create(unit.work, &actor, service, community, &draft).await?;
            let row = course::find(unit.work, id).await?;
            Ok(shown_course(unit, row))
        })
    }

    async fn change_course(
        &mut self,
        course: CourseRef,
        capacity: u32,
        ratio: Option<u32>,
        closed: bool,
    ) -> Answer<Course> {
        operation!(self, "enrolments.change-course", writes, [], |unit| {
            let id = reach(unit, &course).await?.id;
            let actor = unit.caller.actor(unit.service);
            let ratio = ratio.map(i64::from);
            course::change(unit.work, &actor, id, capacity.into(), ratio, closed).await?;
            let row = course::find(unit.work, id).await?;
            Ok(shown_course(unit, row))
        })
    }

    async fn set_staff(
        &mut self,
        course: CourseRef,
        person: PersonRef,
        assigned: bool,
    ) -> Answer<Course> {
        operation!(self, "enrolments.set-staff", writes, [], |unit| {
            let id = reach(unit, &course).await?.id;
            let person = open(unit, &person).await?;
            let actor = unit.caller.actor(unit.service);
            if assigned {
                course::add_staff(unit.work, &actor, id, person).await?;
            } else {
                course::remove_staff(unit.work, &actor, id, person).await?;
            }
            let row = course::find(unit.work, id).await?;
            Ok(shown_course(unit, row))
        })
    }

    async fn find_course(&mut self, course: CourseRef) -> Answer<Course> {
        operation!(self, "enrolments.find-course", reads, [], |unit| {
            let row = reach(unit, &course).await?;
            Ok(shown_course(unit, row))
        })
    }

    async fn list_courses(&mut self, after: Option<Cursor>, limit: u16) -> Answer<CoursesSlice> {
        operation!(self, "enrolments.list-courses", reads, [], |unit| {
            let list = List::of(unit, "courses");
            let after = list.after(unit, after, two)?;
            let rows = course::list_offered(unit.work, unit.service, after, limit).await?;
            let next = list.next(unit, limit, &rows, |last| {
                format!("{} {}", last.from_day, last.id)
            });
            let items = rows.into_iter().map(|row| shown_course(unit, row));
            Ok(CoursesSlice {
                items: items.collect(),
                next,
            })
        })
    }

    async fn enrol(&mut self, application: Application) -> Answer<Enrolment> {
        operation!(self, "enrolments.enrol", writes, [], |unit| {
            let (course, application) = application_of(unit, application).await?;
            let actor = unit.caller.actor(unit.service);
            let row = enrolment::enrol(unit.work, &actor, course, application).await?;
            shown(unit, row)
        })
    }

    async fn accept(&mut self, enrolment: EnrolmentRef) -> Answer<Enrolment> {
        operation!(self, "enrolments.accept", writes, [], |unit| {
            let id = reach_enrolment(unit, &enrolment).await?.id;
            let actor = unit.caller.actor(unit.service);
            let row = enrolment::accept(unit.work, &actor, id).await?;
            shown(unit, row)
        })
    }

    async fn cancel(&mut self, enrolment: EnrolmentRef, reason: String) -> Answer<Enrolment> {
        operation!(self, "enrolments.cancel", writes, [&reason], |unit| {
            let id = reach_enrolment(unit, &enrolment).await?.id;
            let actor = unit.caller.actor(unit.service);
            let row = enrolment::cancel(unit.work, &actor, id, &reason).await?;
            shown(unit, row)
        })
    }

    async fn leave_on(&mut self, enrolment: EnrolmentRef, day: Date) -> Answer<Enrolment> {
        operation!(self, "enrolments.leave-on", writes, [], |unit| {
            let id = reach_enrolment(unit, &enrolment).await?.id;
            let day = day_of("day", day)?;
            let actor = unit.caller.actor(unit.service);
            let row = enrolment::leave_on(unit.work, &actor, id, day).await?;
            shown(unit, row)
        })
    }

    async fn transfer(&mut self, enrolment: EnrolmentRef, to: Application) -> Answer<Enrolment> {
        operation!(self, "enrolments.transfer", writes, [], |unit| {
            let id = reach_enrolment(unit, &enrolment).await?.id;
            let (course, application) = application_of(unit, to).await?;
            let actor = unit.caller.actor(unit.service);
            let row = enrolment::transfer(unit.work, &actor, id, course, application).await?;
            shown(unit, row)
        })
    }

    async fn find(&mut self, enrolment: EnrolmentRef) -> Answer<Enrolment> {
        operation!(self, "enrolments.find", reads, [], |unit| {
            let row = reach_enrolment(unit, &enrolment).await?;
            shown(unit, row)
        })
    }

    async fn position(&mut self, enrolment: EnrolmentRef) -> Answer<Option<u32>> {
        operation!(self, "enrolments.position", reads, [], |unit| {
            let id = reach_enrolment(unit, &enrolment).await?.id;
            let actor = unit.caller.actor(unit.service);
            let (position, _) = enrolment::position(unit.work, &actor, id).await?;
            Ok(position.map(count))
        })
    }

    async fn list_of_resident(
        &mut self,
        resident: PersonRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<EnrolmentsSlice> {
        operation!(self, "enrolments.list-of-resident", reads, [], |unit| {
            let resident = open(unit, &resident).await?;
            let list = List::of(unit, &format!("enrolments of {resident}"));
            let after = list.after(unit, after, at)?;
            let rows = enrolment::list_of_resident_with(
                unit.work,
                unit.service,
                unit.caller,
                resident,
                after,
                limit,
            )
            .await?;
            slice(unit, &list, limit, rows)
        })
    }

    async fn list_of_course(
        &mut self,
        course: CourseRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<EnrolmentsSlice> {
        operation!(self, "enrolments.list-of-course", reads, [], |unit| {
            let id = reach(unit, &course).await?.id;
            let list = List::of(unit, &format!("enrolments in {id}"));
            let after = list.after(unit, after, at)?;
            let actor = unit.caller.actor(unit.service);
            let rows = enrolment::list_of_course(unit.work, &actor, id, after, limit).await?;
            slice(unit, &list, limit, rows)
        })
    }

    async fn plan_sessions(&mut self, course: CourseRef, from: Date, days: u8) -> Answer<u32> {
        operation!(self, "enrolments.plan-sessions", writes, [], |unit| {
            let id = reach(unit, &course).await?.id;
            let from = day_of("from", from)?;
            let to = from.saturating_add(i32::from(days).days());
            let actor = unit.caller.actor(unit.service);
            let planned = attendance::plan(unit.work, &actor, id, from, to).await?;
            Ok(u32::try_from(planned).unwrap_or(u32::MAX))
        })
    }

    async fn cancel_session(&mut self, session: SessionRef, note: String) -> Answer<()> {
        operation!(self, "enrolments.cancel-session", writes, [&note], |unit| {
            let id = reach_session(unit, &session).await?;
            let actor = unit.caller.actor(unit.service);
            attendance::cancel(unit.work, &actor, id, &note).await
        })
    }

    async fn list_sessions(&mut self, course: CourseRef, within: Period) -> Answer<Vec<Session>> {
        operation!(self, "enrolments.list-sessions", reads, [], |unit| {
            let id = reach(unit, &course).await?.id;
            let rows = attendance::list(unit.work, id, range_of(within)?).await?;
            let items = rows.into_iter().map(|row| Session {
                session: SessionRef {
                    id: row.id.to_string(),
                },
                course: course_ref(row.course_id),
                period: period_of(Range::new(row.starts, row.ends)),
                cancelled: row.cancelled,
                note: row.note,
            });
            Ok(items.collect())
        })
    }

    async fn check_in(&mut self, session: SessionRef, enrolment: EnrolmentRef) -> Answer<String> {
        operation!(self, "enrolments.check-in", writes, [], |unit| {
            let id = reach_session(unit, &session).await?;
            let whose = reach_enrolment(unit, &enrolment).await?.id;
            let actor = unit.caller.actor(unit.service);
            let status = attendance::check_in(unit.work, &actor, id, whose).await?;
            Ok(status.code().to_owned())
        })
    }

    async fn check_out(
        &mut self,
        session: SessionRef,
        enrolment: EnrolmentRef,
        picked_up_by: String,
    ) -> Answer<()> {
        operation!(
            self,
            "enrolments.check-out",
            writes,
            [&picked_up_by],
            |unit| {
                let id = reach_session(unit, &session).await?;
                let whose = reach_enrolment(unit, &enrolment).await?.id;
                let actor = unit.caller.actor(unit.service);
                attendance::check_out(unit.work, &actor, id, whose, &picked_up_by).await
            }
        )
    }

    async fn note_attendance(
        &mut self,
        session: SessionRef,
        enrolment: EnrolmentRef,
        status: String,
        note: String,
    ) -> Answer<()> {
        operation!(
            self,
            "enrolments.note-attendance",
            writes,
            [&note],
            |unit| {
                let id = reach_session(unit, &session).await?;
                let whose = reach_enrolment(unit, &enrolment).await?.id;
                let status = code("status", &status)?;
                let actor = unit.caller.actor(unit.service);
                attendance::record(unit.work, &actor, id, whose, status, &note).await
            }
        )
    }

    async fn list_attendance(
        &mut self,
        session: SessionRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<AttendanceSlice> {
        operation!(self, "enrolments.list-attendance", reads, [], |unit| {
            let id = reach_session(unit, &session).await?;
            let list = List::of(unit, &format!("attendance of {id}"));
            let after = list.after(unit, after, |id| id.parse().ok())?;
            let actor = unit.caller.actor(unit.service);
            let rows = attendance::list_attendance(unit.work, &actor, id, after, limit).await?;
            let next = list.next(unit, limit, &rows, |last| last.enrolment_id.to_string());
            let items = rows.into_iter().map(|row| Attendance {
                enrolment: enrolment_ref(row.enrolment_id),
                status: row.status.code().to_owned(),
                checked_in: row.checked_in.map(|at| at.0),
                checked_out: row.checked_out.map(|at| at.0),
                picked_up_by: row.picked_up_by,
                note: row.note,
            });
            Ok(AttendanceSlice {
                items: items.collect(),
                next,
            })
        })
    }
}
