//! The rights of whom data is about (PIPL arts 44–50): to have a copy ([`export`]), to have it corrected ([`correction`]), to
//! have its use restricted ([`restriction`]) and to have it erased ([`erasure`]); and what bounds them, legal holds ([`hold`]).
//!
//! What there is on a person says one list, [`linli_store::personal::HOLDINGS`]. The person themself, their guardian and the
//! district's admins use these rights; a delegate's task does not reach that far.

pub mod correction;
pub mod erasure;
pub mod export;
pub mod hold;
pub mod restriction;
pub mod sight;

use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::notice;
use crate::work::Work;
use linli_domain::{Localised, PersonId, Urgency};

/// Why one of these rights cannot be used so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RightsRefusal {
    /// A delegate asks; the resident or a guardian must.
    InPerson,
    /// It is so already.
    Unchanged,
    /// A request for the same waits for its decision.
    Waiting,
    /// It has been decided.
    Decided,
    /// What stands against erasure, each with what to do.
    Blocked(Vec<Localised>),
    /// There is no request for erasure of this person.
    NotRequested,
    /// The person has been erased.
    Erased,
}

impl RightsRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::InPerson => Localised::new(
                "这项权利须由本人或监护人行使，代办人不能代办。请本人登录后办理。",
                "The resident or a guardian must ask for this; a delegate cannot. Ask the resident to log in.",
            ),
            Self::Unchanged => Localised::new(
                "内容没有变化，无需更正。",
                "It is so already; there is nothing to correct.",
            ),
            Self::Waiting => Localised::new(
                "您已提交过同样的申请，正在等待处理。处理后会通知您。",
                "You have asked for this already. You will be told when it is decided.",
            ),
            Self::Decided => Localised::new(
                "这项申请已经处理过了。",
                "This request has been decided already.",
            ),
            Self::Blocked(blocks) => {
                let join = |texts: Vec<&str>, with| texts.join(with);
                Localised::new(
                    format!(
                        "暂时不能删除：{}",
                        join(blocks.iter().map(|block| block.zh.as_str()).collect(), "；")
                    ),
                    format!(
                        "It cannot be erased yet: {}",
                        join(blocks.iter().map(|block| block.en.as_str()).collect(), "; ")
                    ),
                )
            }
            Self::NotRequested => Localised::new(
                "此人没有待处理的删除申请。",
                "No request to erase this person waits for a decision.",
            ),
            Self::Erased => Localised::new("此人的信息已经删除。", "This person has been erased."),
        }
    }
}

impl From<RightsRefusal> for Refusal {
    fn from(refusal: RightsRefusal) -> Self {
        Self::Rights(refusal)
    }
}

/// Checks that it is the person themself or their guardian.
fn in_person(actor: &Actor, person: PersonId) -> Result<()> {
    match actor.office {
        Office::Resident | Office::Guardian if actor.acts_for(person) => Ok(()),
        Office::Delegate if actor.acts_for(person) => {
            Err(Refusal::from(RightsRefusal::InPerson).into())
        }
        _ => Err(Refusal::NotAllowed.into()),
    }
}

/// Checks that it is the person themself, their guardian or a district admin.
fn in_person_or_admin(actor: &Actor, person: PersonId) -> Result<()> {
    if actor.office == Office::District {
        Ok(())
    } else {
        in_person(actor, person)
    }
}

/// Tells the person what became of their request.
async fn tell(work: &mut Work, person: PersonId, title: Localised, body: Localised) -> Result<()> {
    let path = Some("/my-data".to_owned());
    notice::tell(work, person, None, title, body, Urgency::Important, path).await?;
    Ok(())
}

/// Checks a reason, article or note.
fn check_text(field: &'static str, text: &str, least: usize) -> Result<()> {
    const MOST: usize = 1_000;
    let length = text.trim().len();
    if length < least || text.len() > MOST {
        return Err(Refusal::field(
            field,
            format!("请填写 {least}–{MOST} 字节"),
            format!("Write {least}–{MOST} bytes"),
        )
        .into());
    }
    Ok(())
}
