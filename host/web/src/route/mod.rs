//! Handlers: extract, call one operation of `linli-core` or the engine, answer with a page or go on to another. They hold
//! no rule and no query.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod attendance;
pub(crate) mod booking;
pub(crate) mod case;
pub(crate) mod consent;
pub(crate) mod contact;
pub(crate) mod correction;
pub(crate) mod counter;
pub(crate) mod course;
pub(crate) mod emergency;
pub(crate) mod facility;
pub(crate) mod feed;
pub(crate) mod home;
pub(crate) mod hours;
pub(crate) mod household;
pub(crate) mod inbox;
pub(crate) mod invitation;
pub(crate) mod letter;
pub(crate) mod login_code;
pub(crate) mod my_data;
pub(crate) mod need;
pub(crate) mod place;
pub(crate) mod plugin;
pub(crate) mod prove;
pub(crate) mod rights;
pub(crate) mod security;
pub(crate) mod space;
pub(crate) mod work;

use crate::page::ErrorPage;
use crate::visit::Visit;
use axum::response::Response;

/// There is something at this address, but not for this method; the router adds which there are.
pub(crate) async fn wrong_method(visit: Visit) -> Response {
    visit.error(&ErrorPage::WrongMethod).await
}

/// There is nothing at this address.
pub(crate) async fn nothing_here(visit: Visit) -> Response {
    visit.error(&ErrorPage::NotFound).await
}
