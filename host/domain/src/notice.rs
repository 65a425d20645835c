//! Notices: how urgent they are, by which channels they go out, when, and what happens while nobody has read them.

use crate::Instant;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// How urgent a notice is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Good to know.
    Routine,
    /// To be read within a day or so.
    Important,
    /// To be read now, at night as well.
    Urgent,
}

/// By what a notice goes out, beside the inbox, where each of them is at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// To a confirmed mail address.
    Mail,
    /// A text message to a telephone.
    Sms,
    /// A call that reads it out.
    Voice,
    /// A letter that the community's staff print and deliver.
    Letter,
}

/// Where a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// To be sent, or tried again.
    Waiting,
    /// A letter that staff have to print.
    Printing,
    /// Handed to the channel.
    Sent,
    /// The channel cannot reach the person, or the host does not have it.
    Skipped,
    /// No longer wanted: the notice was read before.
    Cancelled,
    /// Given up after the last attempt, or refused for good; an admin may try it again.
    Dead,
    /// An admin has put a dead one away.
    Dropped,
}

/// Why a text is no code of a notice.
#[derive(Debug, thiserror::Error)]
#[error("'{given}' is no {what}; write one of {known}")]
pub struct BadCode {
    given: String,
    what: &'static str,
    known: String,
}

macro_rules! codes {
    ($type:ident, $what:literal, $($case:ident = $code:literal),*) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// The code in the database, in forms and at the command line.
            pub fn code(self) -> &'static str {
                match self { $(Self::$case => $code),* }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
        impl FromStr for $type {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                match text {
                    $($code => Ok(Self::$case),)*
                    _ => Err(BadCode {
                        given: text.chars().take(40).collect(),
                        what: $what,
                        known: [$($code),*].join(", "),
                    }),
                }
            }
        }
    };
}
codes!(
    Urgency,
    "urgency",
    Routine = "routine",
    Important = "important",
    Urgent = "urgent"
);
codes!(
    Channel,
    "channel",
    Mail = "mail",
    Sms = "sms",
    Voice = "voice",
    Letter = "letter"
);
codes!(
    DeliveryState,
    "state of a delivery",
    Waiting = "waiting",
    Printing = "printing",
    Sent = "sent",
    Skipped = "skipped",
    Cancelled = "cancelled",
    Dead = "dead",
    Dropped = "dropped"
);

impl Urgency {
    /// Whether the reader is asked to confirm that they have read it, and others are told while they have not.
    pub fn wants_confirmation(self) -> bool {
        self != Self::Routine
    }

    /// How long a step waits for the reader's confirmation before the next one, in minutes; none where nobody waits.
    pub fn patience_minutes(self) -> Option<i64> {
        match self {
            Self::Routine => None,
            Self::Important => Some(24 * 60),
            Self::Urgent => Some(15),
        }
    }

    /// When it may go out that is to go out at `at`: all but urgent ones wait from 22:00 to 07:00 of the zone.
    pub fn not_before(self, at: Instant, zone: &TimeZone) -> Instant {
        const MORNING: Time = Time::constant(7, 0, 0, 0);
        const NIGHT: Time = Time::constant(22, 0, 0, 0);
        let local = at.to_civil(zone);
        let day = if self == Self::Urgent {
            None
        } else if local.time() < MORNING {
            Some(local.date())
        } else if local.time() >= NIGHT {
            local.date().tomorrow().ok()
        } else {
            None
        };
        day.and_then(|day| Instant::from_civil(day.to_datetime(MORNING), zone))
            .unwrap_or(at)
    }
}

/// By which channels a person wants to hear, by urgency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChannelChoice {
    /// Of routine notices.
    pub routine: BTreeSet<Channel>,
    /// Of important ones.
    pub important: BTreeSet<Channel>,
    /// Of urgent ones.
    pub urgent: BTreeSet<Channel>,
}

impl Default for ChannelChoice {
    /// What holds for whoever has chosen nothing: what costs little for what can wait, what rings for what cannot.
    fn default() -> Self {
        Self {
            routine: [Channel::Mail].into(),
            important: [Channel::Mail, Channel::Sms].into(),
            urgent: [Channel::Sms, Channel::Voice, Channel::Mail].into(),
        }
    }
}

