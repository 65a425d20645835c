//! The communities for which somebody works, before a page that is about one of them.

use crate::app::App;
use crate::page::PlacesPage;
use crate::visit::{Visit, see_other};
use axum::response::Response;
use linli_core::{Login, view};

/// Lists those whose staff one is, each with the page below `root`, and then `more`; leads on at once where there is one only.
pub(crate) async fn choose(
    visit: &Visit,
    app: &App,
    login: &Login,
    title: &str,
    root: &str,
    more: Option<(String, String)>,
) -> Response {
    let communities = view!(app.core, |work| async {
        Ok(work.tx.list_communities().await?)
    }
    .await);
    let communities = match communities {
        Ok(communities) => communities,
        Err(error) => return visit.refuse(error).await,
    };
    let locale = visit.viewer.locale;
    let places: Vec<_> = communities
        .into_iter()
        .filter(|community| login.community_staff(community.id).is_ok())
        .map(|community| {
            let href = format!("{root}/{}", community.slug);
            (community.name.get(locale).to_owned(), href)
        })
        .chain(more)
        .collect();
    if let [(_, only)] = &places[..] {
        return see_other(only);
    }
    let title = title.to_owned();
    visit.page(&PlacesPage { title, places }).await
}
