//! Dates, times and numbers as a reader of one language writes them.

use crate::i18n::Text;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use linli_domain::{Instant, Locale};

/// How large type is set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum TypeSize {
    /// As designed.
    #[default]
    Normal,
    /// 长辈版: large type, high contrast, fewer distractions.
    Large,
}

impl TypeSize {
    /// The value in the preference cookie.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }

    /// The size with that code; normal for any other text.
    pub fn from_code(code: &str) -> Self {
        if code == "large" {
            Self::Large
        } else {
            Self::Normal
        }
    }
}

/// For whom a page is written: language, clock and type size.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The language.
    pub locale: Locale,
    /// The community's zone, in which times are shown.
    pub zone: TimeZone,
    /// The moment of the request.
    pub now: Instant,
    /// The type size.
    pub type_size: TypeSize,
}

const EN_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ZH_DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const EN_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Viewer {
    /// The host's words in this viewer's language.
    pub fn text(&self) -> Text {
        Text::of(self.locale)
    }

    fn civil(&self, at: Instant) -> DateTime {
        at.to_civil(&self.zone)
    }

    /// The day on which an instant falls.
    pub fn day_of(&self, at: Instant) -> Date {
        self.civil(at).date()
    }

    /// A short name of a weekday.
    pub fn weekday(&self, day: Weekday) -> &'static str {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or(0) % 7;
        match self.locale {
            Locale::ZhCn => ZH_DAYS[index],
            Locale::En => EN_DAYS[index],
        }
    }

    /// `11月24日 周二`, `Tue 24 Nov`; with its year where that is not this one.
    pub fn date(&self, date: Date) -> String {
        let weekday = self.weekday(date.weekday());
        let this_year = date.year() == self.day_of(self.now).year();
        let month = EN_MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
        match (self.locale, this_year) {
            (Locale::ZhCn, true) => format!("{}月{}日 {weekday}", date.month(), date.day()),
            (Locale::ZhCn, false) => format!(
                "{}年{}月{}日 {weekday}",
                date.year(),
                date.month(),
                date.day()
            ),
            (Locale::En, true) => format!("{weekday} {} {month}", date.day()),
            (Locale::En, false) => format!("{weekday} {} {month} {}", date.day(), date.year()),
        }
    }

    /// `14:00`.
    pub fn time(&self, at: Instant) -> String {
        let at = self.civil(at);
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `11月24日 周二 14:00`, `Tue 24 Nov, 14:00`.
    pub fn instant(&self, at: Instant) -> String {
        format!(
            "{}{}{}",
            self.date(self.day_of(at)),
            self.gap(),
            self.time(at)
        )
    }

    /// `11月24日 周二 14:00–15:00`; both ends in full where they fall on two days.
    pub fn period(&self, starts: Instant, ends: Instant) -> String {
        if self.day_of(starts) == self.day_of(ends) {
            format!("{}–{}", self.instant(starts), self.time(ends))
        } else {
            format!("{} – {}", self.instant(starts), self.instant(ends))
        }
    }

    /// `14:00–15:00`, without the day.
    pub fn hours(&self, starts: Instant, ends: Instant) -> String {
        format!("{}–{}", self.time(starts), self.time(ends))
    }

    fn gap(&self) -> &'static str {
        match self.locale {
            Locale::ZhCn => " ",
            Locale::En => ", ",
        }
    }
}

/// A number with grouped thousands and at most six decimals; a dash for what is no number.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let fixed = format!("{value:.6}");
    let fixed = fixed.trim_end_matches('0').trim_end_matches('.');
    let (sign, digits) = fixed
        .strip_prefix('-')
        .map_or(("", fixed), |digits| ("−", digits));
    let (whole, decimals) = digits
        .split_once('.')
        .map_or((digits, ""), |(whole, decimals)| (whole, decimals));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if whole == "0" && decimals.is_empty() {
        ""
    } else {
        sign
    };
    if decimals.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}.{decimals}")
    }
}

/// Minutes from midnight as `08:30`.
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_domain::time::{DAY, HOUR};

    /// 2026-11-24 14:00 in Shanghai.
    const TWO: Instant = Instant(1_795_500_000_000_000);

    fn viewer(locale: Locale) -> Viewer {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        Viewer {
            locale,
            zone,
            now: TWO,
            type_size: TypeSize::Normal,
        }
    }

    #[test]
    fn times_read_as_in_each_language() {
        let (zh, en) = (viewer(Locale::ZhCn), viewer(Locale::En));
        assert_eq!(
            zh.period(TWO, Instant(TWO.0 + HOUR)),
            "11月24日 周二 14:00–15:00"
        );
        assert_eq!(
            en.period(TWO, Instant(TWO.0 + HOUR)),
            "Tue 24 Nov, 14:00–15:00"
        );
        assert_eq!(
            en.period(TWO, Instant(TWO.0 + DAY)),
            "Tue 24 Nov, 14:00 – Wed 25 Nov, 14:00"
        );
        assert_eq!(zh.date(jiff::civil::date(2027, 1, 3)), "2027年1月3日 周日");
        assert_eq!(en.date(jiff::civil::date(2027, 1, 3)), "Sun 3 Jan 2027");
    }

    #[test]
    fn numbers_are_grouped() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1234567.0, "1,234,567"),
            (-1234.5, "−1,234.5"),
            (0.1 + 0.2, "0.3"),
            (f64::NAN, "—"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
