use super::submission::{Decoded, Located, Posted, decode, locate};
use super::*;
use crate::format::TypeSize;
use linli_domain::Locale;
use linli_domain::time::HOUR;
use linli_engine::types::{CalendarRef, PersonField, PersonRef, Slot};

/// 2026-11-24 14:00 in Shanghai.
const NOW: i64 = 1_795_500_000_000_000;

fn viewer(locale: Locale) -> Viewer {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    Viewer {
        locale,
        zone,
        now: Instant(NOW),
        type_size: TypeSize::Normal,
    }
}

fn name() -> PersonField {
    PersonField {
        person: PersonRef { id: "p".into() },
        field: "name".into(),
    }
}

fn address(path: &str) -> wit::Address {
    wit::Address {
        path: path.into(),
        query: vec![],
    }
}

fn link() -> wit::Link {
    wit::Link {
        label: "More".into(),
        to: address("/more"),
    }
}

fn text(text: &str) -> wit::Inline {
    wit::Inline::Text(text.into())
}

fn action(name: &str, confirm: Option<&str>, destructive: bool) -> wit::Action {
    wit::Action {
        name: name.into(),
        label: "Do".into(),
        effect: "It is done.".into(),
        confirm: confirm.map(str::to_owned),
        destructive,
        arguments: vec![("id".into(), "7".into())],
    }
}

fn event() -> wit::Event {
    wit::Event {
        title: text("Visit"),
        starts: NOW,
        ends: Some(NOW + HOUR),
        mark: Some(wit::Mark {
            label: "booked".into(),
            tone: wit::Tone::Info,
        }),
        lines: vec![],
        to: Some(address("/visit")),
        actions: vec![],
    }
}

fn page_of(blocks: Vec<wit::Block>) -> wit::Page {
    wit::Page {
        title: "T".into(),
        back: None,
        blocks,
    }
}

fn rendered(block: wit::Block, refused: Option<Refused>) -> String {
    let viewer = viewer(Locale::En);
    let page = page_of(vec![block]);
    check(&page).unwrap();
    let mut persons = Persons::default();
    persons.insert(&name(), Shown::Text("王秀兰".into()));
    let context = Context {
        viewer: &viewer,
        base: "/c/a/b/c",
        address: &address("/here"),
        persons: &persons,
        calendars: &HashMap::new(),
        refused: refused.as_ref(),
        subject: "S",
        new_key: &|| "K".to_owned(),
    };
    let html = super::page(&page, &context).into_string();
    html.strip_prefix("<h1>T</h1>").unwrap_or(&html).to_owned()
}

fn html(block: wit::Block) -> String {
    rendered(block, None)
}

#[test]
fn text_shows_every_inline() {
    let line = vec![
        text("a "),
        wit::Inline::Person(name()),
        wit::Inline::Person(PersonField {
            field: "phone".into(),
            ..name()
        }),
        wit::Inline::Instant(NOW),
        wit::Inline::Period((NOW, NOW + HOUR)),
        wit::Inline::Date(wit::Date {
            year: 2026,
            month: 11,
            day: 24,
        }),
        wit::Inline::Number(1234.5),
        wit::Inline::Link(link()),
        wit::Inline::Mark(wit::Mark {
            label: "new".into(),
            tone: wit::Tone::Good,
        }),
        wit::Inline::Other(wit::Unknown {
            kind: "x".into(),
            fallback: "else".into(),
        }),
    ];
    let expected = "<p class=\"text\">a <span class=\"person\">王秀兰</span>\
        <span class=\"denied\" title=\"You may not see this\">—</span>\
        <time datetime=\"2026-11-24T06:00:00Z\">Tue 24 Nov, 14:00</time>\
        <time datetime=\"2026-11-24T06:00:00Z\">Tue 24 Nov, 14:00–15:00</time>\
        <time datetime=\"2026-11-24\">Tue 24 Nov</time><span class=\"number\">1,234.5</span>\
        <a href=\"/c/a/b/c/more\">More</a><span class=\"mark good\">new</span>else</p>";
    assert_eq!(html(wit::Block::Text(line)), expected);
}

