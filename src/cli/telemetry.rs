//! The log.

mod lines;
mod plain;

use std::io;
use std::io::IsTerminal;

use tracing_subscriber::fmt;

use crate::config::Config;
use crate::config::LogFormat;

use self::lines::Lines;
use self::plain::PlainFields;
use self::plain::PlainTime;

/// The log while it is kept: what is left of it is written when this is dropped.
#[must_use = "the last lines are written when this is dropped"]
pub struct Logging(Lines);

/// Sends the process's log to standard error, as configured. A second call changes nothing.
pub fn start_logging(config: &Config) -> Logging {
    let lines = Lines::to(io::stderr());
    let colors = io::stderr().is_terminal();
    let log = fmt().with_env_filter(config.log.filter()).with_writer(lines.clone()).with_ansi(colors);
    // An error only means that the log is on already.
    let _ = match config.log_format {
        LogFormat::Pretty => log.with_timer(PlainTime).fmt_fields(PlainFields).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    Logging(lines)
}

impl Drop for Logging {
    fn drop(&mut self) {
        self.0.write_out();
    }
}
