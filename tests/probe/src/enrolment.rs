//! `enrolments`.

use crate::arguments::Arguments;
use linli_sdk::enrolments::{
    self, Application, CourseDraft, CourseRef, EnrolmentRef, SessionHours, SessionRef,
};
use linli_sdk::localised;

/// What a call answers.
pub fn call(function: &str, a: &Arguments<'_>) -> Option<String> {
    let course = CourseRef {
        id: a.text("course"),
    };
    let enrolment = EnrolmentRef {
        id: a.text("enrolment"),
    };
    let session = SessionRef {
        id: a.text("session"),
    };
    let application = Application {
        course: course.clone(),
        resident: a.person("resident"),
        from_day: a.some_number("from"),
        weekdays: Vec::new(),
    };
    let (after, from) = (a.after(), a.day("from"));
    let after = after.as_ref();
    Some(match function {
        "create-course" => format!("{:?}", enrolments::create_course(&draft(a))),
        "change-course" => {
            let (capacity, ratio) = (a.number("capacity"), a.some_number("ratio"));
            let changed = enrolments::change_course(&course, capacity, ratio, a.flag("closed"));
            format!("{changed:?}")
        }
        "set-staff" => {
            let person = a.person("person");
            format!(
                "{:?}",
                enrolments::set_staff(&course, &person, a.flag("assigned"))
            )
        }
        "find-course" => format!("{:?}", enrolments::find_course(&course)),
        "list-courses" => format!("{:?}", enrolments::list_courses(after, a.limit())),
        "enrol" => format!("{:?}", enrolments::enrol(&application)),
        "accept" => format!("{:?}", enrolments::accept(&enrolment)),
        "cancel" => format!("{:?}", enrolments::cancel(&enrolment, &a.text("reason"))),
        "leave-on" => format!("{:?}", enrolments::leave_on(&enrolment, a.day("day"))),
        "transfer" => format!("{:?}", enrolments::transfer(&enrolment, &application)),
        "find" => format!("{:?}", enrolments::find(&enrolment)),
        "position" => format!("{:?}", enrolments::position(&enrolment)),
        "list-of-resident" => {
            let resident = a.person("resident");
            format!(
                "{:?}",
                enrolments::list_of_resident(&resident, after, a.limit())
            )
        }
        "list-of-course" => {
            format!(
                "{:?}",
                enrolments::list_of_course(&course, after, a.limit())
            )
        }
        "plan-sessions" => {
            format!(
                "{:?}",
                enrolments::plan_sessions(&course, from, a.number("days"))
            )
        }
        "cancel-session" => {
            format!(
                "{:?}",
                enrolments::cancel_session(&session, &a.text("note"))
            )
        }
        "list-sessions" => format!("{:?}", enrolments::list_sessions(&course, a.period())),
        "check-in" => format!("{:?}", enrolments::check_in(&session, &enrolment)),
        "check-out" => {
            let by = a.text("by");
            format!("{:?}", enrolments::check_out(&session, &enrolment, &by))
        }
        "note-attendance" => {
            let (status, note) = (a.text("status"), a.text("note"));
            let noted = enrolments::note_attendance(&session, &enrolment, &status, &note);
            format!("{noted:?}")
        }
        "list-attendance" => {
            format!(
                "{:?}",
                enrolments::list_attendance(&session, after, a.limit())
            )
        }
        _ => return None,
    })
}

/// Nine to eleven every day.
fn draft(a: &Arguments<'_>) -> CourseDraft {
    CourseDraft {
        kind: a.text("kind"),
        title: localised("书法", "Calligraphy"),
        capacity: a.number("capacity"),
        ratio: a.some_number("ratio"),
        least_months: None,
        most_months: None,
        hours: vec![SessionHours {
            first: a.day("first"),
            rule: "FREQ=DAILY".to_owned(),
            from_minute: 540,
            to_minute: 660,
        }],
        first_day: a.day("first"),
        end_day: a.some_number("end"),
        priorities: Vec::new(),
        sibling_points: 0,
        offer_hours: 24,
        opens: None,
        closes: None,
    }
}
