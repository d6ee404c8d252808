//! The commands do what their help says, and fail with a reason, a way out and an exit code.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use consentry::base::clock::Clock;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

use crate::folder::Folder;
use crate::harness::postgres;

/// What a command printed, and its exit code.
struct Run {
    code: i32,
    out: String,
    err: String,
}

/// Runs a command in a folder, with no other variables than these.
fn consentry(folder: &Folder, variables: &[(&str, &str)], arguments: &str) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The line of the doctor's report about one check.
fn told<'a>(run: &'a Run, check: &str) -> &'a str {
    run.out
        .lines()
        .find(|line| line[5..].trim_start().starts_with(check))
        .expect("the check is in the report")
}

#[test]
fn every_command_shows_how_it_is_used() {
    let folder = Folder::new();
    for command in ["doctor", "migrate", "keys list", "keys rotate", "keys generate"] {
        let run = consentry(&folder, &[], &format!("{command} --help"));
        assert_eq!(run.code, 0);
        assert!(run.out.contains("Example:\n") && run.out.contains("--config <FILE>"), "{}", run.out);
        assert!(run.out.lines().all(|line| line.len() <= 100), "{}", run.out);
    }
    assert_eq!(
        consentry(&folder, &[], "--version").out,
        concat!("consentry ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn flags_are_accepted_before_and_after_the_command() {
    let folder = Folder::new();
    for arguments in ["--data elsewhere doctor", "doctor --data elsewhere"] {
        let run = consentry(&folder, &[], arguments);
        assert!(told(&run, "data folder").contains("/elsewhere will be created"), "{}", run.out);
    }
}

#[test]
fn a_wrong_configuration_ends_with_2_and_says_why() {
    let folder = Folder::new();
    let run = consentry(&folder, &[("CONSENTRY_LISEN", "1")], "doctor --log loud");
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: unknown variable `CONSENTRY_LISEN`\nhelp: did you mean `CONSENTRY_LISTEN`?\nerror: --log: `log` is \
         \"loud\", expected a log filter: `error`, `warn`, `info`, `debug` or `trace`\nhelp: write a level, or \
         target=level pairs with commas: info,sqlx=warn\n"
    );
    let run = consentry(&folder, &[], "doctor --isuer x");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--issuer"), "{}", run.err);
}

#[test]
fn a_generated_key_is_good_and_never_the_same() {
    let folder = Folder::new();
    let keys: Vec<String> = (0..2).map(|_| consentry(&folder, &[], "keys generate").out).collect();
    assert_ne!(keys[0], keys[1]);
    let joined = format!("{},{}", keys[0].trim(), keys[1].trim());
    let run = consentry(&folder, &[("CONSENTRY_MASTER_KEY", &joined)], "keys list");
    assert_eq!((run.code, run.out.lines().count()), (0, 2), "{}", run.err);
    assert!(run.out.lines().next().unwrap().ends_with("in use"));
    assert!(keys.iter().all(|key| !run.out.contains(key.trim())));
}

#[test]
fn keys_are_rotated_in_their_file() {
    let folder = Folder::new();
    let run = consentry(&folder, &[], "keys rotate");
    assert_eq!(run.code, 1);
    assert!(
        run.err.starts_with("error: there is no keyring at ") && run.err.contains("\nhelp: "),
        "{}",
        run.err
    );
    let ring = folder.keyring();
    let before = fs::read_to_string(&ring).unwrap();
    let run = consentry(&folder, &[], "keys rotate");
    assert_eq!(run.code, 0, "{}", run.err);
    let list = consentry(&folder, &[], "keys list").out;
    let ids: Vec<&str> = list.lines().map(|line| &line[..8]).collect();
    assert_eq!(ids.len(), 2);
    assert!(run.out.contains(ids[0]) && before.contains(ids[1]), "{list}");
    assert!(list.contains("0 days ago  in use\n"), "{list}");
}

#[test]
fn keys_of_a_variable_are_not_rotated() {
    let folder = Folder::new();
    let key = consentry(&folder, &[], "keys generate").out;
    let run = consentry(&folder, &[("CONSENTRY_MASTER_KEY", key.trim())], "keys rotate");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("CONSENTRY_MASTER_KEY") && !run.err.contains(key.trim()), "{}", run.err);
}

