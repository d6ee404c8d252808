//! Every setting comes from the strongest source, and whatever is wrong is told with a way out.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use consentry::config;
use consentry::config::Config;
use consentry::config::ConfigError;
use consentry::config::DatabaseUrl;
use consentry::config::Flags;
use consentry::config::LogFormat;
use proptest::prelude::*;

use crate::folder::Folder;

/// An operator's surroundings.
pub struct Installation {
    folder: Folder,
    flags: Flags,
    variables: Vec<(OsString, OsString)>,
}

impl Installation {
    pub fn new() -> Self {
        Self { folder: Folder::new(), flags: Flags::default(), variables: Vec::new() }
    }

    fn flag(mut self, name: &'static str, value: &str) -> Self {
        self.flags.values.push((name, value.to_owned()));
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    pub fn file(self, text: &str) -> Self {
        fs::write(self.path("consentry.toml"), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.flags, self.variables.clone(), self.folder.path())
    }

    /// All problems, each as `what | help`, with the file's path shortened.
    fn problems(&self) -> Vec<String> {
        let error = self.load().expect_err("the configuration is wrong");
        let folder = format!("{}/", self.folder.path().display());
        let tell = |p: &config::Problem| format!("{} | {}", p.what, p.help).replace(&folder, "");
        error.problems.iter().map(tell).collect()
    }

    fn problem(&self) -> String {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems.into_iter().next().unwrap()
    }
}

#[test]
fn nothing_configured_gives_a_working_configuration() {
    let installation = Installation::new();
    let config = installation.load().unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.issuer.as_str(), "http://127.0.0.1:8080");
    assert_eq!(config.data, installation.path("data"));
    assert_eq!(config.database_url, DatabaseUrl::Sqlite(installation.path("data/consentry.sqlite3")));
    assert_eq!(config.master_key_file, installation.path("data/keyring"));
    assert!(config.master_key.is_none() && config.file.is_none() && config.modules.is_empty());
    assert_eq!(config.log_format, LogFormat::Pretty);
    assert_eq!(config.code_lifetime, Duration::from_secs(600));
    assert_eq!(config.access_token_lifetime, Duration::from_secs(3600));
    assert_eq!(config.refresh_token_idle, Duration::from_secs(90 * 86400));
    assert_eq!(config.refresh_window, Duration::from_secs(60));
    assert!(config.password_hashing_slots >= 1);
    assert_eq!(config.private_app_token_max_age, Some(Duration::from_secs(365 * 86400)));
}

#[test]
fn flags_beat_variables_beat_the_file_beat_defaults() {
    let file = Installation::new().file("log = \"warn\"\nlog_format = \"json\"");
    let config = file.load().unwrap();
    assert_eq!((config.log.to_string().as_str(), config.log_format), ("warn", LogFormat::Json));
    let variable = file.variable("CONSENTRY_LOG", "debug");
    assert_eq!(variable.load().unwrap().log.to_string(), "debug");
    let flag = variable.flag("log", "trace");
    let config = flag.load().unwrap();
    assert_eq!((config.log.to_string().as_str(), config.log_format), ("trace", LogFormat::Json));
    assert_eq!(config.file, Some(flag.path("consentry.toml")));
}

#[test]
fn the_file_is_named_by_flag_or_variable() {
    let installation = Installation::new();
    fs::write(installation.path("a.toml"), "log = \"warn\"").unwrap();
    fs::write(installation.path("b.toml"), "log = \"error\"").unwrap();
    let mut installation = installation.variable("CONSENTRY_CONFIG", "a.toml");
    assert_eq!(installation.load().unwrap().log.to_string(), "warn");
    installation.flags.config = Some("b.toml".into());
    assert_eq!(installation.load().unwrap().log.to_string(), "error");
    installation.flags.config = Some("c.toml".into());
    assert!(installation.problem().starts_with("cannot read the configuration file c.toml: No such file"));
}

