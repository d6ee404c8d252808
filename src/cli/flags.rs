//! The global flags, made from the settings so that each is described once.

use std::path::PathBuf;

use clap::Arg;
use clap::ArgMatches;
use clap::Args;
use clap::Command;
use clap::Error;
use clap::FromArgMatches;
use clap::value_parser;

use crate::config::FLAGS;
use crate::config::Flags;
use crate::config::settings;

const HEADING: &str = "Settings";

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("The configuration file [default: consentry.toml, if there is one]")
            .global(true)
            .help_heading(HEADING);
        let flags = settings().into_iter().filter_map(|setting| {
            let long = setting.flag()?.trim_start_matches('-').to_owned();
            let about = setting.meaning.split_inclusive(". ").next().unwrap_or_default().trim();
            let arg = Arg::new(setting.name)
                .long(long)
                .value_name("VALUE")
                .help(format!("{about} [default: {}]", setting.default))
                .long_help(format!(
                    "{} Takes {}. [default: {}]",
                    setting.meaning, setting.expected, setting.default
                ))
                .global(true)
                .help_heading(HEADING);
            Some(arg)
        });
        command.arg(config).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |name: &'static str| Some((name, matches.get_one::<String>(name)?.clone()));
        Ok(Self {
            config: matches.get_one::<PathBuf>("config").cloned(),
            values: FLAGS.into_iter().filter_map(given).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
