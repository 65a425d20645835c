//! Who one is, asked again before something dangerous: `POST /prove` with `password` or `code`, and `next`;
//! `POST /prove/code` has a code sent.

use crate::format::Viewer;
use crate::layout::Page;
use crate::page::LoginProblem;
use maud::{Markup, html};

/// Asks for the password again.
#[derive(Clone, Debug, Default)]
pub struct ProvePage {
    /// Where to go afterwards: a path of this host.
    pub next: String,
    /// Whether a code was asked for.
    pub asked_code: bool,
    /// What went wrong before.
    pub problem: Option<LoginProblem>,
}

impl Page for ProvePage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().prove_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.door {
                h1 { (t.prove_title()) }
                p.lead { (t.prove_lead()) }
                @if let Some(problem) = self.problem { (problem.notice(t)) }
                form.fields method="post" action="/prove" {
                    input type="hidden" name="next" value=(self.next);
                    div.field {
                        label for="password" { (t.login_password()) }
                        input #password type="password" name="password" autocomplete="current-password" required maxlength="200";
                    }
                    div.submit { button type="submit" { (t.prove()) } }
                }
                @if self.asked_code {
                    form.fields.aside method="post" action="/prove" {
                        p.hint { (t.code_sent(linli_core::login_code::MINUTES)) }
                        input type="hidden" name="next" value=(self.next);
                        (super::login_code::field(t))
                        div.submit { button.quiet type="submit" { (t.prove()) } }
                    }
                } @else {
                    form method="post" action="/prove/code" {
                        input type="hidden" name="next" value=(self.next);
                        button.quiet type="submit" { (t.code_ask()) }
                    }
                }
            }
        }
    }
}
