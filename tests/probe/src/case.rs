//! `cases` and `case-transfer`.

use crate::arguments::Arguments;
use linli_sdk::case_transfer::{self, HandoverRef, Office};
use linli_sdk::cases::{self, Opening, Outsider, Party, Who};
use linli_sdk::types::{CaseRef, SpaceRef};

/// What a call answers.
pub fn call(interface: &str, function: &str, a: &Arguments<'_>) -> Option<String> {
    match interface {
        "cases" => of_cases(function, a),
        _ => of_transfer(function, a),
    }
}

fn party(a: &Arguments<'_>) -> Option<Party> {
    let who = match (a.some("party"), a.some("organisation"), a.some("outsider")) {
        (Some(id), _, _) => Who::Person(linli_sdk::PersonRef { id }),
        (_, Some(slug), _) => Who::Organisation(slug),
        (_, _, Some(name)) => Who::Outsider(Outsider {
            name,
            contact: a.text("contact"),
        }),
        _ => return None,
    };
    Some(Party {
        role: a.text("role"),
        who,
    })
}

fn of_cases(function: &str, a: &Arguments<'_>) -> Option<String> {
    let case = CaseRef { id: a.text("case") };
    let (after, reason, text) = (a.after(), a.text("reason"), a.text("text"));
    let after = after.as_ref();
    Some(match function {
        "open-case" => {
            let opening = Opening {
                kind: a.text("kind"),
                title: a.text("title"),
                description: text,
                category: a.text("category"),
                priority: a.text("priority"),
                space: a.some("space").map(|id| SpaceRef { id }),
                place: a.text("place"),
                parties: party(a).into_iter().collect(),
                parent: a.some("parent").map(|id| CaseRef { id }),
            };
            format!("{:?}", cases::open_case(&opening))
        }
        "find" => format!("{:?}", cases::find(&case)),
        "list-own" => format!("{:?}", cases::list_own(after, a.limit())),
        "list-work" => {
            let state = a.some("state");
            let listed = cases::list_work(state.as_deref(), a.flag("overdue"), after, a.limit());
            format!("{listed:?}")
        }
        "accept" => format!("{:?}", cases::accept(&case)),
        "assign" => format!("{:?}", cases::assign(&case, &a.person("to"))),
        "start" => format!("{:?}", cases::start(&case)),
        "wait" => format!("{:?}", cases::wait(&case, &reason, a.number("until"))),
        "resume" => format!("{:?}", cases::resume(&case)),
        "resolve" => format!("{:?}", cases::resolve(&case, &text)),
        "close" => format!("{:?}", cases::close(&case)),
        "reopen" => format!("{:?}", cases::reopen(&case, &reason)),
        "cancel" => format!("{:?}", cases::cancel(&case, &reason)),
        "withdraw" => format!("{:?}", cases::withdraw(&case, &reason)),
        "add-comment" => format!("{:?}", cases::add_comment(&case, &a.text("kind"), &text)),
        "list-comments" => format!("{:?}", cases::list_comments(&case, after, a.limit())),
        "add-party" => format!("{:?}", cases::add_party(&case, &party(a)?)),
        "rate" => format!("{:?}", cases::rate(&case, a.number("stars"), &text)),
        _ => return None,
    })
}

fn of_transfer(function: &str, a: &Arguments<'_>) -> Option<String> {
    let handover = HandoverRef {
        id: a.text("handover"),
    };
    let reason = a.text("reason");
    Some(match function {
        "ask" => {
            let case = CaseRef { id: a.text("case") };
            let office = match a.text("office").as_str() {
                "community" => Office::Community,
                "district" => Office::District,
                slug => Office::Organisation(slug.to_owned()),
            };
            format!("{:?}", case_transfer::ask(&case, &office, &reason))
        }
        "accept" => format!("{:?}", case_transfer::accept(&handover)),
        "reject" => format!("{:?}", case_transfer::reject(&handover, &reason)),
        "withdraw" => format!("{:?}", case_transfer::withdraw(&handover)),
        "list-incoming" => {
            format!(
                "{:?}",
                case_transfer::list_incoming(a.after().as_ref(), a.limit())
            )
        }
        _ => return None,
    })
}
