//! `/alerts`: visits that nobody made on time, for the coordinator.

use crate::offer;
use crate::record::{ALERTS, Alert};
use linli_sdk::time::DAY;
use linli_sdk::{
    Action, Card, Cards, Done, Failure, Inline, Instant, Lang, Mark, Outcome, Page, Record,
    Submission, Tone, context, no_such_action,
};

/// How long an alert that needs nobody any more is shown.
const SHOWN: Instant = 7 * DAY;

/// The page.
pub fn view(lang: Lang) -> Result<Page, Failure> {
    let since = context::now() - SHOWN;
    let mut alerts = ALERTS.list(None, 100)?.items;
    alerts.retain(|alert| alert.value.is_open() || alert.value.starts >= since);
    // Stable: both halves stay newest first.
    alerts.sort_by_key(|alert| !alert.value.is_open());
    let mut cards = Cards::new(lang.t(
        "没有未到访的服务，一切正常。",
        "Nobody is waiting: every visit was made.",
    ));
    cards.extend(alerts.iter().map(|alert| card(alert, lang)));
    Ok(Page::new(lang.t("未到访提醒", "Missed visits"))
        .text(lang.t(
            "护理员超过时限没有签到的服务。请联系护理员和居民，处理后标记为“已处理”。",
            "Visits whose care worker did not check in on time. Call the care worker and the resident, then mark it as settled.",
        ))
        .cards(cards))
}

fn card(alert: &Record<Alert>, lang: Lang) -> Card {
    let Alert {
        resident,
        service,
        worker,
        starts,
        arrived,
        settled,
        ..
    } = &alert.value;
    let title = offer::find(service).map_or_else(|| service.as_str(), |offer| offer.title(lang));
    let (tone, state) = match (arrived, settled) {
        (_, Some(_)) => (Tone::Neutral, lang.t("已处理", "Settled")),
        (Some(_), None) => (Tone::Good, lang.t("已补到", "Came late")),
        (None, None) => (Tone::Danger, lang.t("待处理", "Open")),
    };
    let card = Card::new(title)
        .mark(Mark::new(tone, state))
        .line(Inline::Instant(*starts))
        .line(lang.t(
            format!("护理员：{worker}"),
            format!("Care worker: {worker}"),
        ))
        .line(resident.field("name"))
        .line(resident.field("phone"))
        .line(resident.field("address"));
    if settled.is_some() {
        return card;
    }
    let settle = Action::new(
        "settle",
        lang.t("标记为已处理", "Mark as settled"),
        lang.t(
            "表示您已跟进，不用再提醒。",
            "Says that you have followed it up and nothing is left to do.",
        ),
    );
    card.action(settle.argument("alert", alert.key.as_str()))
}

/// The action. Settling what is settled changes nothing.
pub fn settle(lang: Lang, submission: &Submission) -> Result<Outcome, Failure> {
    let Some(key) = submission.argument("alert") else {
        return no_such_action();
    };
    let mut alert = ALERTS.get(key)?.ok_or(Failure::NotFound)?;
    if alert.value.settled.is_none() {
        alert.value.settled = Some(context::now());
        ALERTS.update(&alert)?;
    }
    Ok(Done::at("/alerts")
        .say(lang.t("已标记为已处理。", "Marked as settled."))
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_sdk::{AppointmentRef, PersonRef};

    fn alert(arrived: Option<Instant>, settled: Option<Instant>) -> Record<Alert> {
        let value = Alert {
            appointment: AppointmentRef { id: "7".to_owned() },
            resident: PersonRef { id: "r".to_owned() },
            service: "bathing".to_owned(),
            worker: "李芳".to_owned(),
            starts: 0,
            arrived,
            settled,
        };
        Record {
            key: "1-7".to_owned(),
            value,
            version: 1,
            subject: None,
            updated: 0,
        }
    }

    #[test]
    fn an_alert_is_settled_by_hand_only() {
        assert_eq!(
            card(&alert(None, None), Lang::Zh).actions[0].arguments[0].1,
            "1-7"
        );
        assert_eq!(card(&alert(Some(1), None), Lang::Zh).actions.len(), 1);
        assert!(card(&alert(Some(1), Some(2)), Lang::Zh).actions.is_empty());
        assert!(alert(None, None).value.is_open() && !alert(Some(1), None).value.is_open());
    }
}
