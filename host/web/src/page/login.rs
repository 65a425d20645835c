//! Logging in: `POST /login` with `name`, `password` and `next`.

use crate::format::Viewer;
use crate::layout::Page;
use maud::{Markup, html};

/// Why the last try failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginProblem {
    /// Name and password do not belong together. Which of them is wrong is not said.
    Wrong,
    /// Too many tries; wait this many minutes.
    TooMany(u32),
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
                @if let Some(problem) = self.problem {
                    div.notice.danger role="alert" {
                        p {
                            strong.tone { (t.tone_danger()) } " "
                            @match problem {
                                LoginProblem::Wrong => (t.login_wrong()),
                                LoginProblem::TooMany(minutes) => (t.login_too_many(minutes)),
                            }
                        }
                    }
                }
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
                p.hint { (t.login_help()) }
            }
        }
    }
}
