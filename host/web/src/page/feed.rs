//! The address of a new calendar feed, shown once. `POST /my-data/feed`, and of a space at a desk.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::back;
use maud::{Markup, html};

/// The address.
#[derive(Clone, Debug)]
pub struct FeedPage {
    /// All of it, secret part included.
    pub url: String,
    /// For a space: the page of it; else it is the reader's own.
    pub of_space: Option<String>,
}

impl Page for FeedPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().feed_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(match self.of_space {
            Some(_) => Place::Work,
            None => Place::MyData,
        })
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            @match &self.of_space {
                Some(page) => (back(page, t.facility_feed())),
                None => (back("/my-data", t.menu_my_data())),
            }
            h1 { (t.feed_title()) }
            p.lead { (t.feed_once()) }
            p { label for="feed-url" { (t.feed_address()) } }
            p { input #feed-url type="text" readonly value=(self.url) spellcheck="false" autocomplete="off"; }
            p.meta { @if self.of_space.is_some() { (t.feed_space_secret()) } @else { (t.feed_secret()) } }
        }
    }
}
