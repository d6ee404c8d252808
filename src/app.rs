//! What every verb may reach: configuration, database, keys, clock, and what is remembered for a moment; and the kit of
//! changes: why one is refused, what is wrong field by field, and its record in the audit log.

pub mod audit;
mod cache;
mod change;
mod keys;
mod known;
mod news;
mod person;
mod usage;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::base::clock::Clock;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::keyring::Keyring;
use crate::base::password::Passwords;
use crate::config::Config;
use crate::model::id::ClientId;
use crate::model::module::Module;
use crate::model::module::Modules;
use crate::model::token::TokenKind;
use crate::store;
use crate::store::db::Db;
use crate::store::db::Kind;
use crate::store::db::Tx;

pub use self::change::ChangeError;
pub use self::change::Difference;
pub use self::change::FieldError;
pub use self::change::Fields;
pub(crate) use self::change::compare;
pub(crate) use self::change::compared;
pub use self::change::require_holding;
pub use self::keys::Keys;
pub use self::keys::Successors;
pub use self::known::KnownClient;
pub use self::known::KnownToken;
pub use self::person::NewPerson;
pub use self::person::TypedPerson;
pub use self::usage::Usage;
pub use self::usage::Use;

use self::cache::Cache;
use self::news::Change;
use self::news::News;

/// How long [`App::modules_or_last`] waits for the database.
const GLANCE: Duration = Duration::from_millis(500);

/// Clients and tokens that are remembered at most.
const REMEMBERED_CLIENTS: usize = 10_000;
const REMEMBERED_TOKENS: usize = 50_000;

/// One server's state. Everything that must outlive it, or be seen by other nodes, is in the database.
pub struct App {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub keys: Keys,
    pub passwords: Passwords,
    pub usage: Usage,
    /// The modules of the configuration.
    configured: Arc<[Module]>,
    deliveries: Cache<Digest, ()>,
    clients: Cache<ClientId, KnownClient>,
    tokens: Cache<Digest, KnownToken>,
    modules: Cache<(), Modules>,
    news: News,
}

