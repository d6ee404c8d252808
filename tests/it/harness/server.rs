//! A server as production runs it, on a free port, with its own database and a clock that tests move.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use consentry::app::App;
use consentry::base::clock::Clock;
use consentry::base::digest::Digest;
use consentry::base::keyring::Keyring;
use consentry::base::secret::Secret;
use consentry::config::Config;
use consentry::config::Flags;
use consentry::model::client::Client;
use consentry::model::client::ClientKind;
use consentry::model::client::ClientSecret;
use consentry::model::client::Distribution;
use consentry::model::client::GrantType;
use consentry::model::client::Pkce;
use consentry::model::email::Email;
use consentry::model::id::ClientId;
use consentry::model::id::ClientSecretId;
use consentry::model::id::InvitationId;
use consentry::model::id::OrganizationId;
use consentry::model::id::PrivateAppId;
use consentry::model::id::PrivateAppTokenId;
use consentry::model::id::UserId;
use consentry::model::lifetime::Seconds;
use consentry::model::organization::Invitation;
use consentry::model::organization::Organization;
use consentry::model::private_app::Networks;
use consentry::model::private_app::PrivateApp;
use consentry::model::private_app::PrivateAppToken;
use consentry::model::redirect_uri::RedirectUri;
use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::model::token::TokenKind;
use consentry::model::user::User;
use consentry::model::version::Version;
use consentry::store;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::Options;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::folder::Folder;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::base_path;
use crate::harness::postgres;

/// Where the test clients are sent back to. Nothing listens there: tests read the redirect.
pub const REDIRECT_URI: &str = "https://client.example/callback";

/// The name of SQLite's file.
const FILE: &str = "test.sqlite3";

/// The platform's modules in every test.
const MODULES: &str = r#"
[[modules]]
name = "contacts"
title = "Contacts"
description = "People and companies"
read_description = "See contacts"
write_description = "Add, change and delete contacts"

[[modules]]
name = "deals"
title = "Deals"
description = "The pipeline"
read_description = "See deals"
write_description = "Add, change and delete deals"
sensitive = true
"#;

/// One or more nodes on one database.
pub struct Server {
    pub app: Arc<App>,
    /// Each node's state; the first is `app`.
    pub apps: Vec<Arc<App>>,
    pub clock: Clock,
    /// Of each machine; one where the nodes share it.
    clocks: Vec<Clock>,
    /// Base URL of each node; the first is the issuer.
    pub nodes: Vec<String>,
    ground: Ground,
    running: Vec<Running>,
}

