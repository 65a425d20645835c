//! How you are told: `POST /contact` with `routine`, `important`, `urgent` (channels, several each);
//! `POST /contact/email` with `email`. And the page that asks whether a mail address is right.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_domain::notice::{Channel, ChannelChoice, Urgency};
use maud::{Markup, html};

/// What a person chose.
#[derive(Clone, Debug, Default)]
pub struct ContactPage {
    /// Their mail address.
    pub email: String,
    /// Whether they confirmed it.
    pub confirmed: bool,
    /// Their telephone number, which the community's staff keep.
    pub phone: Option<String>,
    /// Their channels.
    pub choice: ChannelChoice,
    /// What was wrong with what was posted.
    pub problems: Vec<String>,
}

impl Page for ContactPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().contact_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Inbox)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/inbox", t.menu_inbox()))
            h1 { (t.contact_title()) }
            p.lead { (t.contact_lead()) }
            (problems(&self.problems, t))
            section aria-labelledby="mail" {
                h2 #mail { (t.contact_mail()) }
                form.fields method="post" action="/contact/email" {
                    div.field {
                        label for="email" { (t.contact_email()) }
                        input #email type="email" name="email" value=(self.email) maxlength="254" autocomplete="email" aria-describedby="email-state";
                        p.hint #email-state {
                            @if self.email.is_empty() { (t.contact_email_hint()) }
                            @else if self.confirmed { (mark("good", t.contact_confirmed())) }
                            @else { (mark("warning", t.contact_unconfirmed())) " " (t.contact_unconfirmed_hint()) }
                        }
                    }
                    div.submit { button type="submit" { (t.contact_save_email()) } }
                }
                p.meta {
                    @match &self.phone { Some(phone) => (t.contact_phone(harmless(phone))), None => (t.contact_no_phone()) }
                }
            }
            section aria-labelledby="channels" {
                h2 #channels { (t.contact_channels()) }
                form.fields method="post" action="/contact" {
                    @for urgency in Urgency::ALL.iter().copied() {
                        fieldset.field {
                            legend { (urgency_name(urgency, t)) }
                            div.times {
                                @for channel in Channel::ALL.iter().copied() {
                                    label.pick {
                                        input type="checkbox" name=(urgency.code()) value=(channel.code())
                                            checked[self.choice.of(urgency).contains(&channel)];
                                        span { (channel_name(channel, t)) }
                                    }
                                }
                            }
                        }
                    }
                    p.hint { (t.contact_quiet()) }
                    div.submit { button type="submit" { (t.contact_save()) } }
                }
            }
        }
    }
}

/// How urgent, in words.
pub(crate) fn urgency_name(urgency: Urgency, t: Text) -> &'static str {
    match urgency {
        Urgency::Routine => t.urgency_routine(),
        Urgency::Important => t.urgency_important(),
        Urgency::Urgent => t.urgency_urgent(),
    }
}

/// By what, in words.
pub(crate) fn channel_name(channel: Channel, t: Text) -> &'static str {
    match channel {
        Channel::Mail => t.channel_mail(),
        Channel::Sms => t.channel_sms(),
        Channel::Voice => t.channel_voice(),
        Channel::Letter => t.channel_letter(),
    }
}

/// Asks whoever opened the link of a mail to press a button: what only looks at links confirms nothing.
#[derive(Clone, Debug)]
pub struct ConfirmEmailPage {
    /// Where the answer goes.
    pub action: String,
}

impl Page for ConfirmEmailPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().contact_confirm_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let button = PostButton {
            action: &self.action,
            values: &[],
            label: t.contact_confirm(),
            destructive: false,
        };
        html! {
            h1 { (t.contact_confirm_title()) }
            p.lead { (t.contact_confirm_lead()) }
            (button.plain(""))
        }
    }
}
