//! The host as browsers meet it: everything over HTTP, with the real component of home care, published over HTTP as well.

mod access;
mod account;
mod booking;
mod consent;
mod feed;
mod flow;
mod form;
mod home;
mod illness;
mod json;
mod login_code;
mod my_data;
mod people;
mod proxy;
mod session;
mod upload;

/// Minutes after `NOW`, which is 9:00, until 10:00 tomorrow.
const TOMORROW_AT_10: i64 = 1_500;