#[test]
fn defaults_follow_the_settings_they_name() {
    let config = Installation::new()
        .file(
            "listen = \"[::1]:9000\"\ndata = \"/srv/consentry\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]",
        )
        .load()
        .unwrap();
    assert_eq!(config.issuer.as_str(), "http://[::1]:9000");
    assert_eq!(config.master_key_file, Path::new("/srv/consentry/keyring"));
    assert_eq!(config.database_url.to_string(), "sqlite:/srv/consentry/consentry.sqlite3");
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn a_public_address_needs_an_issuer() {
    let problem = Installation::new().flag("listen", "0.0.0.0:8080").problem();
    assert!(problem.starts_with(
        "`issuer` is not set and its default \"http://0.0.0.0:8080\" cannot be used | set the https address"
    ));
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion() {
    let problems = Installation::new().file("\nlisten_on = \"a\"\n[database]\nurl = 3\n").problems();
    assert_eq!(problems[0], "unknown key `listen_on` in consentry.toml:2 | did you mean `listen`?");
    assert_eq!(problems[1], "unknown key `database` in consentry.toml:3 | did you mean `database_url`?");
    let problem = Installation::new().file("replicas = 3").problem();
    assert!(problem.starts_with("unknown key `replicas` in consentry.toml:1 | known are: listen, issuer, "));
}

#[test]
fn unknown_variables_are_refused_with_a_suggestion() {
    let problem = Installation::new().variable("CONSENTRY_ISSUR", "https://a.example").problem();
    assert_eq!(problem, "unknown variable `CONSENTRY_ISSUR` | did you mean `CONSENTRY_ISSUER`?");
    let others = Installation::new().variable("CONSENTRY_TEST_ANYTHING", "1").variable("CONSENT", "2");
    assert!(others.load().is_ok());
}

#[test]
fn every_bad_value_says_where_it_is_and_what_was_expected() {
    let addresses = "expected an IP address and a port | for example";
    for (line, told) in [
        ("listen = 8080", format!("`listen` is a number, {addresses} listen = \"127.0.0.1:8080\"")),
        ("listen = \"localhost\"", format!("`listen` is \"localhost\", {addresses} listen = \"127.0.0.1:8080\"")),
        (
            "issuer = \"https://id.example.com/\"",
            "`issuer` is \"https://id.example.com/\", expected an https URL, or http on a loopback host | write it \
             as https://id.example.com"
                .to_owned(),
        ),
        (
            "trusted_proxies = \"10.0.0.0/8\"",
            "`trusted_proxies` is a text in quotes, expected a list of networks such as 10.0.0.0/8 | for example \
             trusted_proxies = [\"10.0.0.0/8\"]"
                .to_owned(),
        ),
        (
            "trusted_proxies = [\"10.0.0.1/8\"]",
            "`trusted_proxies` is \"10.0.0.1/8\", expected a list of networks such as 10.0.0.0/8 | 10.0.0.1/8 is \
             one host in a network; did you mean 10.0.0.0/8?"
                .to_owned(),
        ),
        (
            "trusted_proxies = [\"0.0.0.0/0\"]",
            "`trusted_proxies` is \"0.0.0.0/0\", expected a list of networks such as 10.0.0.0/8 | 0.0.0.0/0 is \
             everybody, who could then claim any address; name your proxies"
                .to_owned(),
        ),
        (
            "database_connections = \"10\"",
            "`database_connections` is a text in quotes, expected a whole number from 1 to 1000 | for example \
             database_connections = 10"
                .to_owned(),
        ),
        (
            "database_connections = 0",
            "`database_connections` is \"0\", expected a whole number from 1 to 1000 | for example \
             database_connections = 10"
                .to_owned(),
        ),
        (
            "database_connections = 1.5",
            "`database_connections` is a decimal number, expected a whole number from 1 to 1000 | for example \
             database_connections = 10"
                .to_owned(),
        ),
        (
            "code_lifetime = \"11m\"",
            "`code_lifetime` is \"11m\", expected a duration from 10s to 10m | write a number and one of the units \
             s, m, h and d, such as 90s or 12h"
                .to_owned(),
        ),
        (
            "log_format = \"jsno\"",
            "`log_format` is \"jsno\", expected `pretty` or `json` | did you mean `json`?".to_owned(),
        ),
        (
            "log = true",
            "`log` is a boolean, expected a log filter: `error`, `warn`, `info`, `debug` or `trace` | for example \
             log = \"info\""
                .to_owned(),
        ),
    ] {
        assert_eq!(Installation::new().file(line).problem(), format!("consentry.toml:1: {told}"));
    }
}

#[test]
fn a_bad_value_is_told_in_the_spelling_of_its_source() {
    let flag = Installation::new().flag("listen", "8080").problem();
    assert_eq!(
        flag,
        "--listen: `listen` is \"8080\", expected an IP address and a port | for example --listen 127.0.0.1:8080"
    );
    let variable = Installation::new().variable("CONSENTRY_MAX_BODY_BYTES", "64k").problem();
    assert!(
        variable
            .starts_with("CONSENTRY_MAX_BODY_BYTES: `max_body_bytes` is \"64k\", expected a whole number")
    );
    assert!(variable.ends_with("for example CONSENTRY_MAX_BODY_BYTES=65536"));
    let empty = Installation::new().variable("CONSENTRY_ISSUER", "").problem();
    assert_eq!(empty, "CONSENTRY_ISSUER is set, but empty | give it a value or remove it");
    let empty = Installation::new().flag("data", " ").problem();
    assert_eq!(empty, "--data is set, but empty | give it a value or remove it");
    assert!(Installation::new().variable("CONSENTRY_CONFIG", "").problem().contains("empty"));
}

#[test]
fn all_problems_are_told_at_once() {
    let installation = Installation::new()
        .file("lisen = 1\nlog = \"loud\"")
        .variable("CONSENTRY_CODE_LIFETIME", "1d")
        .variable("CONSENTRY_X", "");
    assert_eq!(installation.problems().len(), 4);
}

#[test]
fn broken_toml_is_told_with_its_line_and_without_its_text() {
    let problem =
        Installation::new().file("log = \"info\"\ndatabase_url = \"postgres://ann:s3cret@db/x\n").problem();
    assert!(problem.starts_with("consentry.toml:2 is not valid TOML: "), "{problem}");
    assert!(!problem.contains("s3cret"), "{problem}");
}

#[test]
fn no_message_shows_a_secret() {
    for installation in [
        Installation::new().file("master_key = \"s3cret\""),
        Installation::new().file("database_url = \"mysql://ann:s3cret@db/x\""),
        Installation::new().file("database_url = [\"s3cret\"]"),
        Installation::new().variable("CONSENTRY_DATABASE_URL", "postgres://ann:s3cret@db:port/x"),
        Installation::new().variable("CONSENTRY_MASTERKEY", "s3cret"),
        Installation::new().flag("database_url", "s3cret"),
        Installation::new().flag("issuer", "https://ann:s3cret@id.example.com"),
    ] {
        let error = installation.load().expect_err("wrong");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    let config = Installation::new().variable("CONSENTRY_MASTER_KEY", "s3cret").load().unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    assert_eq!(config.master_key.unwrap().reveal(), "s3cret");
}

#[test]
fn a_master_key_does_not_belong_into_the_file() {
    assert_eq!(
        Installation::new().file("master_key = \"abc\"").problem(),
        "consentry.toml:1: `master_key` is a secret, which does not belong here | set CONSENTRY_MASTER_KEY instead, \
         or leave it out and use `master_key_file`"
    );
}

#[test]
fn modules_are_read_as_the_documentation_writes_them() {
    let documentation = config::table();
    let (_, rest) = documentation.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let config = Installation::new().file(example).load().unwrap();
    let [contacts, calls] = &config.modules[..] else { panic!("two modules") };
    assert_eq!(
        (contacts.name.as_str(), contacts.title.as_str(), contacts.sensitive),
        ("contacts", "Contacts", false)
    );
    assert_eq!(contacts.read_description, "See Contacts");
    assert_eq!(contacts.write_description, "Add, change and delete Contacts");
    assert_eq!((calls.read_description.as_str(), calls.sensitive), ("Listen to recorded calls", true));
    assert_eq!(calls.description, "");
}

#[test]
fn modules_that_cannot_work_are_refused() {
    let module = |lines: &str| Installation::new().file(&format!("[[modules]]\n{lines}")).problem();
    for (lines, told) in [
        ("title = \"A\"", "consentry.toml:1: a module has no name | add name = \"...\""),
        ("name = \"calls\"", "consentry.toml:1: a module has no title | add title = \"...\""),
        (
            "name = \"apps\"\ntitle = \"A\"",
            "consentry.toml:2: the name \"apps\" is reserved for Consentry's own API; choose another | the README shows \
             how modules are written",
        ),
        (
            "name = \"Calls\"\ntitle = \"A\"",
            "consentry.toml:2: the name \"Calls\" is not a module's name: expected 2 to 32 of a-z, 0-9 and _, beginning \
             with a letter | the README shows how modules are written",
        ),
        ("name = 7\ntitle = \"A\"", "consentry.toml:2: `name` is a number | write a text in quotes"),
        (
            "name = \"calls\"\ntitle = \"\"",
            "consentry.toml:3: the title \"\" is missing | the README shows how modules are written",
        ),
        (
            "name = \"calls\"\ntitle = \"A\"\nsensitive = \"yes\"",
            "consentry.toml:4: `sensitive` is a text in quotes | write true or false, without quotes",
        ),
        (
            "name = \"calls\"\ntitle = \"A\"\ndescripton = \"x\"",
            "unknown key of a module `descripton` in consentry.toml:4 | did you mean `description`?",
        ),
        (
            "name = \"calls\"\ntitle = \"A\"\nlisten = \"x\"",
            "consentry.toml:4: `listen` stands inside a module, but is a setting of the server | move it above the \
             first [[modules]]",
        ),
        (
            "name = \"calls\"\ntitle = \"A\"\n[[modules]]\nname = \"calls\"\ntitle = \"B\"",
            "consentry.toml:5: there are two modules `calls` | rename or remove one",
        ),
    ] {
        assert_eq!(module(lines), told);
    }
    assert_eq!(
        Installation::new().file("modules = 3").problem(),
        "consentry.toml:1: `modules` is not a list of tables | begin each module with a line [[modules]]"
    );
}

#[test]
fn the_readme_lists_the_settings_as_they_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- configuration -->\n").expect("the opening marker");
    let (table, after) = rest.split_once("<!-- /configuration -->").expect("the closing marker");
    if table != config::table() {
        let fresh =
            format!("{before}<!-- configuration -->\n{}<!-- /configuration -->{after}", config::table());
        fs::write(path, fresh).unwrap();
        panic!("the README's configuration tables were out of date; they have been written anew");
    }
}

#[test]
fn a_demonstration_keeps_everything_in_its_folder() {
    let folder = Folder::new();
    let config = Config::in_folder(folder.path(), "127.0.0.1:4711".parse().unwrap()).unwrap();
    assert_eq!(config.issuer.as_str(), "http://127.0.0.1:4711");
    assert!(config.data.starts_with(folder.path()) && config.master_key_file.starts_with(folder.path()));
}

proptest! {
    #[test]
    fn whatever_a_value_is_the_answer_is_an_answer(
        setting in prop::sample::select(config::settings()),
        text in "\\PC{0,40}|[0-9]{1,25}[smhd]?|[a-z]{1,8}://[ -~]{0,30}",
    ) {
        let installation = Installation::new().variable(&setting.variable(), &text);
        if let Err(error) = installation.load() {
            prop_assert!(!error.problems.is_empty() && error.problems.iter().all(|p| !p.help.is_empty()));
        }
    }

    #[test]
    fn whatever_the_file_is_the_answer_is_an_answer(
        lines in prop::collection::vec("(listen|issuer|log|modules|name|x|a\\.b) = (\"\\PC{0,9}\"|[0-9]{1,20}|\\[\\]|\\{\\}|1979-05-27|[0-9]\\.5)|\\[\\[?(modules|a)\\]?\\]|\\PC{0,20}", 0..6),
    ) {
        let installation = Installation::new().file(&lines.join("\n"));
        if let Err(error) = installation.load() {
            prop_assert!(!error.problems.is_empty());
        }
    }
}

#[test]
fn the_databases_url_may_be_in_a_private_file() {
    let url = "postgres://ann:s3cret@db.example/consentry";
    let private = |installation: Installation, mode: u32| {
        let path = installation.path("url");
        fs::write(&path, format!("{url}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        installation
    };
    let by_variable = || Installation::new().variable("CONSENTRY_DATABASE_URL_FILE", "url");
    for installation in [by_variable(), Installation::new().file("database_url_file = \"url\"")] {
        let config = private(installation, 0o600).load().unwrap();
        assert_eq!(config.database_url.expose(), url);
    }
    let open = private(by_variable(), 0o644).problem();
    assert!(open.contains("can be used by others than its owner") && open.contains("chmod 600"), "{open}");
    assert!(by_variable().problem().starts_with("CONSENTRY_DATABASE_URL_FILE: cannot open"));
    let twice = private(by_variable().file("database_url = \"sqlite:a\""), 0o600).problem();
    assert_eq!(
        twice,
        "CONSENTRY_DATABASE_URL_FILE: `database_url` is set in consentry.toml:1 too | leave one of the two out"
    );
    let wrong = by_variable();
    fs::write(wrong.path("url"), "mysql://ann:s3cret@db").unwrap();
    fs::set_permissions(wrong.path("url"), fs::Permissions::from_mode(0o600)).unwrap();
    let wrong = wrong.problem();
    assert!(wrong.starts_with("url: `database_url` is [redacted]"), "{wrong}");
}
