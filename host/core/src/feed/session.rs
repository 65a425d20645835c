//! Sessions of courses in a resident's feed: those of their own days, and for a while those that they lost.

use super::{Entry, Status};
use jiff::tz::TimeZone;
use linli_domain::enrolment::{EnrolmentState, Weekdays};
use linli_domain::slot::Range;
use linli_domain::{Instant, Locale};
use linli_store::feed::FeedSession;

/// A session as an entry; none where it was never the resident's, or was called off before `since`. Whoever gave up a place
/// and took it again has an entry of each enrolment, so that neither's sequence runs backwards.
pub(super) fn entry(
    session: &FeedSession,
    zone: &TimeZone,
    locale: Locale,
    since: Instant,
) -> Option<Entry> {
    let day = session.starts.to_civil(zone).date();
    if day < session.from_day || !Weekdays(session.weekdays).holds(day.weekday()) {
        return None;
    }
    let has_place = matches!(
        session.state,
        EnrolmentState::Enrolled | EnrolmentState::Completed
    );
    let lost = day >= session.to_day || (!has_place && session.starts >= session.enrolment_changed);
    // What was planned after they had left was never theirs.
    if lost && session.sequence == 0 && session.changed > session.enrolment_changed {
        return None;
    }
    let changed = session.changed.max(session.enrolment_changed);
    let off = lost || session.cancelled;
    (!off || changed > since).then(|| Entry {
        uid: format!(
            "session-{}-{}@linli",
            session.session_id, session.enrolment_id
        ),
        sequence: session.sequence + session.enrolment_changes,
        range: Range::new(session.starts, session.ends),
        recurs: None,
        title: session.title.get(locale).to_owned(),
        place: String::new(),
        status: if off {
            Status::Cancelled
        } else {
            Status::Confirmed
        },
        changed,
    })
}