#[test]
fn plain_blocks() {
    assert_eq!(html(wit::Block::Heading("H".into())), "<h2>H</h2>");
    assert_eq!(
        html(wit::Block::Notice(wit::Alert {
            tone: wit::Tone::Danger,
            text: vec![text("x")]
        })),
        "<div class=\"notice danger\" role=\"alert\"><p><strong class=\"tone\">Problem:</strong> x</p></div>"
    );
    assert_eq!(
        html(wit::Block::Facts(vec![wit::Fact {
            label: "l".into(),
            value: wit::Inline::Number(2.0)
        }])),
        "<dl class=\"facts\"><div><dt>l</dt><dd><span class=\"number\">2</span></dd></div></dl>"
    );
    assert_eq!(
        html(wit::Block::Links(vec![link()])),
        "<ul class=\"links\"><li><a href=\"/c/a/b/c/more\">More</a></li></ul>"
    );
    assert_eq!(
        html(wit::Block::Other(wit::Unknown {
            kind: "map".into(),
            fallback: "f".into()
        })),
        "<p class=\"text\">f</p>"
    );
    let progress = wit::Progress {
        label: "l".into(),
        steps: vec!["a".into(), "b".into(), "c".into()],
        current: 1,
    };
    assert_eq!(
        html(wit::Block::Progress(progress)),
        "<div class=\"progress\"><p>l</p><ol><li class=\"past\">a <small>(done)</small></li>\
         <li class=\"now\" aria-current=\"step\">b</li><li>c</li></ol></div>"
    );
}

#[test]
fn a_table_has_headings_and_an_empty_one_says_what_to_do() {
    let column = |label: &str, numeric| wit::Column {
        label: label.into(),
        numeric,
    };
    let table = |rows| {
        wit::Block::Table(wit::Table {
            caption: "c".into(),
            columns: vec![column("a", false), column("b", true)],
            rows,
            empty: "e".into(),
            next: Some(address("/2")),
        })
    };
    let next = "<p class=\"next\"><a class=\"button quiet\" href=\"/c/a/b/c/2\" rel=\"next\">Next page</a></p>";
    assert_eq!(
        html(table(vec![vec![text("x"), wit::Inline::Number(1.0)]])),
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"c\"><table><caption>c</caption>\
             <thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"numeric\">b</th></tr></thead>\
             <tbody><tr><td data-label=\"a\">x</td><td class=\"numeric\" data-label=\"b\"><span class=\"number\">1</span></td></tr></tbody>\
             </table></div>{next}"
        )
    );
    assert_eq!(
        html(table(vec![])),
        format!("<p class=\"caption\">c</p><p class=\"empty\">e</p>{next}")
    );
}

#[test]
fn cards_events_and_days() {
    let card = wit::Card {
        title: text("t"),
        mark: Some(wit::Mark {
            label: "m".into(),
            tone: wit::Tone::Neutral,
        }),
        lines: vec![text("l")],
        links: vec![link()],
        actions: vec![],
    };
    assert_eq!(
        html(wit::Block::Cards(wit::CardList {
            cards: vec![card],
            empty: "e".into(),
            next: None
        })),
        "<ul class=\"cards\"><li class=\"card\"><h2>t <span class=\"mark neutral\">m</span></h2><p>l</p>\
         <p class=\"more\"><a href=\"/c/a/b/c/more\">More</a></p></li></ul>"
    );
    let list = || wit::EventList {
        events: vec![event()],
        empty: "e".into(),
    };
    let inner = |when: &str| {
        format!(
            "<li class=\"event\"><time datetime=\"2026-11-24T06:00:00Z\">{when}</time><div><p class=\"what\">\
             <a href=\"/c/a/b/c/visit\">Visit</a> <span class=\"mark info\">booked</span></p></div></li>"
        )
    };
    assert_eq!(
        html(wit::Block::Calendar(list())),
        format!(
            "<div class=\"calendar\"><section class=\"day\"><h2>Tue 24 Nov</h2><ol>{}</ol></section></div>",
            inner("14:00–15:00")
        )
    );
    assert_eq!(
        html(wit::Block::Timeline(list())),
        format!(
            "<ol class=\"timeline\">{}</ol>",
            inner("Tue 24 Nov, 14:00–15:00")
        )
    );
}