#[test]
fn the_doctor_finds_a_fresh_installation_healthy_and_changes_nothing() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = consentry(&folder, &[], &format!("doctor --listen 127.0.0.1:{port}"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.lines().all(|line| line.starts_with("ok ") || told(&run, "open files") == line),
        "{}",
        run.out
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_doctor_tells_what_is_wrong_why_and_how_to_mend_it() {
    let folder = Folder::new();
    let ring = folder.keyring();
    fs::set_permissions(&ring, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(ring.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let run = consentry(&folder, &[], &format!("doctor --listen {}", taken.local_addr().unwrap()));
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let ring = ring.display();
    assert!(told(&run, "master keys").starts_with("fail "), "{}", run.out);
    assert!(run.out.contains(&format!("      mend: run: chmod 600 {ring}\n")), "{}", run.out);
    assert!(told(&run, "data folder").starts_with("warn ") && told(&run, "data folder").ends_with("0755"));
    assert!(told(&run, "listen address").starts_with("warn "));
    assert!(run.out.contains("      why: the server cannot start when it is taken\n"));
}

#[test]
fn the_doctor_misses_a_keyring_that_its_database_needs() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/consentry.sqlite3"), "").unwrap();
    let run = consentry(&folder, &[], "doctor");
    assert_eq!(run.code, 1);
    assert!(told(&run, "master keys").starts_with("fail "), "{}", run.out);
}

#[test]
fn the_doctor_shows_no_secret() {
    let folder = Folder::new();
    let variables = [
        ("CONSENTRY_MASTER_KEY", "c2VjcmV0LXMzY3JldA=="),
        ("CONSENTRY_DATABASE_URL", "postgres://ann:s3cret@127.0.0.1:1/x"),
    ];
    let run = consentry(&folder, &variables, "doctor");
    assert!(told(&run, "master keys").contains("has 13 bytes"), "{}", run.out);
    for secret in ["c2VjcmV0", "s3cret"] {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{}", run.out);
    }
}

#[test]
fn a_migrated_database_is_private_and_answers_the_doctor() {
    let folder = Folder::new();
    let path = folder.path().join("data/consentry.sqlite3");
    for _ in 0..2 {
        let run = consentry(&folder, &[], "migrate");
        assert_eq!(
            run.out,
            format!("The schema of sqlite:{} is up to date.\n", path.display()),
            "{}",
            run.err
        );
    }
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    folder.keyring();
    let run = consentry(&folder, &[], "doctor");
    assert!(
        told(&run, "database").starts_with("ok ")
            && told(&run, "database").ends_with("answers and can be written")
    );
}

#[test]
fn a_database_that_does_not_answer_is_told_without_its_password() {
    let folder = Folder::new();
    let variables = [("CONSENTRY_DATABASE_URL", "postgres://ann:s3cret@127.0.0.1:1/x")];
    let run = consentry(&folder, &variables, "migrate");
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.starts_with("error: the database is not available: "), "{}", run.err);
    assert!(run.err.contains("\nhelp: see that it runs") && !run.err.contains("s3cret"), "{}", run.err);
}

#[test]
fn a_password_on_the_command_line_is_warned_about() {
    let folder = Folder::new();
    let run = consentry(&folder, &[], "doctor --database-url postgres://ann:s3cret@127.0.0.1:1/x");
    assert!(run.err.starts_with("warning: everybody on this machine can see the password"), "{}", run.err);
    assert!(run.err.contains("CONSENTRY_DATABASE_URL_FILE") && !run.err.contains("s3cret"), "{}", run.err);
    for harmless in ["postgres://ann@127.0.0.1:1/x", "sqlite:a.sqlite3"] {
        let run = consentry(&folder, &[], &format!("doctor --database-url {harmless}"));
        assert_eq!(run.err, "", "{harmless}");
    }
    let variables = [("CONSENTRY_DATABASE_URL", "postgres://ann:s3cret@127.0.0.1:1/x")];
    assert_eq!(consentry(&folder, &variables, "doctor").err, "");
}

#[test]
fn a_demo_takes_nobody_elses_folder_for_its_own() {
    let folder = Folder::new();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_consentry"));
    demo.args(["demo", "--port", "0"]).env_clear().env("TMPDIR", folder.path());
    let mut demo = demo.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // The folder that once could be foretold from outside.
    let foretold = folder.path().join(format!("consentry-demo-{}", demo.id()));
    let planted = symlink(&elsewhere, &foretold);
    let mut told = String::new();
    let mut lines = BufReader::new(demo.stdout.take().unwrap());
    while !told.contains("Stop with Ctrl+C") && lines.read_line(&mut told).unwrap() > 0 {}
    let fresh: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("consentry-demo-"))
        .filter(|entry| entry.path() != foretold)
        .collect();
    demo.kill().unwrap();
    demo.wait().unwrap();
    planted.expect("the name that could be foretold was free");
    assert_eq!(fresh.len(), 1, "{told}");
    assert_eq!(fresh[0].metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[tokio::test]
async fn the_doctor_finds_a_clock_that_is_behind_the_data() {
    let folder = Folder::new();
    folder.keyring();
    assert_eq!(consentry(&folder, &[], "migrate").code, 0);
    assert!(told(&consentry(&folder, &[], "doctor"), "clock").starts_with("ok "));
    let path = folder.path().join("data/consentry.sqlite3");
    let ahead = Clock::default().now() + Duration::from_secs(2 * 60 * 60);
    let mut connection = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    let sql = "INSERT INTO settings (name, value) VALUES ('clock_mark', $1)";
    sqlx::query(sql).bind(ahead.millis().to_string()).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let run = consentry(&folder, &[], "doctor");
    let line = told(&run, "clock");
    assert!(line.starts_with("fail ") && line.contains("the data have seen"), "{}", run.out);
    assert!(run.out.contains("timedatectl set-ntp true"), "{}", run.out);
}

/// The server's own clock is the test machine's, so that another function stands before the one that reads it.
#[tokio::test]
async fn the_doctor_compares_its_clock_with_the_databases() {
    let folder = Folder::new();
    folder.keyring();
    let url = format!("{},pg_catalog", postgres::fresh_schema().await);
    let variables = [("CONSENTRY_DATABASE_URL", url.as_str())];
    assert_eq!(consentry(&folder, &variables, "migrate").code, 0);
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for (apart, agrees) in [("30 s", true), ("-30 s", true), ("5 min", false), ("-2 h", false)] {
        let shift = format!(
            "CREATE OR REPLACE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql \
             RETURN pg_catalog.clock_timestamp() + interval '{apart}'"
        );
        connection.execute(AssertSqlSafe(shift)).await.unwrap();
        let run = consentry(&folder, &variables, "doctor");
        let line = told(&run, "clock");
        assert_eq!(line.starts_with("ok "), agrees, "{apart}: {line}");
        assert_eq!(line.contains("but the database's own clock shows"), !agrees, "{apart}: {line}");
        assert_eq!(run.out.contains("timedatectl set-ntp true"), !agrees, "{apart}: {}", run.out);
    }
}
