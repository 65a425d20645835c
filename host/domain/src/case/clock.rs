//! The service-level clock of a case: by when it is answered and resolved, counted in working time, standing while it waits.

use crate::Instant;
use crate::working_time::{WorkingTime, WorkingTimeError};

/// How much working time a type of cases allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sla {
    /// Until the office says something to the resident or takes the case up, in working minutes.
    pub response_minutes: i64,
    /// Until it is resolved, in working minutes.
    pub resolution_minutes: i64,
}

impl Sla {
    /// The most working minutes: a year of eight-hour days, and more than anybody waits.
    pub const MAX_MINUTES: i64 = 250 * 8 * 60;

    /// Whether both are 1–[`Self::MAX_MINUTES`] and a response is due no later than the resolution.
    pub fn is_valid(self) -> bool {
        let range = 1..=Self::MAX_MINUTES;
        range.contains(&self.response_minutes)
            && range.contains(&self.resolution_minutes)
            && self.response_minutes <= self.resolution_minutes
    }
}

/// The clock. Running, it has instants by which something is due; standing, what working time is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SlaClock {
    /// When the first response is due; none once it was given and while the clock stands.
    pub response_due: Option<Instant>,
    /// When the resolution is due; none once it was given and while the clock stands.
    pub resolution_due: Option<Instant>,
    /// Working minutes left for the first response while the clock stands.
    pub response_left: Option<i64>,
    /// Working minutes left for the resolution while the clock stands.
    pub resolution_left: Option<i64>,
}

impl SlaClock {
    /// A clock that starts now.
    pub fn start(sla: Sla, now: Instant, time: &WorkingTime) -> Result<Self, WorkingTimeError> {
        Ok(Self {
            response_due: Some(time.add_working_minutes(now, sla.response_minutes)?),
            resolution_due: Some(time.add_working_minutes(now, sla.resolution_minutes)?),
            ..Self::default()
        })
    }

    /// The first response was given.
    pub fn respond(&mut self) {
        self.response_due = None;
        self.response_left = None;
    }

    /// Nothing is due any more.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// The clock stands from now on. What is overdue has nothing left. One that stands already keeps what is left.
    pub fn stop(&mut self, now: Instant, time: &WorkingTime) -> Result<(), WorkingTimeError> {
        for (due, left) in self.hands() {
            if let Some(at) = due.take() {
                *left = Some(time.working_minutes_between(now, at)?);
            }
        }
        Ok(())
    }

    /// The clock runs again from now on.
    pub fn go_on(&mut self, now: Instant, time: &WorkingTime) -> Result<(), WorkingTimeError> {
        for (due, left) in self.hands() {
            if let Some(minutes) = left.take() {
                *due = Some(time.add_working_minutes(now, minutes)?);
            }
        }
        Ok(())
    }

    /// What is due next.
    pub fn next_due(&self) -> Option<Instant> {
        self.response_due
            .into_iter()
            .chain(self.resolution_due)
            .min()
    }

    fn hands(&mut self) -> [(&mut Option<Instant>, &mut Option<i64>); 2] {
        [
            (&mut self.response_due, &mut self.response_left),
            (&mut self.resolution_due, &mut self.resolution_left),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::working_time::Minutes;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn office() -> WorkingTime {
        let minutes = Minutes {
            from: 540,
            to: 1_020,
        };
        WorkingTime::office(
            minutes,
            Default::default(),
            TimeZone::get("Asia/Shanghai").unwrap(),
        )
    }
    fn at(day: i8, hour: i8) -> Instant {
        Instant::from_civil(date(2026, 11, day).at(hour, 0, 0, 0), &office().zone).unwrap()
    }
    const SLA: Sla = Sla {
        response_minutes: 120,
        resolution_minutes: 960,
    };

    #[test]
    fn working_time_alone_counts() {
        // Friday the 27th, 16:00: an hour is left, then the weekend.
        let clock = SlaClock::start(SLA, at(27, 16), &office()).unwrap();
        assert_eq!(clock.response_due, Some(at(30, 10)));
        assert_eq!(clock.next_due(), Some(at(30, 10)));
        assert!(clock.resolution_due > Some(at(30, 17)));
    }

    #[test]
    fn a_pause_moves_what_is_due_by_its_working_time() {
        let office = office();
        let mut clock = SlaClock::start(SLA, at(23, 9), &office).unwrap();
        assert_eq!(clock.resolution_due, Some(at(24, 17)));
        clock.respond();
        clock.stop(at(23, 12), &office).unwrap();
        assert_eq!((clock.next_due(), clock.resolution_left), (None, Some(780)));
        clock.stop(at(25, 12), &office).unwrap();
        assert_eq!(
            clock.resolution_left,
            Some(780),
            "stopping twice stops once"
        );
        clock.go_on(at(25, 12), &office).unwrap();
        assert_eq!(
            clock.resolution_due,
            Some(at(26, 17)),
            "16 working hours later"
        );
        clock.go_on(at(25, 15), &office).unwrap();
        assert_eq!(
            clock.resolution_due,
            Some(at(26, 17)),
            "going on twice goes on once"
        );
        clock.end();
        assert_eq!(clock, SlaClock::default());
    }

    #[test]
    fn a_pause_at_night_costs_nothing_and_a_late_one_forgives_nothing() {
        let office = office();
        let mut clock = SlaClock::start(SLA, at(23, 9), &office).unwrap();
        clock.stop(at(23, 18), &office).unwrap();
        clock.go_on(at(24, 8), &office).unwrap();
        assert_eq!(clock.resolution_due, Some(at(24, 17)));
        clock.stop(at(25, 9), &office).unwrap();
        assert_eq!(clock.resolution_left, Some(0));
        clock.go_on(at(26, 9), &office).unwrap();
        assert_eq!(clock.resolution_due, Some(at(26, 9)), "due at once");
    }

    #[test]
    fn a_response_is_due_no_later_than_the_resolution() {
        assert!(SLA.is_valid());
        for (response_minutes, resolution_minutes) in [(0, 1), (2, 1), (1, Sla::MAX_MINUTES + 1)] {
            assert!(
                !Sla {
                    response_minutes,
                    resolution_minutes
                }
                .is_valid()
            );
        }
    }
}
