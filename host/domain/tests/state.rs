//! Whatever is asked of it in whatever order, a thing with states stands in one that is known, and what is over stays over.

use linli_domain::Instant;
use linli_domain::appointment::AppointmentState;
use linli_domain::booking::{BookingState, ConflictState, WaitingState};
use linli_domain::case::{CaseState, HandoverState};
use linli_domain::enrolment::EnrolmentState;
use linli_domain::need::NeedState;
use linli_domain::notice::DeliveryState;
use linli_domain::occupancy::Occupancy;
use linli_domain::slot::Range;
use linli_domain::time::MINUTE;
use proptest::prelude::*;
use std::fmt::Debug;
use std::str::FromStr;

/// Steps from a state as somebody asks for them, by number; those that are not allowed are refused.
fn walk<S: Copy + PartialEq + Debug>(
    all: &[S],
    from: S,
    asked: &[usize],
    may_become: fn(S, S) -> bool,
) -> Result<S, TestCaseError> {
    let mut state = from;
    for next in asked.iter().map(|at| all[at % all.len()]) {
        let ended = all.iter().all(|other| !may_become(state, *other));
        if may_become(state, next) {
            prop_assert!(!ended, "{state:?} is an end, yet becomes {next:?}");
            prop_assert_ne!(state, next);
            state = next;
        }
        prop_assert!(all.contains(&state));
    }
    Ok(state)
}

/// A code is one state's and is read as that state; any other text is refused.
fn reads<S: Copy + PartialEq + Debug + FromStr>(
    all: &[S],
    code: fn(S) -> &'static str,
    text: &str,
) -> Result<(), TestCaseError> {
    let named: Vec<S> = all
        .iter()
        .copied()
        .filter(|state| code(*state) == text)
        .collect();
    prop_assert!(named.len() <= 1);
    prop_assert_eq!(text.parse::<S>().ok(), named.first().copied());
    for state in all {
        prop_assert_eq!(code(*state).parse::<S>().ok(), Some(*state));
    }
    Ok(())
}

/// Words that are codes, nearly codes, and none.
fn words() -> impl Strategy<Value = String> {
    let codes = prop::sample::select(vec![
        "held",
        "booked",
        "checked-in",
        "completed",
        "cancelled",
        "missed",
        "requested",
        "rejected",
        "expired",
        "waiting",
        "offered",
        "promoted",
        "left",
        "lapsed",
        "pending",
        "kept",
        "moved",
        "open",
        "accepted",
        "in-progress",
        "resolved",
        "closed",
        "reopened",
        "merged",
        "enrolled",
        "transferred",
        "sent",
        "skipped",
        "dead",
        "dropped",
        "printing",
        "met",
        "withdrawn",
    ]);
    prop_oneof![
        codes.clone().prop_map(str::to_owned),
        codes.prop_map(|code| code.to_uppercase()),
        "[a-z -]{0,12}",
    ]
}

fn minute(minute: i64) -> Instant {
    Instant(minute * MINUTE)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_walk_leaves_the_states_that_are_known(asked in prop::collection::vec(0_usize..64, 0..40)) {
        walk(&AppointmentState::ALL, AppointmentState::Held, &asked, AppointmentState::may_become)?;
        walk(BookingState::ALL, BookingState::Held, &asked, BookingState::may_become)?;
        walk(WaitingState::ALL, WaitingState::Waiting, &asked, WaitingState::may_become)?;
        walk(CaseState::ALL, CaseState::Open, &asked, CaseState::may_become)?;
        walk(EnrolmentState::ALL, EnrolmentState::Waiting, &asked, EnrolmentState::may_become)?;
        walk(&NeedState::ALL, NeedState::Open, &asked, NeedState::may_become)?;
    }

    #[test]
    fn a_code_names_one_state_and_nothing_else_does(word in words()) {
        reads(&AppointmentState::ALL, AppointmentState::code, &word)?;
        reads(BookingState::ALL, BookingState::code, &word)?;
        reads(WaitingState::ALL, WaitingState::code, &word)?;
        reads(ConflictState::ALL, ConflictState::code, &word)?;
        reads(CaseState::ALL, CaseState::code, &word)?;
        reads(HandoverState::ALL, HandoverState::code, &word)?;
        reads(EnrolmentState::ALL, EnrolmentState::code, &word)?;
        reads(DeliveryState::ALL, DeliveryState::code, &word)?;
        reads(&NeedState::ALL, NeedState::code, &word)?;
    }

    #[test]
    fn a_space_is_full_where_a_count_of_minutes_says_so(
        taken in prop::collection::vec((0_i64..180, 1_i64..50), 0..12),
        within in (0_i64..150, 1_i64..60),
        places in 1_usize..4,
    ) {
        let taken: Vec<Range> = taken
            .into_iter()
            .map(|(starts, length)| Range::new(minute(starts), minute(starts + length)))
            .collect();
        let range = Range::new(minute(within.0), minute(within.0 + within.1));
        let at_once = |at: i64| {
            taken.iter().filter(|one| one.starts <= minute(at) && minute(at) < one.ends).count()
        };
        let minutes = within.0..within.0 + within.1;
        let occupancy = Occupancy::new(taken.clone());
        prop_assert_eq!(occupancy.peak(range), minutes.clone().map(at_once).max().unwrap_or(0));
        let full = occupancy.full(range, places);
        for at in minutes.clone() {
            let said = full.iter().any(|one| one.starts <= minute(at) && minute(at) < one.ends);
            prop_assert_eq!(said, at_once(at) >= places, "minute {}", at);
        }
        prop_assert!(full.windows(2).all(|two| two[0].ends < two[1].starts));
        let counted: usize = minutes.map(at_once).sum();
        prop_assert_eq!(occupancy.place_time(range), i64::try_from(counted).unwrap_or(-1) * MINUTE);
        // Taken one by one it is the same.
        let mut grown = Occupancy::default();
        taken.iter().rev().for_each(|one| grown.take(*one));
        prop_assert_eq!(grown.peak(range), occupancy.peak(range));
    }
}
