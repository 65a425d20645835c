//! `/past[?after=CURSOR]`: what was, in the last half year.

use crate::worker::Workers;
use crate::{home, problem, subject};
use linli_sdk::time::DAY;
use linli_sdk::{Address, Cards, Cursor, Failure, Lang, Page, appointments, context};

/// The page.
pub fn view(lang: Lang, address: &Address) -> Result<Page, Failure> {
    let resident = subject()?;
    let now = context::now();
    let after = address.get("after").map(|id| Cursor { id: id.to_owned() });
    let slice = appointments::list_of_resident(&resident, now - 180 * DAY, after.as_ref(), 50)
        .map_err(|error| problem::failure(error, lang))?;
    let workers = Workers::load();
    let mut cards = Cards::new(lang.t(
        "最近半年没有服务记录。",
        "There were no visits in the last half year.",
    ));
    // By start, so nothing past comes after the first that is still to come.
    let goes_on = slice.items.iter().all(|visit| visit.slot.ends <= now);
    let past = slice.items.iter().filter(|visit| visit.slot.ends <= now);
    cards.extend(past.map(|visit| home::visit_card(visit, &workers, lang)));
    let next = slice
        .next
        .filter(|_| goes_on)
        .map(|cursor| Address::new("/past").query("after", cursor.id));
    Ok(Page::new(lang.t("以往的服务", "Past visits"))
        .back(lang.t("居家养老", "Home care"), "/")
        .cards(cards.next(next)))
}
