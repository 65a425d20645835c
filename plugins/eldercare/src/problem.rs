//! What went wrong with an appointment, in words.

use crate::state;
use linli_sdk::appointments::AppointmentError;
use linli_sdk::{Failure, Lang, Outcome, log};

/// For a form with a field `slot`: what another slot mends stands there, the rest speaks of the whole form.
pub fn on_form(error: AppointmentError, lang: Lang) -> Result<Outcome, Failure> {
    match error {
        AppointmentError::SlotTaken | AppointmentError::NotOffered => {
            Ok(Outcome::invalid("slot", text(&error, lang)))
        }
        AppointmentError::WrongState(_) => Ok(Outcome::invalid("", text(&error, lang))),
        other => Err(failure(other, lang)),
    }
}

/// For a page or a button.
pub fn failure(error: AppointmentError, lang: Lang) -> Failure {
    match error {
        AppointmentError::NotFound => Failure::NotFound,
        AppointmentError::NotAllowed => Failure::Forbidden,
        AppointmentError::Invalid(what) => {
            log::write(
                log::Level::Error,
                &format!("appointments: {what} is out of range"),
            );
            Failure::problem(text(&AppointmentError::Invalid(what), lang))
        }
        other => Failure::problem(text(&other, lang)),
    }
}

fn text(error: &AppointmentError, lang: Lang) -> String {
    let (zh, en) = match error {
        AppointmentError::SlotTaken => (
            "这个时间刚刚被别人约走了。请另选一个时间。",
            "Somebody has just taken this time. Please choose another.",
        ),
        AppointmentError::NotOffered => (
            "这个时间现在不能预约了。请另选一个时间。",
            "This time can no longer be booked. Please choose another.",
        ),
        AppointmentError::WrongState(state) => return wrong_state(state, lang),
        AppointmentError::NotFound
        | AppointmentError::NotAllowed
        | AppointmentError::Invalid(_) => (
            "服务出了问题，没有办成。请稍后再试。",
            "Something went wrong; nothing was done. Please try again later.",
        ),
    };
    lang.t(zh, en).to_owned()
}

fn wrong_state(state: &str, lang: Lang) -> String {
    let label = state::mark(state, lang).label;
    match state {
        state::BOOKED => lang.t(
            "这次服务还没有签到。请先签到，再签退。".to_owned(),
            "Nobody has checked in to this visit yet. Check in first, then out.".to_owned(),
        ),
        _ => lang.t(
            format!("这次服务现在是“{label}”，不能再这样操作。"),
            format!("This visit is now “{label}”, so this cannot be done any more."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_slot_mends_is_said_at_the_slot() {
        for error in [AppointmentError::SlotTaken, AppointmentError::NotOffered] {
            let Ok(Outcome::Invalid(problems)) = on_form(error, Lang::Zh) else {
                panic!("it can be mended")
            };
            assert_eq!(problems[0].0, "slot");
        }
        let Ok(Outcome::Invalid(problems)) = on_form(
            AppointmentError::WrongState("cancelled".to_owned()),
            Lang::Zh,
        ) else {
            panic!("it can be understood")
        };
        assert_eq!(problems[0].0, "");
        assert!(problems[0].1.contains("已取消"));
        assert_eq!(
            on_form(AppointmentError::NotFound, Lang::En),
            Err(Failure::NotFound)
        );
    }
}
