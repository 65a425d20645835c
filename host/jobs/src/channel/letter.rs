//! Letters: whoever prints them is told by a page of the host.

use super::Driver;
use async_trait::async_trait;
use linli_core::outbox::{Outcome, Outgoing};

/// Hands letters to the community's staff.
#[derive(Clone, Copy, Debug)]
pub struct Letter;

#[async_trait]
impl Driver for Letter {
    async fn send(&self, _: &Outgoing) -> Outcome {
        Outcome::ToPrint
    }
}