impl App {
    pub fn new(config: Config, db: Db, keyring: Keyring, clock: Clock) -> Self {
        Self {
            passwords: Passwords::new(config.password_hashing_slots),
            keys: Keys::new(keyring),
            usage: Usage::default(),
            deliveries: Cache::new(REMEMBERED_TOKENS),
            clients: Cache::new(REMEMBERED_CLIENTS),
            tokens: Cache::new(REMEMBERED_TOKENS),
            modules: Cache::new(1),
            news: News::default(),
            configured: config.modules.clone().into(),
            config,
            db,
            clock,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock's mark on, together with that of the other nodes, and tells when the machine's clock jumped.
    /// Without the database the mark moves on in memory.
    pub async fn keep_time(&self) -> store::Result<()> {
        let mut conn = self.db.read().await;
        let others = match &mut conn {
            Ok(conn) => store::settings::mark(conn).await,
            Err(error) => Err(error.clone()),
        };
        drop(conn);
        let (mark, jump) = self.clock.keep(others.as_ref().ok().copied().flatten());
        if let Some(jump) = jump {
            let seconds = jump / 1000;
            tracing::error!(seconds, "the clock of this machine jumped; nothing that had ended lives again");
        }
        if others?.is_none_or(|others| others < mark) {
            let mut tx = self.db.single().await?;
            store::settings::raise_mark(&mut tx, mark).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The client with its live secrets.
    pub async fn client(&self, id: &ClientId) -> store::Result<Option<Arc<KnownClient>>> {
        let now = self.now();
        let read = move |id, mut conn| async move {
            let Some(client) = store::clients::find(&mut conn, &id).await? else { return Ok(None) };
            let secrets = store::client_secrets::live(&mut conn, &id, now).await?;
            Ok(Some(KnownClient { client, secrets }))
        };
        self.clients.get_or_read(&self.db, id, read).await
    }

    /// The access token or private app token of that digest, with all that decides whether it works.
    pub async fn token(&self, digest: &Digest, kind: TokenKind) -> store::Result<Option<Arc<KnownToken>>> {
        let read = move |digest, mut conn| async move {
            match kind {
                TokenKind::Access => {
                    let found = store::access_tokens::find(&mut conn, &digest).await?;
                    Ok(found.map(|found| KnownToken::Access(Box::new(found))))
                }
                TokenKind::PrivateApp => {
                    let found = store::private_app_tokens::find_access(&mut conn, &digest).await?;
                    Ok(found.map(|found| KnownToken::PrivateApp(Box::new(found))))
                }
                _ => Ok(None),
            }
        };
        self.tokens.get_or_read(&self.db, digest, read).await
    }

    /// Writes down that an access token was presented for the first time, and with it that the refresh token beside
    /// it arrived. Resolves when that is durable; of callers at the same moment one writes. While the token is
    /// remembered as never presented, so is the delivery as written.
    pub async fn deliver(&self, digest: &Digest) -> store::Result<()> {
        let now = self.now();
        let write = move |digest, mut tx: Tx| async move {
            store::access_tokens::mark_used(&mut tx, &digest, now).await?;
            tx.commit().await?;
            Ok(Some(()))
        };
        self.deliveries.get_or_write(&self.db, digest, write).await.map(drop)
    }

    /// Every module there is.
    pub async fn modules(&self) -> store::Result<Arc<Modules>> {
        let configured = self.configured.clone();
        let read = move |(), mut conn| {
            let configured = configured.clone();
            async move {
                let mut platform = configured.to_vec();
                for module in store::modules::list(&mut conn).await? {
                    if platform.iter().all(|configured| configured.name != module.name) {
                        platform.push(module);
                    }
                }
                Ok(Some(Modules::with_built_in(platform)))
            }
        };
        Ok(self.modules.get_or_read(&self.db, &(), read).await?.unwrap_or_default())
    }

    /// Every module there is, or was when the database last said so, or is configured: whoever asks gets an answer, and
    /// soon.
    pub async fn modules_or_last(&self) -> Arc<Modules> {
        match timeout(GLANCE, self.modules()).await {
            Ok(Ok(modules)) => modules,
            Ok(Err(_)) | Err(_) => {
                let last = self.modules.last(&());
                last.unwrap_or_else(|| Arc::new(Modules::with_built_in(self.configured.to_vec())))
            }
        }
    }

    /// Call after the commit that changed or deleted a client, its secrets, or what people allowed it.
    pub fn client_changed(&self, id: &ClientId) {
        self.changed(Change::Client(id.clone()));
    }

    /// Call after the commit that revoked one token.
    pub fn token_changed(&self, digest: &Digest) {
        self.changed(Change::Token(digest.clone()));
    }

    /// Call after the commit that changed what many tokens rest on: an authorization, a grant, a person, an
    /// organization.
    pub fn standing_changed(&self) {
        self.changed(Change::Standing);
    }

    /// Call after the commit that changed a module.
    pub fn modules_changed(&self) {
        self.changed(Change::Modules);
    }

    fn changed(&self, change: Change) {
        self.forget(&change);
        if self.db.kind() == Kind::Postgres {
            self.news.add(change);
        }
    }

    /// What changed here and was not told to the other nodes yet; resolves when there is some.
    pub async fn news(&self) -> Vec<String> {
        self.news.take().await.iter().map(Change::to_string).collect()
    }

    /// Forgets what changed on another node, by the text of its [`App::news`].
    pub fn heard(&self, text: &str) {
        self.forget(&Change::read(text));
    }

    /// Forgets everything that may have changed meanwhile.
    pub fn forget_all(&self) {
        self.forget(&Change::Anything);
    }

    fn forget(&self, change: &Change) {
        match change {
            Change::Token(digest) => self.tokens.forget(digest),
            Change::Standing => self.tokens.forget_all(),
            Change::Modules => self.modules.forget_all(),
            Change::Client(id) => {
                self.clients.forget(id);
                self.tokens.forget_all();
            }
            Change::Anything => {
                self.clients.forget_all();
                self.tokens.forget_all();
                self.modules.forget_all();
            }
        }
    }
}
