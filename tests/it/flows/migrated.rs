//! A database of the release before: what was issued there goes on working, and what had ended stays so.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consentry::base::clock::Clock;
use consentry::base::clock::Timestamp;
use consentry::base::secret::Secret;
use consentry::model::id::ClientId;
use consentry::model::id::GrantId;
use consentry::model::id::OrganizationId;
use consentry::model::id::UserId;
use consentry::model::lifetime::Seconds;
use consentry::model::page::Page;
use consentry::model::page::Place;
use consentry::model::search::Search;
use consentry::model::token::TokenKind;
use consentry::store;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::Options;
use consentry::store::db::Tx;
use consentry::store::db::run;
use consentry::store::migrate;
use sha2::Digest;
use sha2::Sha256;

use crate::folder::Folder;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::client::OAuthClient;
use crate::harness::client::VERIFIER;
use crate::harness::server::REDIRECT_URI;
use crate::on_both;

on_both![what_rested_on_families_rests_on_authorizations, what_had_a_name_is_found_by_it];

const FAMILIES: [&str; 4] = [
    "fam_00000000000000000000000001",
    "fam_00000000000000000000000002",
    "fam_00000000000000000000000003",
    "fam_00000000000000000000000004",
];

const SCOPES: &str = "contacts.read contacts.write";

/// Writes rows as the release before did.
struct Before {
    tx: Tx,
    seed: Seed,
    client_id: ClientId,
    client_secret: Secret,
    grant_id: GrantId,
    now: Timestamp,
}

impl Before {
    async fn begin(options: &Options) -> Before {
        let release =
            migrate::MIGRATIONS.iter().position(|migration| migration.name == "0007_authorizations");
        migrate::run(options, &migrate::MIGRATIONS[..release.unwrap()]).await.unwrap();
        let db = Db::connect(options).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let now = Clock::default().now();
        let seed = Seed { organization_id: OrganizationId::generate(now), user_id: UserId::generate(now) };
        let (client_id, grant_id) = (ClientId::generate(now), GrantId::generate(now));
        let organization = "INSERT INTO organizations (id, name, created_at) VALUES ($1, 'Acme', $2)";
        run!(tx, organization, &seed.organization_id, now).unwrap();
        let client = "INSERT INTO clients (id, organization_id, name, description, kind, redirect_uris, grant_types, \
             scopes, pkce, distribution, access_lifetime, refresh_lifetime, refresh_window, resource_server, \
             created_at) VALUES ($1, $2, 'Contact Sync', '', 'confidential', $3, \
             'authorization_code refresh_token client_credentials', $4, 'required', 'public', $5, $6, 60, FALSE, $7)";
        let (hour, quarter) = (Seconds::hours(1), Seconds::days(90));
        run!(tx, client, &client_id, &seed.organization_id, REDIRECT_URI, SCOPES, hour, quarter, now)
            .unwrap();
        let client_secret = Secret::generate(TokenKind::ClientSecret.prefix());
        let secret = "INSERT INTO client_secrets (id, client_id, digest, hint, created_at) \
             VALUES ('sec_00000000000000000000000001', $1, $2, '', $3)";
        run!(tx, secret, &client_id, client_secret.digest(), now).unwrap();
        let user = "INSERT INTO users (id, email, name, password, operator, created_at) \
             VALUES ($1, 'ada@example.com', 'Ada', 'no password', FALSE, $2)";
        run!(tx, user, &seed.user_id, now).unwrap();
        let member = "INSERT INTO memberships (user_id, organization_id, role, created_at) \
             VALUES ($1, $2, 'owner', $3)";
        run!(tx, member, &seed.user_id, &seed.organization_id, now).unwrap();
        let grant = "INSERT INTO grants (id, user_id, organization_id, client_id, scopes, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)";
        run!(tx, grant, &grant_id, &seed.user_id, &seed.organization_id, &client_id, SCOPES, now).unwrap();
        Before { tx, seed, client_id, client_secret, grant_id, now }
    }

    async fn code(&mut self, family: &str, used: bool) -> Secret {
        let code = Secret::generate_plain();
        run!(
            self.tx,
            "INSERT INTO authorization_codes (digest, client_id, user_id, organization_id, grant_id, family_id, \
             redirect_uri, redirect_uri_named, scopes, code_challenge, created_at, expires_at, used_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9, $10, $11, $12)",
            code.digest(),
            &self.client_id,
            &self.seed.user_id,
            &self.seed.organization_id,
            &self.grant_id,
            family,
            REDIRECT_URI,
            SCOPES,
            URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
            self.now,
            self.now + Seconds::minutes(10).duration(),
            used.then_some(self.now),
        )
        .unwrap();
        code
    }

