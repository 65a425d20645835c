//! What of a resident's own pages somebody sees: the resident all of it; who acts for them what their delegation covers, and
//! why an emergency was declared only as a guardian.

use crate::caller::Login;
use crate::delegation;
use crate::error::{Refusal, Result};
use crate::service::Service;
use linli_domain::PersonId;
use linli_store::delegation::Delegation;

/// It.
#[derive(Clone, Debug)]
pub struct Sight {
    delegation: Option<Delegation>,
}

impl Sight {
    /// What somebody who is logged in sees of a resident's pages; refused where they do not act for them.
    pub fn of(login: &Login, resident: PersonId) -> Result<Self> {
        if login.person == resident {
            return Ok(Self { delegation: None });
        }
        let found = login.delegation_for(resident).ok_or(Refusal::NotAllowed)?;
        Ok(Self {
            delegation: Some(found.clone()),
        })
    }

    /// Whether what a service does is in it; a service that is there no more only for the resident.
    pub fn covers(&self, service: Option<&Service>) -> bool {
        match (&self.delegation, service) {
            (None, _) => true,
            (Some(delegation), Some(service)) => delegation::in_scope(delegation, service),
            (Some(_), None) => false,
        }
    }
}