#[test]
fn an_action_posts_and_asks_first_where_it_says_so() {
    let post = |class: &str| {
        format!(
            "<form method=\"post\" action=\"/c/a/b/c/here\"><input type=\"hidden\" name=\"key\" value=\"K\"><input type=\"hidden\" name=\"for\" value=\"S\">\
             <input type=\"hidden\" name=\"action\" value=\"do\"><input type=\"hidden\" name=\"a.id\" value=\"7\">\
             <button{class} type=\"submit\">Do</button></form>"
        )
    };
    assert_eq!(
        html(wit::Block::Actions(vec![action("do", None, false)])),
        format!(
            "<div class=\"actions\"><div class=\"action\">{}<p class=\"effect\">It is done.</p></div></div>",
            post("")
        )
    );
    assert_eq!(
        html(wit::Block::Actions(vec![action("do", Some("Sure?"), true)])),
        format!(
            "<div class=\"actions\"><div class=\"action\"><details class=\"confirm danger\"><summary>Do…</summary>\
             <div class=\"ask\"><p class=\"question\">Sure?</p><p class=\"effect\"><strong class=\"warn\">This cannot be undone.</strong> \
             It is done.</p>{}</div></details></div></div>",
            post(" class=\"danger\"")
        )
    );
}

fn field(name: &str, required: bool, input: wit::Input) -> wit::Field {
    wit::Field {
        name: name.into(),
        label: name.to_uppercase(),
        hint: None,
        required,
        input,
        value: wit::Value::None,
        category: None,
    }
}

fn form(fields: Vec<wit::Field>) -> wit::Form {
    wit::Form {
        fields,
        submit: action("send", None, false),
    }
}

#[test]
fn a_form_keeps_what_was_typed_and_shows_what_is_wrong() {
    let with_line = || wit::Block::Form(form(vec![field("who", true, wit::Input::Line(5))]));
    let start = "<form class=\"fields\" method=\"post\" action=\"/c/a/b/c/here\"";
    let hidden = "<input type=\"hidden\" name=\"key\" value=\"K\"><input type=\"hidden\" name=\"for\" value=\"S\"><input type=\"hidden\" name=\"action\" value=\"send\">\
        <input type=\"hidden\" name=\"a.id\" value=\"7\">";
    let end = "<div class=\"submit\"><button type=\"submit\">Do</button><p class=\"effect\">It is done.</p></div></form>";
    let label = "<label for=\"f-who\">WHO <span class=\"need\">(required)</span></label>";
    assert_eq!(
        html(with_line()),
        format!(
            "{start}>{hidden}<div class=\"field\">{label}\
             <input type=\"text\" id=\"f-who\" name=\"f.who\" value=\"\" maxlength=\"5\" required></div>{end}"
        )
    );
    let posted = Posted::from_body(b"action=send&a.id=7&f.who=abcdefgh");
    let refused = Refused {
        posted,
        problems: vec![
            ("who".into(), "too long".into()),
            (String::new(), "whole".into()),
        ],
    };
    assert_eq!(
        rendered(with_line(), Some(refused)),
        format!(
            "{start} novalidate>{hidden}<div class=\"notice danger\" role=\"alert\">\
             <p><strong class=\"tone\">Please mend the following. What you typed is still here:</strong></p>\
             <ul><li>whole</li><li><a href=\"#f-who\">WHO</a>: too long</li></ul></div>\
             <div class=\"field bad\">{label}<div class=\"about\" id=\"f-who-about\"><p class=\"problem\">too long</p></div>\
             <input type=\"text\" id=\"f-who\" name=\"f.who\" value=\"abcdefgh\" maxlength=\"5\" required aria-invalid=\"true\" \
             aria-describedby=\"f-who-about\"></div>{end}"
        )
    );
}

#[test]
fn problems_of_a_vanished_form_stand_on_top() {
    let refused = Refused {
        posted: Posted::default(),
        problems: vec![("gone".into(), "why".into())],
    };
    assert_eq!(
        rendered(wit::Block::Heading("H".into()), Some(refused)),
        "<div class=\"notice danger\" role=\"alert\"><p>why</p></div><h2>H</h2>"
    );
}

