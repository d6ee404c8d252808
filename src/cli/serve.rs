//! `consentry serve`: the server.

use std::future::Future;
use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use clap::Args;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::watch;

use crate::accounts::setup;
use crate::app::App;
use crate::base::clock::Clock;
use crate::cli::Failure;
use crate::cli::configuration;
use crate::cli::start;
use crate::cli::start_logging;
use crate::config::Flags;
use crate::jobs;
use crate::web;

const EXAMPLE: &str = "\
Examples:
  consentry serve
  consentry serve --listen 0.0.0.0:8080 --issuer https://id.example.com

Without any configuration it keeps everything in ./data, listens on 127.0.0.1:8080, and prints a link
to make the first organization.";

/// Run the server
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub struct Serve {}

impl Serve {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let config = configuration(flags)?;
        let _logging = start_logging(&config);
        runtime()?.block_on(async {
            let listener = listen(config.listen).await?;
            let app = Arc::new(start::app(config, Clock::default()).await?);
            greet(&app, out).await?;
            serve(app, listener, stop_signal()?).await
        })
    }
}

/// A thread for each core that this process may use. One alone has nobody to hand work to, and is spared the ceremony.
pub(super) fn runtime() -> io::Result<Runtime> {
    let alone = thread::available_parallelism().is_ok_and(|cores| cores.get() == 1);
    let mut builder = if alone { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.enable_all().build()
}

/// Takes the address before anything else is touched, so that a second server in one place says so first.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            format!("cannot listen on {address}: {error}"),
            "stop what listens there, or choose another address with --listen",
        )
    })
}

/// Serves until `stop` resolves, then drains, writes what is left to write, and closes the database.
pub(super) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let (stopped, stopping) = watch::channel(false);
    let mut until_served = stopping.clone();
    let jobs = tokio::spawn(jobs::run(app.clone(), async move {
        // An error means that the server is gone, which ends the jobs as well.
        let _ = until_served.wait_for(|stopped| *stopped).await;
    }));
    let served = web::run(app.clone(), listener, stop).await;
    stopped.send_replace(true);
    let _ = jobs.await;
    app.db.close().await;
    Ok(served?)
}

async fn greet(app: &App, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "Consentry {} at {}", env!("CARGO_PKG_VERSION"), app.config.issuer)?;
    writeln!(out, "Data in {}", app.config.database_url)?;
    if let Some(link) = setup::link(app).await? {
        writeln!(out, "\nNobody is here yet. Make the first organization within 30 minutes:\n\n  {link}\n")?;
    }
    Ok(out.flush()?)
}

/// Resolves at SIGINT or SIGTERM.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