/// One node at work.
struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Ends the node as a stop of the process does.
    async fn end(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// What outlives the nodes.
struct Ground {
    folder: Folder,
    database: String,
    keys: String,
    /// The nodes are not told what others change.
    deaf: bool,
    /// The path of the issuer.
    base: String,
}

impl Drop for Ground {
    fn drop(&mut self) {
        postgres::retire(&self.database);
    }
}

/// A database of one's own in which every table is, empty.
async fn migrated_database(kind: Kind, folder: &Folder) -> String {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    if kind == Kind::Postgres {
        return postgres::migrated_database().await;
    }
    let template = TEMPLATE.get_or_init(async || {
        let folder = Folder::new();
        let db = Db::connect(&Options::new(sqlite(&folder), 1)).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        // A copy that is whole whatever of the log has gone into the file by now.
        let copy = folder.path().join("copy");
        let mut file = SqliteConnection::connect(&sqlite(&folder)).await.unwrap();
        let copying = sqlx::query("VACUUM INTO $1").bind(copy.to_str().unwrap());
        copying.execute(&mut file).await.unwrap();
        file.close().await.unwrap();
        fs::read(copy).unwrap()
    });
    fs::write(folder.path().join(FILE), template.await).unwrap();
    sqlite(folder)
}

fn sqlite(folder: &Folder) -> String {
    format!("sqlite:{}", folder.path().join(FILE).display())
}

/// An organization with an owner.
#[derive(Clone)]
pub struct Seed {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
}

impl Server {
    pub async fn start(kind: Kind) -> Server {
        Self::start_nodes(kind, 1).await
    }

    /// One node, the owner of an organization, and an app of theirs.
    pub async fn start_with_client(kind: Kind) -> (Server, Seed, OAuthClient) {
        let server = Self::start(kind).await;
        let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
        let client = server.client(&seed).await;
        (server, seed, client)
    }

    /// Several nodes; on SQLite they share the file, as a server and the command line do.
    pub async fn start_nodes(kind: Kind, count: usize) -> Server {
        let folder = Folder::new();
        let database = migrated_database(kind, &folder).await;
        Self::start_on(folder, database, count).await
    }

    /// Several nodes on one PostgreSQL between which no word goes: nothing runs but what answers requests.
    pub async fn start_deaf_nodes(count: usize) -> Server {
        let (mut ground, clocks) = Self::ground(Folder::new(), postgres::migrated_database().await);
        ground.deaf = true;
        Self::run(ground, clocks, &vec!["127.0.0.1:0".to_owned(); count]).await
    }

    /// One node whose issuer has the path `base`.
    pub async fn start_below(kind: Kind, base: &str) -> Server {
        let folder = Folder::new();
        let database = migrated_database(kind, &folder).await;
        let (mut ground, clocks) = Self::ground(folder, database);
        ground.base = base.to_owned();
        Self::run(ground, clocks, &["127.0.0.1:0".to_owned()]).await
    }

    /// Nodes on an empty database of one's own.
    pub async fn start_on(folder: Folder, database: String, count: usize) -> Server {
        let (ground, clocks) = Self::ground(folder, database);
        Self::run(ground, clocks, &vec!["127.0.0.1:0".to_owned(); count]).await
    }

    /// An empty database of one's own, for [`Server::start_on`].
    pub async fn empty_database(kind: Kind, folder: &Folder) -> String {
        match kind {
            Kind::Sqlite => sqlite(folder),
            Kind::Postgres => postgres::fresh_schema().await,
        }
    }

    fn ground(folder: Folder, database: String) -> (Ground, Vec<Clock>) {
        let clock = Clock::default();
        let keys = Keyring::generate(clock.now()).current().expose().to_string();
        (Ground { folder, database, keys, deaf: false, base: base_path::of_all() }, vec![clock])
    }

    /// Ends this server and starts nodes on its database that have a clock each.
    pub async fn spread(self, clocks: Vec<Clock>) -> Server {
        let Server { ground, running, .. } = self;
        for node in running {
            node.end().await;
        }
        let addresses = vec!["127.0.0.1:0".to_owned(); clocks.len()];
        Self::run(ground, clocks, &addresses).await
    }

    /// Ends every node as a stop of the process does, and starts new ones on the same addresses and the same
    /// database.
    pub async fn restart(self) -> Server {
        let Server { app, apps, clocks, nodes, ground, running, .. } = self;
        for node in running {
            node.end().await;
        }
        drop((app, apps));
        let addresses: Vec<_> = nodes.iter().map(|node| host(node).to_owned()).collect();
        Self::run(ground, clocks.iter().map(Clock::restarted).collect(), &addresses).await
    }

    /// Ends every node as a kill of the process does, and starts new ones as [`Server::restart`].
    pub async fn crash(self) -> Server {
        let Server { app, apps, clocks, nodes, ground, running, .. } = self;
        for mut node in running {
            node.tasks.shutdown().await;
        }
        drop((app, apps));
        let addresses: Vec<_> = nodes.iter().map(|node| host(node).to_owned()).collect();
        Self::run(ground, clocks.iter().map(Clock::restarted).collect(), &addresses).await
    }

    /// Restarts one node alone, with these master keys.
    pub async fn roll(&mut self, node: usize, keys: &str) {
        self.running.remove(node).end().await;
        let listener = TcpListener::bind(host(&self.nodes[node])).await.unwrap();
        let clock = &self.clocks[node % self.clocks.len()];
        let (app, running) = start_node(&self.ground, clock, &self.nodes[0], listener, keys).await;
        self.running.insert(node, running);
        self.apps[node] = app;
        self.app = self.apps[0].clone();
    }

    /// The master keys that every node began with.
    pub fn keys(&self) -> String {
        self.ground.keys.clone()
    }

    /// Puts a fresh master key before the one in use; the next start finds it.
    pub fn add_key(&mut self) {
        let fresh = Keyring::generate(self.clock.now()).current().expose().to_string();
        self.ground.keys = format!("{fresh},{}", self.ground.keys);
    }

    /// Takes every master key but the newest away; the next start misses them.
    pub fn retire_keys(&mut self) {
        self.ground.keys.truncate(self.ground.keys.find(',').unwrap());
    }

    async fn run(ground: Ground, clocks: Vec<Clock>, addresses: &[String]) -> Server {
        let mut listeners = Vec::new();
        for address in addresses {
            listeners.push(TcpListener::bind(address).await.unwrap());
        }
        let node =
            |listener: &TcpListener| format!("http://{}{}", listener.local_addr().unwrap(), ground.base);
        let nodes: Vec<String> = listeners.iter().map(node).collect();
        let (mut apps, mut running) = (Vec::new(), Vec::new());
        for (listener, clock) in listeners.into_iter().zip(clocks.iter().cycle()) {
            let (app, node) = start_node(&ground, clock, &nodes[0], listener, &ground.keys).await;
            apps.push(app);
            running.push(node);
        }
        Server { app: apps[0].clone(), apps, clock: clocks[0].clone(), clocks, nodes, ground, running }
    }

    /// Where the database is, for another program on the same data.
    pub fn database(&self) -> &str {
        &self.ground.database
    }

    /// The folder of what outlives the nodes.
    pub fn folder(&self) -> &std::path::Path {
        self.ground.folder.path()
    }

    /// The issuer, which is the first node.
    pub fn issuer(&self) -> &str {
        &self.nodes[0]
    }

    /// The scheme, host and port of the issuer.
    pub fn origin(&self) -> &str {
        base_path::split(self.issuer()).1
    }

    /// The host and port of the issuer.
    pub fn host(&self) -> &str {
        host(self.issuer())
    }

    /// The path of the issuer.
    pub fn base(&self) -> &str {
        &self.ground.base
    }

    /// The name of the cookie that is called `name` here.
    pub fn cookie_name(&self, name: &str) -> String {
        base_path::cookie_name(self.base(), name)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.nodes[0])
    }

    pub fn database_url(&self) -> &str {
        &self.ground.database
    }

    /// Moves every node's clock.
    pub fn advance(&self, span: Duration) {
        self.clocks.iter().for_each(|clock| clock.advance(span));
    }

    /// Waits until notes of use are in the database.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(700)).await;
    }

    /// An organization `name` with the person `email` as `role`.
    pub async fn seed(&self, name: &str, email: &str, role: Role) -> Seed {
        let now = self.app.now();
        let organization = Organization {
            id: OrganizationId::generate(now),
            name: name.to_owned(),
            private_token_age: None,
            created_at: now,
            version: Version::default(),
        };
        let mut tx = self.app.db.begin().await.unwrap();
        store::organizations::insert(&mut tx, &organization).await.unwrap();
        tx.commit().await.unwrap();
        let user_id = self.person(&organization.id, email, role).await;
        Seed { organization_id: organization.id, user_id }
    }

    /// Changes an organization behind the back of everybody.
    pub async fn change_organization(&self, id: &OrganizationId, change: impl FnOnce(&mut Organization)) {
        let mut tx = self.app.db.begin().await.unwrap();
        let mut organization = store::organizations::find(&mut tx, id).await.unwrap().unwrap();
        change(&mut organization);
        assert!(store::organizations::update(&mut tx, &organization).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// One more member of an organization; a person who exists already joins it, and a member gets that role.
    pub async fn person(&self, organization_id: &OrganizationId, email: &str, role: Role) -> UserId {
        let now = self.app.now();
        let email = Email::parse(email).unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        let user_id = match store::users::find_by_email(&mut tx, &email).await.unwrap() {
            Some(known) => known.user.id,
            None => {
                let user = User {
                    id: UserId::generate(now),
                    email,
                    name: "Ada Lovelace".to_owned(),
                    operator: false,
                    disabled_at: None,
                    created_at: now,
                };
                store::users::insert(&mut tx, &user, "no password").await.unwrap();
                user.id
            }
        };
        if !store::memberships::insert(&mut tx, &user_id, organization_id, role, now).await.unwrap() {
            store::memberships::set_role(&mut tx, &user_id, organization_id, role).await.unwrap();
        }
        tx.commit().await.unwrap();
        user_id
    }

    /// An invitation to the person's organization, for that address.
    pub async fn invitation(&self, seed: &Seed, email: &str) -> InvitationId {
        let now = self.app.now();
        let invitation = Invitation {
            id: InvitationId::generate(now),
            organization_id: seed.organization_id.clone(),
            email: Email::parse(email).unwrap(),
            role: Role::Member,
            invited_by: seed.user_id.clone(),
            created_at: now,
            expires_at: now + Duration::from_secs(60),
            organization_name: String::new(),
            invited_by_name: String::new(),
        };
        let digest = Secret::generate_plain().digest();
        let mut tx = self.app.db.begin().await.unwrap();
        store::invitations::put(&mut tx, &invitation, &digest).await.unwrap();
        tx.commit().await.unwrap();
        invitation.id
    }

    /// A session of the person that nobody uses.
    pub async fn session(&self, seed: &Seed) -> Digest {
        let browser = self.signed_in(seed).await;
        Digest::of(browser.cookie("sid").unwrap())
    }

    /// A browser in which the person has signed in already.
    pub async fn signed_in(&self, seed: &Seed) -> Browser {
        let cookie = Secret::generate_plain();
        let mut tx = self.app.db.begin().await.unwrap();
        store::sessions::insert(
            &mut tx,
            &cookie.digest(),
            &seed.user_id,
            &seed.organization_id,
            None,
            self.app.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Browser::with_cookie(self.issuer(), "sid", cookie.reveal())
    }

    /// A confidential client of the organization with every grant type and all of the platform's scopes.
    pub async fn client(&self, seed: &Seed) -> OAuthClient {
        self.client_with(seed, |_| {}).await
    }

    /// As [`Server::client`], changed by `change` before it is stored.
    pub async fn client_with(&self, seed: &Seed, change: impl FnOnce(&mut Client)) -> OAuthClient {
        let now = self.app.now();
        let mut client = Client {
            id: ClientId::generate(now),
            organization_id: seed.organization_id.clone(),
            organization_name: String::new(),
            name: "Contact Sync".to_owned(),
            description: "Keeps two address books alike".to_owned(),
            logo_id: None,
            kind: ClientKind::Confidential,
            redirect_uris: [RedirectUri::register(REDIRECT_URI).unwrap()].into_iter().collect(),
            grant_types: GrantType::ALL.iter().copied().collect(),
            scopes: Scopes::parse("contacts.read contacts.write deals.read").unwrap(),
            pkce: Pkce::Required,
            distribution: Distribution::Public,
            access_lifetime: Some(Seconds::hours(1)),
            refresh_lifetime: Some(Seconds::days(90)),
            refresh_window: Seconds::minutes(1),
            resource_server: false,
            created_by: Some(seed.user_id.clone()),
            created_at: now,
            redirected_at: None,
            disabled_at: None,
            disabled_by: None,
            disabled_role: None,
            stopped_at: None,
            stopped_by: None,
            stop_reason: None,
            version: Version::default(),
        };
        change(&mut client);
        let secret = Secret::generate(TokenKind::ClientSecret.prefix());
        let kept = ClientSecret {
            id: ClientSecretId::generate(now),
            digest: secret.digest(),
            hint: secret.hint(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
        };
        let mut tx = self.app.db.begin().await.unwrap();
        store::clients::insert(&mut tx, &client).await.unwrap();
        let confidential = client.is_confidential();
        if confidential {
            store::client_secrets::insert(&mut tx, &client.id, &kept, None).await.unwrap();
        }
        tx.commit().await.unwrap();
        let redirect_uri = client.redirect_uris.iter().next().map(|uri| uri.as_str().to_owned());
        OAuthClient::new(
            self.nodes.clone(),
            client.id.as_str(),
            confidential.then(|| secret.reveal().to_owned()),
            redirect_uri.unwrap_or_default(),
        )
    }

    /// A private app of the organization that may read contacts, and its token.
    pub async fn private_app(
        &self,
        seed: &Seed,
        change: impl FnOnce(&mut PrivateApp, &mut PrivateAppToken),
    ) -> Secret {
        let now = self.app.now();
        let secret = Secret::generate(TokenKind::PrivateApp.prefix());
        let mut app = PrivateApp {
            id: PrivateAppId::generate(now),
            organization_id: seed.organization_id.clone(),
            name: "Nightly export".to_owned(),
            description: String::new(),
            logo_id: None,
            scopes: Scopes::parse("contacts.read").unwrap(),
            allowed_ips: Networks::default(),
            created_by: Some(seed.user_id.clone()),
            created_by_name: None,
            created_at: now,
            version: Version::default(),
        };
        let mut token = PrivateAppToken {
            id: PrivateAppTokenId::generate(now),
            private_app_id: app.id.clone(),
            digest: secret.digest(),
            hint: secret.hint(),
            created_at: now,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            last_used_ip: None,
            last_used_call: None,
        };
        change(&mut app, &mut token);
        let mut tx = self.app.db.begin().await.unwrap();
        store::private_apps::insert(&mut tx, &app).await.unwrap();
        store::private_app_tokens::insert(&mut tx, &token, None).await.unwrap();
        tx.commit().await.unwrap();
        secret
    }

    /// Sends these bytes to the first node, and reads its answer as text until it closes.
    pub async fn exchange(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut wire = TcpStream::connect(self.host()).await.unwrap();
        let _ = wire.write_all(bytes.as_ref()).await;
        let mut answer = Vec::new();
        let _ =
            timeout(Duration::from_secs(20), wire.read_to_end(&mut answer)).await.expect("an end in time");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

fn host(node: &str) -> &str {
    base_path::split(node).1.trim_start_matches("http://")
}

async fn start_node(
    ground: &Ground,
    clock: &Clock,
    issuer: &str,
    listener: TcpListener,
    keys: &str,
) -> (Arc<App>, Running) {
    let db = Db::connect(&Options::new(&ground.database, 8)).await.unwrap();
    db.migrate().await.unwrap();
    let config = config(&ground.folder, issuer, listener.local_addr().unwrap());
    let app = Arc::new(App::new(config, db, Keyring::parse(keys).unwrap(), clock.clone()));
    app.keep_time().await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let end = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let mut tasks = JoinSet::new();
    if !ground.deaf {
        tasks.spawn(consentry::jobs::run(app.clone(), end(stopped.clone())));
    }
    let serving = consentry::web::run(app.clone(), listener, end(stopped));
    tasks.spawn(async { serving.await.unwrap() });
    (app, Running { stop, tasks })
}

fn config(folder: &Folder, issuer: &str, listen: SocketAddr) -> Config {
    fs::write(folder.path().join("consentry.toml"), MODULES).unwrap();
    let listen = listen.to_string();
    let environment = [
        ("CONSENTRY_LISTEN", listen.as_str()),
        ("CONSENTRY_ISSUER", issuer),
        ("CONSENTRY_TRUSTED_PROXIES", "127.0.0.1/32"),
    ];
    let environment = environment.map(|(name, value)| (name.into(), value.into()));
    Config::load(&Flags::default(), environment, folder.path()).unwrap()
}