fn slot(calendar: &str, hour: i64) -> Slot {
    Slot {
        calendar: CalendarRef {
            id: calendar.into(),
        },
        starts: NOW + hour * HOUR,
        ends: NOW + (hour + 1) * HOUR,
    }
}

#[test]
fn slots_are_grouped_by_day_and_the_same_time_stands_once() {
    let slots = vec![slot("c", 24), slot("c", 0), slot("d", 0)];
    let html = html(wit::Block::Form(form(vec![field(
        "at",
        true,
        wit::Input::Slot(slots),
    )])));
    let radio = |hour: i64| {
        let starts = NOW + hour * HOUR;
        format!(
            "<div class=\"times\"><label class=\"pick\"><input type=\"radio\" name=\"f.at\" value=\"{starts}_{}_c\" required>\
             <span>14:00–15:00</span></label></div></details>",
            starts + HOUR
        )
    };
    let expected = format!(
        "<div class=\"slots\"><details open><summary>Tue 24 Nov <small>1 free time</small></summary>{}\
         <details><summary>Wed 25 Nov <small>1 free time</small></summary>{}</div>",
        radio(0),
        radio(24)
    );
    assert!(html.contains(&expected), "{html}");
}

fn read(field: wit::Field, value: &str) -> Result<wit::Value, String> {
    let form = form(vec![field]);
    let posted = Posted::from_pairs(vec![("f.x".into(), value.into())]);
    let Decoded {
        mut values,
        mut problems,
    } = decode(&form, &posted, &viewer(Locale::En));
    match problems.pop() {
        Some((_, problem)) => Err(problem),
        None => Ok(values.remove(0).1),
    }
}

#[test]
fn posted_text_becomes_values_within_their_limits() {
    let choices = || {
        vec![
            wit::Choice {
                value: "a".into(),
                label: "A".into(),
            },
            wit::Choice {
                value: "b".into(),
                label: "B".into(),
            },
        ]
    };
    let numbers = wit::NumberLimits {
        min: Some(1.0),
        max: Some(9.0),
        step: Some(0.5),
        unit: None,
    };
    let from = wit::Date {
        year: 2026,
        month: 11,
        day: 24,
    };
    let dates = wit::DateLimits {
        min: Some(from),
        max: None,
    };
    let slots = || vec![slot("c_c", 0)];
    let good = [
        (
            wit::Input::Line(4),
            " 你\u{202e}好\r\n吗 ",
            wit::Value::Text("你好 吗".into()),
        ),
        (
            wit::Input::Paragraph(9),
            "a\r\nb",
            wit::Value::Text("a\nb".into()),
        ),
        (
            wit::Input::Number(numbers.clone()),
            "1.5",
            wit::Value::Number(1.5),
        ),
        (
            wit::Input::Date(dates),
            "2026-11-24",
            wit::Value::Date(from),
        ),
        (wit::Input::Time, "09:30", wit::Value::Time(570)),
        (
            wit::Input::Slot(slots()),
            &format!("{NOW}_{}_c_c", NOW + HOUR),
            wit::Value::Slot(slot("c_c", 0)),
        ),
        (
            wit::Input::Choice(choices()),
            "b",
            wit::Value::Text("b".into()),
        ),
        (
            wit::Input::Several(choices()),
            "b",
            wit::Value::Many(vec!["b".into()]),
        ),
        (wit::Input::YesNo, "no", wit::Value::Flag(false)),
        (wit::Input::Rating(5), "5", wit::Value::Number(5.0)),
        (wit::Input::Rating(5), "", wit::Value::None),
    ];
    for (input, posted, value) in good {
        assert_eq!(read(field("x", false, input), posted), Ok(value));
    }
    let bad = [
        (wit::Input::Line(3), "四个汉字"),
        (wit::Input::Number(numbers.clone()), "0"),
        (wit::Input::Number(numbers.clone()), "1.7"),
        (wit::Input::Number(numbers), "NaN"),
        (wit::Input::Date(dates), "2026-11-23"),
        (wit::Input::Date(dates), "2026-02-30"),
        (wit::Input::Time, "25:00"),
        (wit::Input::Time, "日日日"),
        (wit::Input::Slot(slots()), "1_2_c"),
        (wit::Input::Choice(choices()), "c"),
        (wit::Input::Several(choices()), "c"),
        (wit::Input::YesNo, "maybe"),
        (wit::Input::Rating(5), "6"),
    ];
    for (input, posted) in bad {
        assert!(
            read(field("x", false, input.clone()), posted).is_err(),
            "{input:?} {posted}"
        );
    }
    assert_eq!(
        read(field("x", true, wit::Input::Line(3)), "  "),
        Err("Please fill this in.".into())
    );
}

