//! Free slots as radio buttons: a part a day, closed but for the first, so that hundreds stay usable.

use super::form::radio;
use super::{Context, plain, submission};
use linli_domain::Instant;
use linli_engine::types::Slot;
use maud::{Markup, html};
use std::collections::HashSet;

impl Context<'_> {
    pub(super) fn slots(&self, slots: &[Slot], name: &str, chosen: &str, required: bool) -> Markup {
        if slots.is_empty() {
            return html! { p.empty { (self.t().no_slots()) } };
        }
        // Slots of one time in calendars without a title look the same: one of them is enough.
        let mut seen = HashSet::new();
        let mut shown: Vec<(&Slot, Option<&String>)> = slots
            .iter()
            .map(|slot| (slot, self.calendars.get(&slot.calendar.id)))
            .filter(|(slot, title)| seen.insert((slot.starts, slot.ends, *title)))
            .collect();
        shown.sort_by_key(|(slot, _)| (slot.starts, slot.ends));
        let several = shown
            .iter()
            .map(|(_, title)| title)
            .collect::<HashSet<_>>()
            .len()
            > 1;
        let day = |slot: &Slot| self.viewer.day_of(Instant(slot.starts));
        let days: Vec<_> = shown
            .chunk_by(|(one, _), (other, _)| day(one) == day(other))
            .collect();
        let open = days
            .iter()
            .position(|slots| {
                slots
                    .iter()
                    .any(|(slot, _)| submission::encode_slot(slot) == chosen)
            })
            .unwrap_or(0);
        html! {
            div.slots {
                @for (index, slots) in days.iter().enumerate() {
                    details open[index == open] {
                        summary { (self.viewer.date(day(slots[0].0))) " " small { (self.t().slots_free(slots.len())) } }
                        div.times {
                            @for (slot, title) in *slots {
                                @let value = submission::encode_slot(slot);
                                @let label = html! {
                                    (self.viewer.hours(Instant(slot.starts), Instant(slot.ends)))
                                    @if several { @if let Some(title) = title { " " small { (plain::text(title)) } } }
                                };
                                (radio(name, &value, value == chosen, required, &label))
                            }
                        }
                    }
                }
            }
        }
    }
}
