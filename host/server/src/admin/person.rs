//! Persons by their log-in, for commands that one of them in particular must give.

use linli_core::{Actor, Channel, Login, Refusal, Result, Work};

/// The district admin with this log-in, acting in person at the command line.
pub(crate) async fn admin_in_person(work: &mut Work, login: &str) -> Result<Actor> {
    let account = work
        .tx
        .find_account_by_login(login)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    let login = Login::find(work, account.person_id)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    Ok(Actor {
        channel: Channel::CommandLine,
        ..login.admin()?.actor()
    })
}
