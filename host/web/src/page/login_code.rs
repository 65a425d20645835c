//! The code that came by mail: `POST /login/code` with `code` and `next`.

use crate::format::Viewer;
use crate::layout::Page;
use crate::page::LoginProblem;
use crate::part::back;
use linli_core::login_code::MINUTES;
use maud::{Markup, html};

/// Asks for the code.
#[derive(Clone, Debug, Default)]
pub struct LoginCodePage {
    /// Where to go afterwards: a path of this host.
    pub next: String,
    /// What went wrong before.
    pub problem: Option<LoginProblem>,
}

impl Page for LoginCodePage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().code_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.door {
                (back("/login", t.log_in()))
                h1 { (t.code_title()) }
                p.lead { (t.code_sent(MINUTES)) }
                @if let Some(problem) = self.problem { (problem.notice(t)) }
                form.fields method="post" action="/login/code" {
                    input type="hidden" name="next" value=(self.next);
                    (field(t))
                    div.submit { button type="submit" { (t.log_in()) } }
                }
                p.hint { (t.code_help()) }
            }
        }
    }
}

/// The field for a code.
pub(crate) fn field(t: crate::i18n::Text) -> Markup {
    html! {
        div.field {
            label for="code" { (t.code_label()) }
            input #code.code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required;
        }
    }
}
