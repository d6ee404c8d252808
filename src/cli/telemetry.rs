//! The log.

use std::io;
use std::io::IsTerminal;

use tracing_subscriber::fmt;

use crate::config::Config;
use crate::config::LogFormat;

/// Sends the process's log to standard error, as configured. A second call changes nothing.
pub fn start_logging(config: &Config) {
    let colors = io::stderr().is_terminal();
    let log = fmt().with_env_filter(config.log.filter()).with_writer(io::stderr).with_ansi(colors);
    // An error only means that the log is on already.
    let _ = match config.log_format {
        LogFormat::Pretty => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
}
