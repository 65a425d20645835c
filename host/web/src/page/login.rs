//! Logging in: `POST /login` with `name`, `password` and `next`.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::Page;
use axum::http::StatusCode;
use maud::{Markup, html};

/// Why the last try failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginProblem {
    /// Name and password do not belong together. Which of them is wrong is not said.
    Wrong,
    /// Too many tries; wait this many minutes.
    TooMany(u32),
    /// A code is wrong, was used or is too old.
    WrongCode,
}

impl LoginProblem {
    /// The status of an answer that says so.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Wrong | Self::WrongCode => StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// The notice above the form.
    pub(crate) fn notice(self, t: Text) -> Markup {
        html! {
            div.notice.danger role="alert" {
                p {
                    strong.tone { (t.tone_danger()) } " "
                    @match self {
                        Self::Wrong => (t.login_wrong()),
                        Self::TooMany(minutes) => (t.login_too_many(minutes)),
                        Self::WrongCode => (t.code_wrong()),
                    }
                }
            }
        }
    }
}

/// The log-in page.
#[derive(Clone, Debug, Default)]
pub struct LoginPage {
    /// The district's name.
    pub district: String,
    /// The name as typed before.
    pub name: String,
    /// Where to go afterwards: a path of this host.
    pub next: String,
    /// What went wrong before.
    pub problem: Option<LoginProblem>,
}

impl Page for LoginPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().log_in().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.door {
                h1 { (t.login_welcome(self.district.as_str())) }
                p.lead { (t.login_lead()) }
                @if let Some(problem) = self.problem { (problem.notice(t)) }
                form.fields method="post" action="/login" {
                    input type="hidden" name="next" value=(self.next);
                    div.field {
                        label for="name" { (t.login_name()) }
                        input #name type="text" name="name" value=(self.name) autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100";
                    }
                    div.field {
                        label for="password" { (t.login_password()) }
                        input #password type="password" name="password" autocomplete="current-password" required maxlength="200";
                    }
                    div.submit { button type="submit" { (t.log_in()) } }
                }
                form.fields.aside method="post" action="/login/code/ask" aria-labelledby="by-code" {
                    h2 #by-code { (t.code_instead()) }
                    p.hint { (t.code_lead()) }
                    input type="hidden" name="next" value=(self.next);
                    div.field {
                        label for="code-name" { (t.login_name()) }
                        input #code-name type="text" name="name" value=(self.name) autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100";
                    }
                    div.submit { button.quiet type="submit" { (t.code_ask()) } }
                }
                p.hint { (t.login_help()) " " a href="/invitation" { (t.invitation_have()) } }
            }
        }
    }
}
