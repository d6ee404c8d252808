//! `consentry audit`: proves that nobody changed the log behind the server's back.

use std::io::Write;

use clap::Args;
use clap::Subcommand;

use crate::app::App;
use crate::base::clock::Clock;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::configuration;
use crate::cli::start;
use crate::config::Flags;
use crate::manage::audit;
use crate::model::audit::Head;

const EXAMPLE: &str = "\
Examples:
  consentry audit head >> /somewhere/else/heads.txt
  consentry audit verify
  consentry audit verify --head org_01kafqg3v8e4tbm9d2n5c7x1yz:1288:7RmLQ...

Each organization's records form a chain, in which each carries a hash that rests on the one before. Whoever can write \
to the database could cut the end off together with the head of the chain, or write it all anew: what `head` prints, \
kept elsewhere, shows that too.";

/// Verify the audit log
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Print the last record of every chain, to note it down elsewhere
    Head,
    Verify(Verify),
}

/// Walk every chain, and tell where one was edited, cut, moved about or thinned out
#[derive(Args)]
#[command(after_help = EXAMPLE)]
struct Verify {
    /// What `consentry audit head` printed for an organization; may be given several times
    #[arg(long = "head", value_name = "ORGANIZATION:POSITION:HASH", value_parser = head)]
    noted: Vec<Head>,
}

fn head(text: &str) -> Result<Head, String> {
    let parts = text.split_once(':').and_then(|(organization, rest)| {
        let (position, hash) = rest.split_once(':')?;
        let position = position.parse().ok()?;
        Some(Head { organization_id: organization.to_owned(), position, hash: hash.to_owned() })
    });
    parts.ok_or_else(|| {
        "expected a line that `consentry audit head` printed, up to its first space".to_owned()
    })
}

impl Audit {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let config = configuration(flags)?;
        block_on(async {
            let app = start::app(config, Clock::default()).await?;
            let done = match self.command {
                AuditCommand::Head => print_heads(&app, out).await,
                AuditCommand::Verify(verify) => verify.run(&app, out).await,
            };
            app.db.close().await;
            done
        })
    }
}

async fn print_heads(app: &App, out: &mut impl Write) -> Result<(), Failure> {
    for (Head { organization_id, position, hash }, name) in audit::heads(app).await? {
        writeln!(out, "{organization_id}:{position}:{hash} {}", name.unwrap_or_default())?;
    }
    Ok(())
}

impl Verify {
    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let mut chains = audit::heads(app).await?;
        // What was noted of a chain that has no head any more is looked for all the same.
        for noted in &self.noted {
            if !chains.iter().any(|(head, _)| head.organization_id == noted.organization_id) {
                chains.push((noted.clone(), None));
            }
        }
        let mut broken = 0;
        for (head, name) in chains {
            let id = &head.organization_id;
            let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
            let noted = self.noted.iter().find(|noted| noted.organization_id == *id);
            match audit::verify(app, id, noted).await? {
                Ok(whole) => writeln!(out, "{id}{name}: whole, {} records", whole.records)?,
                Err(why) => {
                    broken += 1;
                    writeln!(out, "{id}{name}: BROKEN, {why}")?;
                }
            }
        }
        if broken == 0 {
            return Ok(());
        }
        Err(Failure::new(
            format!("{broken} of the chains are broken: the log was changed outside of the server"),
            "compare with a backup from before, and find out who can write to the database",
        ))
    }
}
