//! `linli admin channel …` and `linli admin dead-letter …`: whether notices leave the host, and what could not.

use super::ADMIN;
use crate::channel::ChannelArgs;
use crate::host::{DataArgs, open_core};
use anyhow::{Result, bail};
use clap::Subcommand;
use linli_core::outbox::{Outcome, Outgoing};
use linli_core::{act, dead_letter, view};
use linli_domain::notice::Channel;
use linli_domain::random::{Stream, SystemRandom};
use linli_domain::time::SystemClock;
use linli_domain::{Clock as _, DeliveryId, Locale, RandomSource as _};
use linli_store::outbox::Delivery;

/// What to do with channels.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Send one message, to see whether a channel works
    Test {
        /// Mail address or telephone number
        #[arg(long)]
        to: String,
        /// mail, sms or voice
        #[arg(long, default_value = "mail")]
        by: Channel,
        #[command(flatten)]
        channels: ChannelArgs,
    },
}

/// What to do with messages that could not be sent.
#[derive(Subcommand, Debug)]
pub enum DeadLetters {
    /// List them, the longest dead first
    List,
    /// Show one
    Show {
        /// Its id
        id: DeliveryId,
    },
    /// Try one again, as often as at first
    Retry {
        /// Its id
        id: DeliveryId,
    },
    /// Take one off the list; its notice stays in the inbox
    Drop {
        /// Its id
        id: DeliveryId,
    },
}

/// Runs `linli admin channel …`.
pub async fn run(command: &Command) -> Result<()> {
    let Command::Test { to, by, channels } = command;
    let id = Stream::new(SystemRandom.seed()).uuid(SystemClock.now());
    let message = Outgoing {
        id: DeliveryId(id),
        channel: *by,
        to: to.clone(),
        locale: Locale::default(),
        subject: "邻里测试消息 · Linli test message".to_owned(),
        text: "如果您收到此消息，说明这个通道可以使用。This channel works.".to_owned(),
    };
    match channels.channels()?.send(&message).await {
        Outcome::Sent => println!("The channel {by} has taken the message {id}."),
        Outcome::ToPrint => println!("Letters need no channel: staff print them under /letters."),
        Outcome::NoChannel => bail!(
            "there is no channel {by}; name its server with {}",
            match by {
                Channel::Mail => "--smtp-url and --smtp-from",
                _ => "--gateway-url and --gateway-secret-file",
            }
        ),
        Outcome::Failed(problem) | Outcome::Refused(problem) => bail!("{problem}"),
    }
    Ok(())
}

/// Runs `linli admin dead-letter …`.
pub async fn run_dead_letters(command: &DeadLetters, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    match command {
        DeadLetters::List => {
            let mut after = None;
            loop {
                let found = view!(core, |work| dead_letter::list(work, &ADMIN, after).await)?;
                let Some(last) = found.last() else { break };
                after = Some((last.ended.unwrap_or(last.created), last.id));
                found.iter().for_each(line);
            }
        }
        DeadLetters::Show { id } => {
            let found = view!(core, |work| dead_letter::find(work, &ADMIN, *id).await)?;
            line(&found);
            println!(
                "notice\t{}",
                found
                    .notice_id
                    .map_or("none".to_owned(), |id| id.to_string())
            );
            println!("made\t{}", found.created.to_rfc3339());
        }
        DeadLetters::Retry { id } => {
            act!(core, |work| dead_letter::retry(work, &ADMIN, *id).await)?;
            println!("{id} is tried again from now on.");
        }
        DeadLetters::Drop { id } => {
            act!(core, |work| dead_letter::put_away(work, &ADMIN, *id).await)?;
            println!("{id} is off the list.");
        }
    }
    Ok(())
}

fn line(found: &Delivery) {
    println!(
        "{}\t{}\t{}\t{} attempts\t{}",
        found.id,
        found.channel,
        found.ended.unwrap_or(found.created).to_rfc3339(),
        found.attempts,
        found.problem
    );
}
