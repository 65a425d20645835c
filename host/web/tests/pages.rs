//! Every view with sample data, in both languages and type sizes: whole documents, free of script and inline style, and
//! written to `target/tmp/pages` to be looked at.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sample;

use jiff::tz::TimeZone;
use linli_domain::Locale;
use linli_web::asset::{self, LOGO, READ_ALOUD, STYLE};
use linli_web::format::{TypeSize, Viewer};
use linli_web::layout::{Flash, Shell, Who, document};
use std::fs;
use std::path::Path;

fn shell(locale: Locale, type_size: TypeSize, name: &str) -> Shell {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let outside = name.starts_with("login") || name == "invitation-new";
    let admin = name.starts_with("admin");
    let acting = name.starts_with("plugin") || name == "consent" || name == "home";
    let who = Who {
        name: if admin { "孙主任" } else { "刘芳" }.into(),
        acting_for: acting.then(|| "王秀兰".to_owned()),
        may_act_for_others: !admin,
        unread: if admin { 0 } else { 3 },
        is_resident: !admin,
        is_staff: ["hours", "emergencies"].contains(&name),
        is_admin: admin,
        is_community_staff: ["letters", "counter", "corrections"].contains(&name),
        has_desk: name.starts_with("desk"),
    };
    Shell {
        viewer: Viewer {
            locale,
            zone,
            now: sample::NOW,
            type_size,
        },
        community: Some(
            if admin || outside {
                "清和区"
            } else {
                "春晖社区"
            }
            .into(),
        ),
        who: (!outside).then_some(who),
        flash: (name == "inbox").then(|| Flash {
            good: true,
            text: "已经标为已读。".into(),
        }),
        here: "/home".into(),
    }
}

#[test]
fn every_view_renders_a_whole_document_without_script() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(folder.join("static")).unwrap();
    for asset in asset::ALL {
        fs::write(folder.join(&asset.url()[1..]), asset.content()).unwrap();
    }
    for locale in Locale::ALL {
        for type_size in [TypeSize::Normal, TypeSize::Large] {
            let viewer = shell(locale, type_size, "").viewer;
            for (name, page) in sample::all(&viewer) {
                let html = document(&shell(locale, type_size, name), page.as_ref()).into_string();
                assert_sound(name, &html);
                assert!(html.contains(&format!("<html lang=\"{locale}\"")), "{name}");
                assert!(
                    html.len() < 60_000 || name == "plugin-many-slots",
                    "{name} has {} bytes",
                    html.len()
                );
                let file = folder.join(format!("{name}.{locale}.{}.html", type_size.code()));
                fs::write(file, html.replace("\"/static/", "\"static/")).unwrap();
            }
        }
    }
}

fn assert_sound(name: &str, html: &str) {
    // The one script is a file of the host's own, and only the elders' edition asks for it.
    let aloud = format!("<script src=\"{}\" defer></script>", READ_ALOUD.url());
    let scripts = html.matches("<script").count();
    assert_eq!(
        scripts,
        usize::from(html.contains("class=\"large\"")),
        "{name}"
    );
    assert_eq!(html.matches(&aloud).count(), scripts, "{name}");
    for never in [" style=", " onclick=", "http://", "https://", "javascript:"] {
        assert!(!html.contains(never), "{name} contains {never}");
    }
    assert_eq!(
        html.matches("<h1").count(),
        1,
        "{name} has one heading of the first level"
    );
    for once in ["<main id=\"main\"", "class=\"skip\"", "name=\"viewport\""] {
        assert_eq!(html.matches(once).count(), 1, "{name}: {once}");
    }
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{name} has an id twice");
    for label in html
        .split(" for=\"")
        .skip(1)
        .chain(html.split(" aria-describedby=\"").skip(1))
        .chain(html.split(" aria-labelledby=\"").skip(1))
    {
        let id = label.split('"').next().unwrap();
        assert!(ids.contains(&id), "{name}: nothing has the id {id}");
    }
}

#[test]
fn the_style_sheet_asks_for_nothing_from_elsewhere() {
    let style = str::from_utf8(STYLE.content()).unwrap();
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert!(style.len() < 32_000);
}

#[test]
fn a_first_page_is_light() {
    // Over a slow line: the page and all that it asks for, before any compression.
    for type_size in [TypeSize::Normal, TypeSize::Large] {
        for locale in Locale::ALL {
            let viewer = shell(locale, type_size, "").viewer;
            for (name, page) in sample::all(&viewer) {
                if !["login", "home", "consent"].contains(&name) {
                    continue;
                }
                let html = document(&shell(locale, type_size, name), page.as_ref()).into_string();
                let asked: usize = [&STYLE, &LOGO, &READ_ALOUD]
                    .iter()
                    .map(|asset| asset.content().len())
                    .sum();
                assert!(
                    html.len() + asked <= 60_000,
                    "{name} weighs {}",
                    html.len() + asked
                );
            }
        }
    }
}

#[test]
fn the_site_can_be_installed() {
    for locale in Locale::ALL {
        let manifest = asset::manifest(locale);
        assert_eq!(manifest["start_url"], "/home");
        assert_eq!(manifest["display"], "standalone");
        assert_eq!(manifest["lang"], locale.tag());
        let icons = manifest["icons"].as_array().unwrap();
        for size in ["192x192", "512x512"] {
            let icon = icons.iter().find(|icon| icon["sizes"] == size).unwrap();
            let file = asset::ALL
                .iter()
                .find(|asset| icon["src"] == asset.url())
                .unwrap();
            // Width and height stand in the first chunk of a PNG (its specification, section 11.2.1).
            let pixels = u32::from_be_bytes(file.content()[16..20].try_into().unwrap());
            assert_eq!(format!("{pixels}x{pixels}"), size);
        }
        let html = document(
            &shell(locale, TypeSize::Normal, "login"),
            &linli_web::page::LoginPage::default(),
        );
        let link = format!(
            "<link rel=\"manifest\" href=\"{}\">",
            asset::manifest_url(locale)
        );
        assert!(html.into_string().contains(&link));
    }
}
