//! A private PostgreSQL for this test process.
//!
//! Debian's server is started in a temporary folder on a free port, as an unprivileged user because it refuses to
//! run as root, and it dies with this process however that ends. `CONSENTRY_TEST_DATABASE_URL` names another
//! server to use instead.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

use consentry::store::db::Db;
use consentry::store::db::Options;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use tokio::sync::OnceCell;
use url::Url;

/// The user that owns the server when the tests run as root; Debian's package creates it.
const USER: &str = "postgres";
const PREFIX: &str = "consentry-postgres-";

/// A server with its own folder. It can be killed and started again.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

/// The URL of an empty schema that nobody else uses.
pub async fn fresh_schema() -> String {
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let schema = format!("it_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
    administer(format!("CREATE SCHEMA {schema}")).await;
    let server = server();
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options=-c%20search_path%3D{schema}")
}

/// The URL of a database that nobody else uses and in which every table is, empty: a copy of one that was migrated.
/// Whoever is done with it says so by [`retire`].
pub async fn migrated_database() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let template = TEMPLATE.get_or_init(async || {
        let name = format!("it_{}", std::process::id());
        administer(format!("CREATE DATABASE {name}")).await;
        let db = Db::connect(&Options::new(database(&name), 1)).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        name
    });
    let template = template.await;
    let retired = std::mem::take(&mut *RETIRED.lock().unwrap());
    for copy in retired {
        administer(format!("DROP DATABASE {copy} WITH (FORCE)")).await;
    }
    let copy = format!("{template}_{}", COPIES.fetch_add(1, Ordering::Relaxed));
    administer(format!("CREATE DATABASE {copy} TEMPLATE {template}")).await;
    database(&copy)
}

/// Lets the next caller of [`migrated_database`] delete the one at this URL, if it is such a one.
pub fn retire(url: &str) {
    let copies = format!("/it_{}_", std::process::id());
    let copy = Url::parse(url).ok().filter(|url| url.path().starts_with(&copies));
    RETIRED.lock().unwrap().extend(copy.map(|url| url.path()[1..].to_owned()));
}

static RETIRED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| {
        let given = std::env::var("CONSENTRY_TEST_DATABASE_URL").ok();
        // Kept for the whole process; the server ends with it.
        given.unwrap_or_else(|| Box::leak(Box::new(Cluster::start())).url())
    })
}

fn database(name: &str) -> String {
    let mut url = Url::parse(server()).expect("the test server has a URL");
    url.set_path(name);
    url.into()
}

async fn administer(sql: String) {
    let mut connection = PgConnection::connect(server()).await.expect("the test server is reachable");
    let done = connection.execute(AssertSqlSafe(sql)).await;
    done.expect("the test user may create schemas and databases");
}

impl Cluster {
    /// Creates the folder and starts the server in it.
    pub fn start() -> Cluster {
        static CLUSTERS: AtomicU32 = AtomicU32::new(0);
        remove_left_behind();
        let number = CLUSTERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}-{number}", std::process::id()));
        fs::create_dir(&folder).expect("the temporary folder is writable");
        if is_root() {
            run(Command::new("chown").arg(USER).arg(&folder));
        }
        let data = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--pgdata"];
        run(unprivileged(&binary("initdb")).args(data).arg(folder.join("data")));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = port.expect("a free port").port();
        let mut cluster = Cluster { folder, port, server: None };
        cluster.restart();
        cluster
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// What the server has written down so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Gives the server a certificate of its own making; it takes effect at the next start.
    pub fn take_certificate(&self) {
        let data = self.folder.join("data");
        let made = [
            "req",
            "-new",
            "-x509",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-days",
            "2",
            "-keyout",
            "server.key",
        ];
        run(unprivileged(Path::new("openssl")).args(made).args(["-out", "server.crt"]).current_dir(&data));
        run(unprivileged(Path::new("chmod")).args(["600", "server.key"]).current_dir(&data));
        let settings = data.join("postgresql.auto.conf");
        let settings = fs::File::options().append(true).open(settings);
        let written = settings.and_then(|mut file| std::io::Write::write_all(&mut file, b"ssl = on\n"));
        written.expect("the settings are writable");
    }

    /// Ends the server at once, with what it was doing.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Starts the server and waits until it answers.
    pub fn restart(&mut self) {
        let mut command = unprivileged(&binary("postgres"));
        command.arg("-D").arg(self.folder.join("data")).args(["-c", "listen_addresses=127.0.0.1"]);
        // Killed servers are in the tests, power cuts are not.
        command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        command.args(["-c", "unix_socket_directories=", "-c", "max_connections=300", "-p"]);
        let log = fs::File::options().create(true).append(true).open(self.folder.join("log"));
        let log = log.expect("the folder is writable");
        command.arg(self.port.to_string()).stdout(Stdio::null()).stderr(log);
        self.server = Some(spawn_bound(command));
        let started = Instant::now();
        let port = self.port.to_string();
        while !silent(Command::new(binary("pg_isready")).args(["-h", "127.0.0.1", "-p", &port])) {
            assert!(started.elapsed() < Duration::from_secs(60), "PostgreSQL did not start within a minute");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A command that runs without root, and gets SIGQUIT when the thread that started it ends.
fn unprivileged(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", USER, "--regid", USER, "--init-groups"]);
    }
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program).current_dir("/");
    command
}

/// Starts a server from a thread that never ends, so that the server ends with the process.
fn spawn_bound(mut command: Command) -> Child {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = sender.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    let child = receiver.recv().expect("the thread sends one answer");
    child.expect("setpriv of util-linux is installed")
}

/// Finds a program of the newest installed server; installs Debian's package when there is none.
fn binary(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        newest().unwrap_or_else(|| {
            install();
            newest().expect("Debian's postgresql puts its programs under /usr/lib/postgresql")
        })
    });
    folder.join(name)
}

fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let folder = |version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
    versions.filter(|version| folder(*version).join("initdb").exists()).max().map(folder)
}

fn install() {
    // Without this the package would start a server of its own.
    let _ = fs::create_dir_all("/etc/postgresql-common");
    let _ = fs::write("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n");
    run(Command::new("apt-get").args(["update", "--quiet"]));
    let package = ["install", "--yes", "--no-install-recommends", "postgresql"];
    run(Command::new("apt-get").args(package).env("DEBIAN_FRONTEND", "noninteractive"));
}

/// Folders of processes that were killed.
fn remove_left_behind() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
        if owner.is_some_and(|(process, _)| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let id = Command::new("id").arg("-u").output().expect("id of coreutils is installed");
        id.stdout.trim_ascii() == b"0"
    })
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}");
}

fn silent(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
