//! What a plugin says in an answer, cut to what the contract allows and the database can keep.

use crate::bindings::exports::linli::plugin::pages;
use crate::invoke::Reply;
use crate::limit::{ADDRESS, FIELD_NAME, PROBLEMS, SAID};

/// Cuts every text of an answer. A page is checked by who renders it: nothing of it is kept.
pub(crate) fn reply(reply: &mut Result<Reply, pages::Failure>) {
    match reply {
        Ok(Reply::Outcome(pages::Outcome::Done(done))) => {
            if let Some(said) = &mut done.say {
                text(said, SAID);
            }
            address(&mut done.to);
        }
        Ok(Reply::Outcome(pages::Outcome::Invalid(problems))) => {
            problems.truncate(PROBLEMS);
            for (field, problem) in problems {
                text(field, FIELD_NAME);
                text(problem, SAID);
            }
        }
        Err(pages::Failure::Problem(problem)) => text(problem, SAID),
        Ok(Reply::Page(_) | Reply::Fired)
        | Err(pages::Failure::NotFound | pages::Failure::Forbidden) => {}
    }
}

/// At most so many characters. Line breaks and tabs become spaces; other control characters go: U+0000, which no JSONB
/// holds, is among them.
fn text(text: &mut String, most: usize) {
    *text = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .take(most)
        .collect();
}

/// An address that the contract does not allow becomes the service's first page: the act is done by now.
fn address(to: &mut pages::Address) {
    let query = to.query.iter().flat_map(|(name, value)| [name, value]);
    let mut bytes = 2 * to.query.len();
    let sound = query.chain([&to.path]).all(|part| {
        bytes += part.len();
        !part.contains(char::is_control)
    });
    if !sound || bytes > ADDRESS {
        *to = pages::Address {
            path: "/".to_owned(),
            query: Vec::new(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(path: &str, query: &[(&str, &str)], say: &str) -> pages::Done {
        let query = query.iter();
        let mut answer = Ok(Reply::Outcome(pages::Outcome::Done(pages::Done {
            to: pages::Address {
                path: path.to_owned(),
                query: query
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
            },
            say: Some(say.to_owned()),
        })));
        reply(&mut answer);
        let Ok(Reply::Outcome(pages::Outcome::Done(done))) = answer else {
            panic!("it was done")
        };
        done
    }

    #[test]
    fn texts_are_cut_and_lose_their_control_characters() {
        let kept = done(
            "/a",
            &[("b", "c")],
            &format!("好\n\0的\u{9b}{}", "a".repeat(600)),
        );
        assert_eq!(kept.to.path, "/a");
        assert_eq!(kept.to.query.len(), 1);
        let said = kept.say.unwrap();
        assert!(said.starts_with("好 的a"), "{said}");
        assert_eq!(said.chars().count(), SAID);
    }

    #[test]
    fn a_bad_address_becomes_the_first_page() {
        let long = "a".repeat(ADDRESS);
        for (path, value) in [("/\0", ""), ("/", "\r\n"), ("/", long.as_str())] {
            let kept = done(path, &[("q", value)], "");
            assert_eq!((kept.to.path.as_str(), kept.to.query.len()), ("/", 0));
        }
    }

    #[test]
    fn problems_are_counted_and_cut() {
        let problem = ("f".repeat(100), "p".repeat(1_000));
        let mut answer = Ok(Reply::Outcome(pages::Outcome::Invalid(vec![problem; 60])));
        reply(&mut answer);
        let Ok(Reply::Outcome(pages::Outcome::Invalid(problems))) = answer else {
            panic!("it was refused")
        };
        assert_eq!(problems.len(), PROBLEMS);
        assert_eq!(
            (problems[0].0.len(), problems[0].1.len()),
            (FIELD_NAME, SAID)
        );
        let mut failure = Err(pages::Failure::Problem("p\0".repeat(1_000)));
        reply(&mut failure);
        let Err(pages::Failure::Problem(problem)) = failure else {
            panic!("it failed")
        };
        assert_eq!(problem, "p".repeat(SAID));
    }
}
