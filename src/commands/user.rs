//! `stoa user add`: makes somebody a member.

use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::config::Config;
use crate::models::user::Role;
use crate::services::accounts::{self, NewAccount};
use crate::services::passwords::Password;
use crate::services::text::{Email, ShortName};

/// What can be done with members.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Make somebody a member.
    Add {
        /// Their e-mail address, with which they sign in.
        #[arg(long)]
        email: String,
        /// Their name, as shown.
        #[arg(long)]
        name: String,
        /// They may do everything.
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input; without it they cannot sign in with one.
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Runs the command.
pub async fn run(config: &Config, command: UserCommand) -> anyhow::Result<ExitCode> {
    let UserCommand::Add { email, name, admin, password_stdin } = command;
    let email = Email::parse(&email).map_err(|_| anyhow::anyhow!("{email:?} is not an e-mail address"))?;
    let name = ShortName::parse(&name).map_err(|_| anyhow::anyhow!("--name takes 1 to 100 characters"))?;
    let password_hash = match password_stdin {
        true => Some(read_password()?.hash().await?),
        false => None,
    };
    let role = if admin { Role::Admin } else { Role::Member };
    let account = NewAccount { email, name, role, password_hash };
    let db = super::open_db(config).await?;
    let user = db.write(move |conn| accounts::create(conn, account)).await;
    match user {
        Ok(user) => println!("{}", user.id),
        Err(crate::error::AppError::Conflict(_)) => {
            bail!("there is a member with that e-mail address already")
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password() -> anyhow::Result<Password> {
    if std::io::stdin().is_terminal() {
        eprintln!("Type the password, then Enter and Ctrl-D:");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("the password cannot be read")?;
    let text = text.trim_end_matches(['\r', '\n']);
    Password::parse(text)
        .map_err(|_| anyhow::anyhow!("a password has at least 8 characters and at most 1024 bytes"))
}