#[test]
fn a_post_finds_its_action_by_name_and_arguments() {
    let mut other = form(vec![]);
    other.submit.arguments = vec![("id".into(), "8".into())];
    let page = page_of(vec![
        wit::Block::Form(other.clone()),
        wit::Block::Form(form(vec![])),
        wit::Block::Actions(vec![action("do", None, false)]),
    ]);
    let located = |body: &str| match locate(&page, &Posted::from_body(body.as_bytes())) {
        Some(Located::Form(form)) => form.submit.arguments[0].1.clone(),
        Some(Located::Action(action)) => action.name.clone(),
        None => "gone".to_owned(),
    };
    assert_eq!(located("action=send&a.id=8"), "8");
    assert_eq!(located("action=send&a.id=7"), "7");
    assert_eq!(located("action=do&a.id=7"), "do");
    assert_eq!(located("action=do&a.id=9"), "gone");
    assert_eq!(located(""), "gone");
}

#[test]
fn hostile_text_stays_text_everywhere() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=y>\u{202e}\u{0}&lt;";
    let hostile = || HOSTILE.to_owned();
    let to = wit::Address {
        path: format!("/{}", HOSTILE.replace(['/', '\0'], "")),
        query: vec![(hostile(), hostile())],
    };
    let link = wit::Link {
        label: hostile(),
        to: to.clone(),
    };
    let act = wit::Action {
        name: HOSTILE.chars().take(20).collect(),
        label: hostile(),
        effect: hostile(),
        confirm: Some(hostile()),
        destructive: true,
        arguments: vec![(hostile(), hostile())],
    };
    let mark = wit::Mark {
        label: hostile(),
        tone: wit::Tone::Info,
    };
    let other = wit::Unknown {
        kind: hostile(),
        fallback: hostile(),
    };
    let hostile_field = |name: &str, input, value| wit::Field {
        label: hostile(),
        hint: Some(hostile()),
        category: Some(hostile()),
        value,
        ..field(name, true, input)
    };
    let choices = vec![wit::Choice {
        value: hostile(),
        label: hostile(),
    }];
    let event = || wit::Event {
        title: text(HOSTILE),
        mark: Some(mark.clone()),
        to: Some(to.clone()),
        actions: vec![act.clone()],
        ..event()
    };
    let numbers = wit::NumberLimits {
        min: None,
        max: None,
        step: None,
        unit: Some(hostile()),
    };
    let fields = vec![
        hostile_field("a", wit::Input::Line(9), wit::Value::Text(hostile())),
        hostile_field(
            "b",
            wit::Input::Paragraph(9),
            wit::Value::Text(format!("</textarea>{HOSTILE}")),
        ),
        hostile_field("c", wit::Input::Choice(choices.clone()), wit::Value::None),
        hostile_field(
            "d",
            wit::Input::Several(choices),
            wit::Value::Many(vec![hostile()]),
        ),
        hostile_field("e", wit::Input::Number(numbers), wit::Value::None),
        hostile_field(
            "f",
            wit::Input::Slot(vec![slot(HOSTILE, 0)]),
            wit::Value::None,
        ),
        hostile_field("g", wit::Input::Other(other.clone()), wit::Value::None),
    ];
    let page = wit::Page {
        title: hostile(),
        back: Some(link.clone()),
        blocks: vec![
            wit::Block::Heading(hostile()),
            wit::Block::Text(vec![
                text(HOSTILE),
                wit::Inline::Person(name()),
                wit::Inline::Link(link.clone()),
                wit::Inline::Mark(mark.clone()),
            ]),
            wit::Block::Notice(wit::Alert {
                tone: wit::Tone::Info,
                text: vec![text(HOSTILE)],
            }),
            wit::Block::Facts(vec![wit::Fact {
                label: hostile(),
                value: text(HOSTILE),
            }]),
            wit::Block::Table(wit::Table {
                caption: hostile(),
                columns: vec![wit::Column {
                    label: hostile(),
                    numeric: false,
                }],
                rows: vec![vec![text(HOSTILE)]],
                empty: hostile(),
                next: Some(to.clone()),
            }),
            wit::Block::Cards(wit::CardList {
                cards: vec![wit::Card {
                    title: text(HOSTILE),
                    mark: Some(mark.clone()),
                    lines: vec![text(HOSTILE)],
                    links: vec![link.clone()],
                    actions: vec![act.clone()],
                }],
                empty: hostile(),
                next: None,
            }),
            wit::Block::Form(wit::Form {
                fields,
                submit: act.clone(),
            }),
            wit::Block::Calendar(wit::EventList {
                events: vec![event()],
                empty: hostile(),
            }),
            wit::Block::Timeline(wit::EventList {
                events: vec![event()],
                empty: hostile(),
            }),
            wit::Block::Progress(wit::Progress {
                label: hostile(),
                steps: vec![hostile()],
                current: 0,
            }),
            wit::Block::Actions(vec![act.clone()]),
            wit::Block::Links(vec![link]),
            wit::Block::Other(other),
        ],
    };
    check(&page).unwrap();
    let viewer = viewer(Locale::ZhCn);
    let mut persons = Persons::default();
    persons.insert(&name(), Shown::Text(hostile()));
    let context = Context {
        viewer: &viewer,
        base: "/c/a/b/c",
        address: &to,
        persons: &persons,
        calendars: &HashMap::new(),
        refused: None,
        subject: "S",
        new_key: &|| "K".to_owned(),
    };
    let html = super::page(&page, &context).into_string();
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert_eq!(html.matches("</textarea>").count(), 1);
    for tag in html.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap();
        assert_eq!(inside.matches('"').count() % 2, 0, "{inside}");
    }
}

