//! `consentry user`: people, without the console.

use std::io::BufRead;
use std::io::Write;
use std::io::stdin;

use clap::Args;
use clap::Subcommand;

use crate::app::ChangeError;
use crate::base::clock::Clock;
use crate::base::secret::Secret;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::configuration;
use crate::cli::start;
use crate::config::Flags;
use crate::manage::members;
use crate::manage::members::AddError;
use crate::manage::members::NewMember;
use crate::manage::people;
use crate::model::email::Email;
use crate::model::role::Role;

const EXAMPLE: &str = "\
Examples:
  consentry user add --email ada@example.com --name \"Ada Lovelace\" --organization Acme --role owner
  echo 'a long sentence as password' | consentry user add --email ada@example.com --name Ada \\
      --organization Acme --password-stdin

Works beside a running server. The organization is made when there is none of that name. Whoever has an account \
already joins with it, under the name and with the password that they have.";

const LATER: &str = "try again in a moment; `consentry doctor` looks for the cause";

/// Add people, and keep them out
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand)]
enum UserCommand {
    Add(Add),
    /// Keep a person from signing in, in every organization, and let their apps' tokens rest
    Disable(Someone),
    /// Let a person sign in again who was disabled
    Enable(Someone),
}

#[derive(Args)]
struct Someone {
    /// The e-mail address that they sign in with
    #[arg(long, value_parser = email)]
    email: Email,
}

/// Add a person to an organization, and print the generated password once
#[derive(Args)]
#[command(after_help = EXAMPLE)]
struct Add {
    /// The e-mail address to sign in with
    #[arg(long)]
    email: String,
    /// What the person is called
    #[arg(long)]
    name: String,
    /// The organization, by its name
    #[arg(long)]
    organization: String,
    /// owner, admin, developer or member
    #[arg(long, default_value = "member", value_parser = role)]
    role: Role,
    /// May change what belongs to the whole installation, such as its modules
    #[arg(long)]
    operator: bool,
    /// Read the password from the first line of standard input instead of generating one
    #[arg(long)]
    password_stdin: bool,
}

fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|error| error.to_string())
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).map_err(|error| error.to_string())
}

impl User {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        match self.command {
            UserCommand::Add(add) => add.run(flags, out),
            UserCommand::Disable(someone) => someone.set_disabled(true, flags, out),
            UserCommand::Enable(someone) => someone.set_disabled(false, flags, out),
        }
    }
}

impl Someone {
    fn set_disabled(self, disabled: bool, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let config = configuration(flags)?;
        let email = &self.email;
        block_on(async {
            let app = start::app(config, Clock::default()).await?;
            let done = people::set_disabled(&app, email, disabled).await;
            app.db.close().await;
            done.map_err(|error| match error {
                ChangeError::NotFound(_) => Failure::new(
                    format!("nobody has an account with the address {email}"),
                    "look for it in the console under Members, or add the person with `consentry user add`",
                ),
                error => Failure::new(error.to_string(), LATER),
            })
        })?;
        match disabled {
            true => writeln!(out, "{email} cannot sign in any more, and is signed out everywhere.")?,
            false => writeln!(out, "{email} can sign in again.")?,
        }
        Ok(())
    }
}

impl Add {
    fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let config = configuration(flags)?;
        let password = if self.password_stdin { Some(read_password()?) } else { None };
        let added = block_on(async {
            let app = start::app(config, Clock::default()).await?;
            let member = NewMember {
                email: &self.email,
                name: &self.name,
                role: self.role,
                organization: &self.organization,
                operator: self.operator,
                password,
            };
            let added = members::add(&app, member).await?;
            app.db.close().await;
            Ok(added)
        })?;
        writeln!(out, "{} is {} of {} now.", self.email, self.role, self.organization)?;
        match added.password {
            Some(password) => writeln!(out, "The password, shown this once: {}", password.reveal())?,
            None => writeln!(out, "They sign in with their own password.")?,
        }
        Ok(())
    }
}

fn read_password() -> Result<Secret, Failure> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(Secret::presented(line.trim_end_matches(['\r', '\n'])))
}

impl From<AddError> for Failure {
    fn from(error: AddError) -> Self {
        let help = match &error {
            AddError::Fields(_) => "correct what is named above and run the command again",
            AddError::Taken(_) => "leave --password-stdin and --operator out, or choose another address",
            AddError::Member(_) => "name another organization",
            AddError::Busy | AddError::Refused(_) => LATER,
        };
        Self::new(error.to_string(), help)
    }
}