impl ChannelChoice {
    /// The chosen ones for an urgency.
    pub fn of(&self, urgency: Urgency) -> &BTreeSet<Channel> {
        match urgency {
            Urgency::Routine => &self.routine,
            Urgency::Important => &self.important,
            Urgency::Urgent => &self.urgent,
        }
    }

    /// In which order channels are tried, of those that reach the person: the chosen ones, the quickest first for urgent
    /// notices and the cheapest first for others. Where none of them reaches the person, what matters goes by letter.
    pub fn ladder(&self, urgency: Urgency, reaching: &BTreeSet<Channel>) -> Vec<Channel> {
        use Channel::{Letter, Mail, Sms, Voice};
        let order = match urgency {
            Urgency::Urgent => [Sms, Voice, Mail, Letter],
            Urgency::Routine | Urgency::Important => [Mail, Sms, Voice, Letter],
        };
        let chosen = self.of(urgency);
        let mut ladder: Vec<_> = order
            .into_iter()
            .filter(|channel| chosen.contains(channel) && reaching.contains(channel))
            .collect();
        if ladder.is_empty() && urgency.wants_confirmation() && reaching.contains(&Letter) {
            ladder.push(Letter);
        }
        ladder
    }
}

/// How often a delivery is tried before it is dead.
pub const MAX_ATTEMPTS: i64 = 8;
/// The longest wait between two attempts, in seconds.
const LONGEST_WAIT: i64 = 6 * 60 * 60;

/// How long to wait after this many attempts, in seconds, before the jitter: 30, 120, 480 …, at most six hours.
pub fn retry_seconds(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(10);
    (30 * 4_i64.pow(exponent)).min(LONGEST_WAIT)
}

/// Whether it can be a mail address (RFC 5321 section 4.5.3.1): at most 254 bytes, one `@`, nothing that ends a header.
pub fn is_mail_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.split('.').count() > 1
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn only_urgent_notices_go_out_at_night() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |day, hour, minute| {
            Instant::from_civil(datetime(2026, 11, day, hour, minute, 0, 0), &zone).unwrap()
        };
        for (given, waits_until) in [
            (at(24, 6, 59), at(24, 7, 0)),
            (at(24, 7, 0), at(24, 7, 0)),
            (at(24, 21, 59), at(24, 21, 59)),
            (at(24, 22, 0), at(25, 7, 0)),
            (at(25, 0, 0), at(25, 7, 0)),
        ] {
            assert_eq!(Urgency::Routine.not_before(given, &zone), waits_until);
            assert_eq!(Urgency::Important.not_before(given, &zone), waits_until);
            assert_eq!(Urgency::Urgent.not_before(given, &zone), given);
        }
    }

    #[test]
    fn a_ladder_holds_what_was_chosen_and_reaches() {
        use Channel::{Letter, Mail, Sms, Voice};
        let choice = ChannelChoice::default();
        let all: BTreeSet<_> = Channel::ALL.iter().copied().collect();
        assert_eq!(choice.ladder(Urgency::Routine, &all), [Mail]);
        assert_eq!(choice.ladder(Urgency::Important, &all), [Mail, Sms]);
        assert_eq!(choice.ladder(Urgency::Urgent, &all), [Sms, Voice, Mail]);
        let home: BTreeSet<_> = [Letter].into();
        assert_eq!(choice.ladder(Urgency::Important, &home), [Letter]);
        assert_eq!(choice.ladder(Urgency::Routine, &home), []);
        assert_eq!(choice.ladder(Urgency::Urgent, &BTreeSet::new()), []);
    }

    #[test]
    fn waits_grow_to_six_hours() {
        let waits: Vec<_> = (1..=MAX_ATTEMPTS).map(retry_seconds).collect();
        assert_eq!(waits, [30, 120, 480, 1_920, 7_680, 21_600, 21_600, 21_600]);
    }

    #[test]
    fn an_address_cannot_smuggle_a_header() {
        for good in ["li@example.org", "a.b+c@mail.example.co"] {
            assert!(is_mail_address(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "li",
            "@example.org",
            "li@",
            "li@localhost",
            "li@ex ample.org",
            "li@a..b",
            "a..b@example.org",
            "li@example.org\r\nBcc: x@y.z",
            "\"a b\"@example.org",
            "李@example.org",
            "a@b@example.org",
            "li@-a.org",
            long.as_str(),
        ] {
            assert!(!is_mail_address(bad), "{bad}");
        }
    }
}
