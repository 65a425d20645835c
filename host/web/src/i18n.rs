//! The host's own words in both languages, from `locales/`. Each key is a method of [`Text`], so a missing one does not
//! compile; `build.rs` checks that both languages have the same keys and variables.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use linli_domain::Locale;
use std::sync::LazyLock;

/// The host's words in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    locale: Locale,
}

impl Text {
    /// The words of a language.
    pub fn of(locale: Locale) -> Self {
        Self { locale }
    }

    /// Which language it speaks.
    pub fn locale(self) -> Locale {
        self.locale
    }

    fn format(self, key: &str, arguments: &FluentArgs<'_>) -> String {
        let bundle = match self.locale {
            Locale::ZhCn => &BUNDLES[0],
            Locale::En => &BUNDLES[1],
        };
        match bundle.get_message(key).and_then(|message| message.value()) {
            Some(pattern) => bundle
                .format_pattern(pattern, Some(arguments), &mut Vec::new())
                .into_owned(),
            None => key.to_owned(),
        }
    }
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> = LazyLock::new(|| {
    [
        bundle(Locale::ZhCn, SOURCES[0]),
        bundle(Locale::En, SOURCES[1]),
    ]
});

fn bundle(locale: Locale, source: &str) -> FluentBundle<FluentResource> {
    // `build.rs` parsed the same source, so neither branch loses a message.
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let mut bundle = FluentBundle::new_concurrent(locale.tag().parse().into_iter().collect());
    // Isolation marks around variables would end up in page titles and in copied text.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_speak_and_fill_in_variables() {
        assert_eq!(
            Text::of(Locale::ZhCn).acting_banner("王秀兰"),
            "正在替 王秀兰 办事"
        );
        assert_eq!(
            Text::of(Locale::En).acting_banner("王秀兰"),
            "Acting for 王秀兰"
        );
        assert_eq!(Text::of(Locale::En).inbox_unread(1), "1 unread notice");
        assert_eq!(Text::of(Locale::En).inbox_unread(3), "3 unread notices");
        assert_eq!(Text::of(Locale::ZhCn).log_in(), "登录");
    }
}