    /// Without a family it is the client's own.
    async fn access_token(&mut self, family: Option<&str>, life: Option<Seconds>) -> Secret {
        let token = Secret::generate(TokenKind::Access.prefix());
        run!(
            self.tx,
            "INSERT INTO access_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, \
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            token.digest(),
            &self.client_id,
            &self.seed.organization_id,
            family.map(|_| &self.seed.user_id),
            family.map(|_| &self.grant_id),
            family,
            SCOPES,
            self.now,
            life.map(|life| self.now + life.duration()),
        )
        .unwrap();
        token
    }

    async fn refresh_token(&mut self, family: &str, life: Option<Seconds>) -> Secret {
        let token = Secret::generate(TokenKind::Refresh.prefix());
        run!(
            self.tx,
            "INSERT INTO refresh_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, \
             created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            token.digest(),
            &self.client_id,
            &self.seed.organization_id,
            &self.seed.user_id,
            &self.grant_id,
            family,
            SCOPES,
            self.now,
            life.map(|life| self.now + life.duration()),
        )
        .unwrap();
        token
    }
}

async fn what_rested_on_families_rests_on_authorizations(kind: Kind) {
    let folder = Folder::new();
    let database = Server::empty_database(kind, &folder).await;
    let mut before = Before::begin(&Options::new(&database, 2)).await;
    let (hour, quarter) = (Some(Seconds::hours(1)), Some(Seconds::days(90)));
    let used = before.code(FAMILIES[0], true).await;
    let lived = (
        before.access_token(Some(FAMILIES[0]), hour).await,
        before.refresh_token(FAMILIES[0], quarter).await,
    );
    let unused = before.code(FAMILIES[1], false).await;
    let endless =
        (before.access_token(Some(FAMILIES[2]), None).await, before.refresh_token(FAMILIES[2], None).await);
    let ended =
        (before.access_token(Some(FAMILIES[3]), None).await, before.refresh_token(FAMILIES[3], None).await);
    let end = "INSERT INTO revoked_families (id, reason, revoked_at) VALUES ($1, 'replay', 1)";
    run!(before.tx, end, FAMILIES[3]).unwrap();
    let own = [before.access_token(None, hour).await, before.access_token(None, None).await];
    let Before { tx, client_id, client_secret, .. } = before;
    tx.commit().await.unwrap();

    let server = Server::start_on(folder, database, 1).await;
    let secret = Some(client_secret.reveal().to_owned());
    let client = OAuthClient::new(server.nodes.clone(), client_id.as_str(), secret, REDIRECT_URI.to_owned());
    for token in [&lived.0, &endless.0, &own[0], &own[1]] {
        assert!(client.is_active(token.reveal()).await);
    }
    let redeemed = client.redeem(unused.reveal()).await;
    assert_eq!(redeemed.status, 200, "{redeemed:?}");
    assert!(client.is_active(redeemed.text("access_token")).await);
    for token in [&lived.1, &endless.1] {
        let refreshed = client.refresh(token.reveal()).await;
        assert_eq!(refreshed.status, 200, "{refreshed:?}");
        assert!(client.is_active(refreshed.text("access_token")).await);
    }
    assert!(!client.is_active(ended.0.reveal()).await);
    client.refresh(ended.1.reveal()).await.assert_error(400, "invalid_grant");
    assert_eq!(client.client_credentials().await.status, 200, "beside what the client had before");

    client.redeem(used.reveal()).await.assert_error(400, "invalid_grant");
    assert!(!client.is_active(lived.0.reveal()).await, "the replay ends what came of the code");
    assert!(client.is_active(endless.0.reveal()).await, "and nothing else");
}

async fn what_had_a_name_is_found_by_it(kind: Kind) {
    let folder = Folder::new();
    let database = Server::empty_database(kind, &folder).await;
    let Before { tx, client_id, seed, .. } = Before::begin(&Options::new(&database, 2)).await;
    tx.commit().await.unwrap();
    let server = Server::start_on(folder, database, 1).await;
    let page = Page { from: Place::Newest, limit: 10 };
    let mut conn = server.app.db.read().await.unwrap();
    for text in ["sy", "con syn", client_id.as_str()] {
        let search = Search::parse(text).unwrap();
        let organization = &seed.organization_id;
        let found =
            store::clients::of_organization(&mut conn, organization, search.as_ref(), None, &page).await;
        assert_eq!(found.unwrap().items.len(), 1, "{text}");
    }
    let search = Search::parse("acme sync").unwrap();
    let found = store::clients::of_installation(&mut conn, search.as_ref(), None, &page).await.unwrap();
    assert_eq!(found.items[0].id, client_id);
}
