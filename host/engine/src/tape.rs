//! The calls of the host of one run, recorded where a report is made of a failure, and played back where it is replayed.
//! The run that serves somebody does neither.

use crate::trap::HostTrap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;

/// The most of answers that is recorded, in bytes of JSON; what comes after it is named only.
const MOST: usize = 256 << 10;

/// What becomes of a run's calls of the host.
#[derive(Debug, Default)]
pub(crate) enum Tape {
    /// They are answered.
    #[default]
    Off,
    /// They are answered, and the answers kept.
    Record(Recording),
    /// They get the answers that were kept.
    Play(Playback),
}

/// A call of the host and what came of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct HostCall {
    /// Which, such as `records.put`.
    pub call: String,
    /// What came of it.
    #[serde(flatten)]
    pub came: Came,
}

/// What came of a call of the host.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// It answered this, in the contract's types as JSON.
    Answer(Value),
    /// It ended the invocation.
    Trap(String),
}

/// What has been recorded.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) calls: Vec<HostCall>,
    bytes: usize,
    /// Whether there was more than fits.
    pub(crate) cut: bool,
}

/// What is left to play.
#[derive(Debug, Default)]
pub(crate) struct Playback {
    calls: VecDeque<HostCall>,
    /// Where the guest did something else than when it was recorded.
    pub(crate) diverged: Option<String>,
}

impl Tape {
    pub(crate) fn play(calls: Vec<HostCall>) -> Self {
        Self::Play(Playback {
            calls: calls.into(),
            diverged: None,
        })
    }

    /// The answer that was recorded of this call; none where calls are answered by the host.
    pub(crate) fn answer<T: DeserializeOwned>(
        &mut self,
        call: &'static str,
    ) -> Option<wasmtime::Result<T>> {
        let Self::Play(playback) = self else {
            return None;
        };
        let diverged = match playback.calls.pop_front() {
            None => format!("it called {call} after the last call that was recorded"),
            Some(next) if next.call != call => {
                format!("it called {call} where it had called {}", next.call)
            }
            Some(HostCall {
                came: Came::Trap(why),
                ..
            }) => return Some(Err(HostTrap::Replayed(why).into())),
            Some(HostCall {
                came: Came::Answer(answer),
                ..
            }) => match serde_json::from_value(answer) {
                Ok(answer) => return Some(Ok(answer)),
                Err(error) => format!("what {call} answered does not fit the contract: {error}"),
            },
        };
        playback.diverged = Some(diverged.clone());
        Some(Err(HostTrap::Replayed(diverged).into()))
    }

    /// Keeps what came of a call, where calls are recorded.
    pub(crate) fn keep<T: Serialize>(&mut self, call: &'static str, came: &wasmtime::Result<T>) {
        let Self::Record(recording) = self else {
            return;
        };
        if recording.cut {
            return;
        }
        let came = match came {
            Ok(answer) => match serde_json::to_value(answer) {
                Ok(answer) => Came::Answer(answer),
                Err(error) => Came::Trap(error.to_string()),
            },
            Err(error) => Came::Trap(error.to_string()),
        };
        recording.bytes += match &came {
            Came::Answer(answer) => answer.to_string().len(),
            Came::Trap(why) => why.len(),
        };
        recording.cut = recording.bytes > MOST;
        if !recording.cut {
            let call = call.to_owned();
            recording.calls.push(HostCall { call, came });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_played_back_and_nothing_else() {
        let mut tape = Tape::Record(Recording::default());
        tape.keep("context.now", &Ok(7_i64));
        tape.keep("records.get", &Ok(Err::<String, String>("gone".to_owned())));
        tape.keep::<()>("records.put", &Err(wasmtime::Error::msg("it is shut")));
        let Tape::Record(recording) = tape else {
            panic!("it records")
        };
        let text = serde_json::to_string(&recording.calls).unwrap();
        let mut tape = Tape::play(serde_json::from_str(&text).unwrap());
        assert_eq!(tape.answer::<i64>("context.now").unwrap().unwrap(), 7);
        let got = tape.answer::<Result<String, String>>("records.get");
        assert_eq!(got.unwrap().unwrap(), Err("gone".to_owned()));
        let trap = tape.answer::<()>("records.put").unwrap().unwrap_err();
        assert_eq!(trap.to_string(), "it is shut");
        assert!(tape.answer::<i64>("context.now").unwrap().is_err());
        let Tape::Play(playback) = tape else {
            panic!("it plays")
        };
        let diverged = playback.diverged.unwrap();
        assert!(diverged.contains("after the last call"), "{diverged}");
        assert!(Tape::Off.answer::<i64>("context.now").is_none());
    }

    #[test]
    fn a_flood_is_cut() {
        let mut tape = Tape::Record(Recording::default());
        for _ in 0..100 {
            tape.keep("records.get", &Ok("a".repeat(10_000)));
        }
        let Tape::Record(recording) = tape else {
            panic!("it records")
        };
        assert!(recording.cut && recording.calls.len() < 30);
    }
}
