//! `consentry user add`: people, without the console.

use std::io::BufRead;
use std::io::Write;
use std::io::stdin;

use clap::Args;
use clap::Subcommand;

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
use crate::model::role::Role;

const EXAMPLE: &str = "\
Examples:
  consentry user add --email ada@example.com --name \"Ada Lovelace\" --organization Acme --role owner
  echo 'a long sentence as password' | consentry user add --email ada@example.com --name Ada \\
      --organization Acme --password-stdin

Works beside a running server. The organization is made when there is none of that name. Whoever has an account \
already joins with it, under the name and with the password that they have.";

/// Add people
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand)]
enum UserCommand {
    Add(Add),
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

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).map_err(|error| error.to_string())
}

impl User {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        match self.command {
            UserCommand::Add(add) => add.run(flags, out),
        }
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
            AddError::Busy | AddError::Refused(_) => {
                "try again in a moment; `consentry doctor` looks for the cause"
            }
        };
        Self::new(error.to_string(), help)
    }
}