#[test]
fn pages_beyond_the_limits_are_refused_with_a_reason() {
    let refused = |block| check(&page_of(vec![block])).unwrap_err().to_string();
    let headings = page_of(vec![wit::Block::Heading(String::new()); 201]);
    assert!(
        check(&headings)
            .unwrap_err()
            .to_string()
            .contains("201 blocks")
    );
    assert!(refused(wit::Block::Heading("x".repeat(1 << 20))).contains("bytes"));
    assert!(refused(wit::Block::Links(vec![link(); 501])).contains("501 links"));
    let away = wit::Link {
        label: "x".into(),
        to: address("/a/../../admin"),
    };
    assert!(refused(wit::Block::Links(vec![away])).contains("no address"));
    let twice = form(vec![
        field("a", false, wit::Input::Time),
        field("a", false, wit::Input::Time),
    ]);
    assert!(refused(wit::Block::Form(twice)).contains("field name"));
    let ragged = wit::Table {
        caption: "c".into(),
        columns: vec![],
        rows: vec![vec![text("x")]],
        empty: String::new(),
        next: None,
    };
    assert!(refused(wit::Block::Table(ragged)).contains("row 1"));
}

#[test]
fn fields_of_persons_are_collected_once_in_order() {
    let phone = PersonField {
        field: "phone".into(),
        ..name()
    };
    let page = page_of(vec![
        wit::Block::Text(vec![
            wit::Inline::Person(phone.clone()),
            wit::Inline::Person(name()),
        ]),
        wit::Block::Facts(vec![wit::Fact {
            label: "l".into(),
            value: wit::Inline::Person(phone.clone()),
        }]),
    ]);
    assert_eq!(person_fields(&page), [phone, name()]);
}
