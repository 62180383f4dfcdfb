//! `stoa token create`: a personal access token, printed alone on standard output.

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Config;
use crate::services::accounts;
use crate::services::text::Email;
use crate::services::tokens::{self, NewToken};

/// What can be done with tokens.
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Make a token for a member and print its secret, this once.
    Create {
        /// The member's e-mail address.
        #[arg(long)]
        email: String,
        /// What the token is for.
        #[arg(long)]
        name: String,
    },
}

/// Runs the command.
pub async fn run(config: &Config, command: TokenCommand) -> anyhow::Result<ExitCode> {
    let TokenCommand::Create { email, name } = command;
    let address = Email::parse(&email).map_err(|_| anyhow::anyhow!("{email:?} is not an e-mail address"))?;
    let input = NewToken { name: Some(name), expires_at: None };
    let db = super::open_db(config).await?;
    let made = db.write(move |conn| {
        let owner = accounts::find_by_email(conn, &address)?;
        tokens::create(conn, &owner, &input)
    });
    match made.await {
        Ok((_, secret)) => println!("{secret}"),
        Err(crate::error::AppError::NotFound(_)) => {
            anyhow::bail!("no member has the e-mail address {email}: `stoa user add` makes one")
        }
        Err(crate::error::AppError::Invalid(_) | crate::error::AppError::BadRequest(_)) => {
            anyhow::bail!("--name takes 1 to 100 characters")
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}
