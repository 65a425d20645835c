//! `linli:host/households` over [`linli_core::household`] and [`linli_core::delegation`].

use super::operation::{Answer, open, operation, reference};
use crate::bindings::linli::host::households::{Deputy, Host, Member};
use crate::bindings::linli::host::types::PersonRef;
use crate::call::Call;
use linli_core::{delegation, household};

impl Host for Call {
    async fn members(&mut self, resident: PersonRef) -> Answer<Vec<Member>> {
        operation!(self, "households.members", reads, [], |unit| {
            let resident = open(unit, &resident).await?;
            let rows = household::read_members(
                unit.work,
                unit.service,
                unit.caller,
                resident,
                unit.disclosures,
            )
            .await?;
            rows.into_iter()
                .map(|row| {
                    Ok(Member {
                        person: reference(unit, row.id)?,
                        relation: row.relation,
                    })
                })
                .collect()
        })
    }

    async fn deputies(&mut self, resident: PersonRef) -> Answer<Vec<Deputy>> {
        operation!(self, "households.deputies", reads, [], |unit| {
            let resident = open(unit, &resident).await?;
            let rows = delegation::read_deputies(
                unit.work,
                unit.service,
                unit.caller,
                resident,
                unit.disclosures,
            )
            .await?;
            rows.into_iter()
                .map(|row| {
                    Ok(Deputy {
                        person: reference(unit, row.delegate_id)?,
                        kind: row.kind,
                        expires: row.expires.map(|at| at.0),
                    })
                })
                .collect()
        })
    }
}
