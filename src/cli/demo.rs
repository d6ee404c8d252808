//! `consentry demo`: the whole product in a temporary folder, with somebody in it.

mod callback;
mod seed;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use crate::base::clock::Clock;
use crate::base::private_file;
use crate::cli::Failure;
use crate::cli::demo::seed::Seeded;
use crate::cli::serve;
use crate::cli::start;
use crate::cli::start_logging;
use crate::config::Config;

const EXAMPLE: &str = "\
Example:
  consentry demo

It keeps everything in a temporary folder, which is removed when you stop it with Ctrl+C.";

/// The modules of a small customer database.
const MODULES: &str = include_str!("demo/consentry.toml");

/// Try it: a server with an organization, an app and a private app, and the flow to copy
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub struct Demo {
    /// The port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep the data in this folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

impl Demo {
    pub fn run(self, out: &mut impl Write) -> Result<(), Failure> {
        let (folder, temporary) = match &self.keep {
            Some(folder) => (folder.clone(), false),
            None => (private_file::create_fresh_folder(&std::env::temp_dir(), "consentry-demo")?, true),
        };
        private_file::create_folder(&folder)?;
        std::fs::write(folder.join("consentry.toml"), MODULES)?;
        let runtime = serve::runtime()?;
        let done = runtime.block_on(self.serve(&folder, out));
        if temporary {
            // What cannot be removed lies in the system's folder for such things.
            let _ = std::fs::remove_dir_all(&folder);
        }
        done
    }

    async fn serve(&self, folder: &Path, out: &mut impl Write) -> Result<(), Failure> {
        let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], self.port))).await?;
        let callback = TcpListener::bind("127.0.0.1:0").await?;
        let config = Config::in_folder(folder, listener.local_addr()?)?;
        let _logging = start_logging(&config);
        let app = Arc::new(start::app(config, Clock::default()).await?);
        let redirect_uri = format!("http://{}/callback", callback.local_addr()?);
        let seeded = seed::seed(&app, &redirect_uri).await?;
        tell(app.config.issuer.as_str(), &seeded, out)?;
        tokio::spawn(callback::answer(callback, seeded.exchange));
        serve::serve(app, listener, serve::stop_signal()?).await
    }
}

fn tell(issuer: &str, seeded: &Seeded, out: &mut impl Write) -> Result<(), Failure> {
    let Seeded { email, password, authorize_url, private_token, .. } = seeded;
    writeln!(
        out,
        "\
Consentry {version} at {issuer}, with a customer database's modules in it.

1. Sign in at {issuer}
     e-mail    {email}
     password  {password}

2. An app asks for access. Open this in the browser and allow it:
     {authorize_url}

3. The browser comes back with a code, and shows the command that exchanges it for tokens.

4. A private app needs no redirect. Its token, shown this once, works at once:
     curl -H 'Authorization: Bearer {token}' {issuer}/api/me
     curl -i -H 'Authorization: Bearer {token}' '{issuer}/verify?scope=contacts.read'

5. The API, browsable: {issuer}/docs

Stop with Ctrl+C; nothing is kept unless you said --keep.",
        version = env!("CARGO_PKG_VERSION"),
        password = password.reveal(),
        token = private_token.reveal(),
    )?;
    Ok(out.flush()?)
}
