//! What can be booked.

use linli_sdk::appointments::Appointment;
use linli_sdk::{Lang, Localised, localised};

/// One kind of visit.
#[derive(Debug, PartialEq)]
pub struct Offer {
    /// The `service` of its appointments; stays the same for ever.
    pub code: &'static str,
    /// How long a visit takes.
    pub minutes: u16,
    title: [&'static str; 2],
    about: [&'static str; 2],
}

/// In the order in which they are shown.
pub const OFFERS: [Offer; 6] = [
    Offer {
        code: "bathing",
        minutes: 60,
        title: ["助浴", "Help with bathing"],
        about: [
            "护理员协助老人洗澡、洗头、更衣，并留意皮肤和体温。",
            "Help with bathing, washing hair and dressing, with an eye on skin and temperature.",
        ],
    },
    Offer {
        code: "meals",
        minutes: 45,
        title: ["助餐", "Meals"],
        about: [
            "上门做一顿饭或送餐，协助进食，饭后收拾。",
            "A meal cooked or brought, help with eating, and clearing up.",
        ],
    },
    Offer {
        code: "rehabilitation",
        minutes: 60,
        title: ["康复训练", "Rehabilitation"],
        about: [
            "按康复计划做关节活动、站立和行走练习。",
            "Exercises for joints, standing and walking, after the rehabilitation plan.",
        ],
    },
    Offer {
        code: "escort",
        minutes: 180,
        title: ["陪诊", "Escort to the doctor"],
        about: [
            "陪同去医院，协助挂号、候诊、取药，平安送回家。",
            "Company to the hospital: registering, waiting, fetching medicine, and safely home again.",
        ],
    },
    Offer {
        code: "cleaning",
        minutes: 120,
        title: ["居家保洁", "Cleaning"],
        about: [
            "打扫房间、厨房和卫生间，换洗床单，清理地面防滑倒。",
            "Rooms, kitchen and bathroom cleaned, sheets changed, floors made safe to walk on.",
        ],
    },
    Offer {
        code: "company",
        minutes: 60,
        title: ["上门探望", "A friendly visit"],
        about: [
            "陪老人聊天、读报、散步，看看家里有什么需要。",
            "Talking, reading the paper, a walk, and a look at what is needed at home.",
        ],
    },
];

impl Offer {
    /// Its name.
    pub fn title(&self, lang: Lang) -> &'static str {
        lang.t(self.title[0], self.title[1])
    }

    /// What is done.
    pub fn about(&self, lang: Lang) -> &'static str {
        lang.t(self.about[0], self.about[1])
    }

    /// Its name, to be stored.
    pub fn localised(&self) -> Localised {
        localised(self.title[0], self.title[1])
    }
}

/// The offer of that code.
pub fn find(code: &str) -> Option<&'static Offer> {
    OFFERS.iter().find(|offer| offer.code == code)
}

/// What the visit is, in both languages. One whose offer is no longer made keeps the title that it was booked under.
pub fn title_of(visit: &Appointment) -> Localised {
    find(&visit.service).map_or_else(
        || localised(visit.title.as_str(), visit.title.as_str()),
        Offer::localised,
    )
}

/// Which offers suit a self-reported need of care. The words are open, so whatever is not understood suggests nothing.
pub fn suggested(care_level: &str) -> &'static [&'static str] {
    let says = |words: &[&str]| words.iter().any(|word| care_level.contains(word));
    if says(&["重度", "完全", "severe", "complete", "high"]) {
        &["bathing", "meals", "rehabilitation"]
    } else if says(&[
        "中度", "轻度", "部分", "moderate", "mild", "medium", "partial", "low",
    ]) {
        &["bathing", "cleaning"]
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offer_is_found_by_its_code_and_fits_the_contract() {
        for offer in &OFFERS {
            assert_eq!(find(offer.code), Some(offer));
            assert!(offer.code.len() <= 64 && (5..=720).contains(&offer.minutes));
            for lang in [Lang::Zh, Lang::En] {
                assert!(!offer.title(lang).is_empty() && !offer.about(lang).is_empty());
            }
        }
        assert_eq!(find("skydiving"), None);
    }

    #[test]
    fn suggestions_are_offers_and_unknown_words_suggest_nothing() {
        for level in ["重度失能", "mild", "能力完好", ""] {
            assert!(suggested(level).iter().all(|code| find(code).is_some()));
        }
        assert!(!suggested("severe").is_empty());
        assert!(suggested("能力完好").is_empty() && suggested("none").is_empty());
    }
}
