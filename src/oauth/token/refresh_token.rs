//! A refresh token becomes its one successor (RFC 6749 §6, RFC 9700 §4.14).
//!
//! The successor and its access token derive from the presented token by a keyed function, so that a client whose
//! answer got lost, or that asks two nodes at once, gets the same pair again. Inside the window it may ask freely;
//! after it, only while nobody ever used what it was given. Anything else is a replay and ends the authorization.
//!
//! The one successor does not depend on the scope asked for, but the access token does: who asks for a part gets one
//! with that part, whatever was asked for before or is asked for at the same moment (RFC 6749 §6).

use crate::app::App;
use crate::app::Successors;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::scope::Scopes;
use crate::model::token::AccessToken;
use crate::model::token::Authorization;
use crate::model::token::RefreshToken;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::oauth::issue;
use crate::oauth::issue::Basis;
use crate::oauth::issue::Minted;
use crate::oauth::issue::TokenResponse;
use crate::oauth::revoke;
use crate::oauth::token::RefreshRequest;
use crate::oauth::token::requested_scopes;
use crate::store;
use crate::store::standing::Found;

const UNKNOWN: &str = "The refresh token is unknown, expired or revoked. Ask the person to connect again.";

/// What a refresh works on.
struct Refresh<'a> {
    client: &'a Client,
    presented: &'a str,
    authorization: Authorization,
    basis: Basis,
    /// What the request asks for, where that is less than the refresh token has.
    part: Option<Scopes>,
    /// What the new access token will carry: what is asked for and counts today.
    scopes: Scopes,
    now: Timestamp,
}

pub(super) async fn refresh(
    app: &App,
    client: &Client,
    request: &RefreshRequest,
) -> Result<TokenResponse, Error> {
    let presented = request.refresh_token.reveal();
    let digest =
        TokenKind::Refresh.digest(presented).ok_or(Error::invalid_grant(UNKNOWN).because("malformed"))?;
    let Found { token, authorization, standing } = find(app, &digest).await?;
    let now = app.now();

    if authorization.client_id != client.id {
        return Err(Error::invalid_grant(UNKNOWN).because("the token belongs to another client")); // RFC 6749 §6
    }
    let left = standing.scopes(&token.scopes, now)?;
    if token.used_at.is_none() {
        check_idle(&token, now)?;
    }
    let asked = requested_scopes(request.scope.as_deref(), &token.scopes)?; // RFC 6749 §6, never wider
    let scopes = asked.within(&left);
    if scopes.is_empty() {
        return Err(Error::invalid_scope("None of the requested scopes is available any more."));
    }
    let basis = Basis { authorization_id: authorization.id.clone(), ends_at: standing.grant_expires_at };
    let part = Some(asked).filter(|asked| *asked != token.scopes);
    let refresh = Refresh { client, presented, authorization, basis, part, scopes, now };
    match token.used_at {
        None => rotate(app, refresh, &token).await,
        Some(used_at) => repeat(app, refresh, &token, used_at).await,
    }
}

fn check_idle(token: &RefreshToken, now: Timestamp) -> Result<(), Error> {
    match token.expires_at {
        Some(end) if end <= now => Err(Error::invalid_grant(UNKNOWN).because("idle for too long")),
        _ => Ok(()),
    }
}

async fn find(app: &App, digest: &Digest) -> Result<Found<RefreshToken>, Error> {
    let mut conn = app.db.read().await?;
    let found = store::refresh_tokens::find(&mut conn, digest).await?;
    found.ok_or(Error::invalid_grant(UNKNOWN))
}

/// The first presentation: one caller wins, and whoever comes at the same moment gets the winner's pair.
async fn rotate(app: &App, refresh: Refresh<'_>, token: &RefreshToken) -> Result<TokenResponse, Error> {
    let key_id = app.keys.successor_key();
    let Successors { refresh: next, access } = successors(app, &key_id, &refresh)?;
    let Refresh { client, basis, scopes, now, .. } = &refresh;
    let access = issue::access_token(client, basis, scopes.clone(), access, *now);
    let successor = issue::refresh_token(client, basis, token.scopes.clone(), next, *now);

    let mut tx = app.db.single().await?;
    let won = store::refresh_tokens::rotate(&mut tx, token, &key_id, &successor.token, &access.token).await?;
    tx.commit().await?;
    if won {
        return Ok(issue::response(access, Some(successor), basis.ends_at, *now));
    }
    let Found { token, standing, .. } = find(app, &token.digest).await?;
    standing.scopes(&token.scopes, *now)?;
    match token.used_at {
        Some(used_at) => repeat(app, refresh, &token, used_at).await,
        None => Err(Error::invalid_grant(UNKNOWN).because("expired while it was rotated")),
    }
}

/// A later presentation of a token that was rotated at `used_at`. Its own idle end says nothing any more: whether the
/// connection is idle is for its successor to say.
async fn repeat(
    app: &App,
    refresh: Refresh<'_>,
    token: &RefreshToken,
    used_at: Timestamp,
) -> Result<TokenResponse, Error> {
    let key_id = token.successor_key.as_deref().unwrap_or_default();
    let derived = successors(app, key_id, &refresh)?;
    let Refresh { client, authorization, basis, scopes, now, .. } = refresh;
    let mut conn = app.db.read().await?;
    let successor = store::refresh_tokens::find(&mut conn, &derived.refresh.digest()).await?;
    let access = store::access_tokens::find(&mut conn, &derived.access.digest()).await?;
    drop(conn);

    let Some(Found { token: successor, .. }) = successor else {
        return Err(Error::invalid_grant(UNKNOWN).because("its successor is gone"));
    };
    let access = access.map(|found| found.token);
    // A time of use that lies ahead was written while the clock was wrong: no window is open for years.
    let window = client.refresh_window.duration();
    let inside_window = now < used_at + window && used_at <= now + window;
    if !inside_window && (successor.used_at.is_some() || successor.delivered_at.is_some()) {
        revoke::replayed(app, &authorization).await?;
        return Err(Error::invalid_grant(
            "The refresh token was rotated and its successor used since, so all tokens of this connection are revoked.",
        ));
    }
    if successor.used_at.is_none() {
        check_idle(&successor, now)?;
    }
    let derived_before = access.is_some();
    let access = match access.and_then(|token| still_good(token, &scopes, now)) {
        Some(token) => Minted { secret: derived.access, token },
        // Asked for with these scopes for the first time, or its own time is over.
        None => {
            let secret = match inside_window && !derived_before {
                true => derived.access,
                false => Secret::generate(TokenKind::Access.prefix()),
            };
            let fresh = issue::access_token(client, &basis, scopes, secret, now);
            keep_beside(app, &successor, fresh).await?
        }
    };
    let successor = Minted { secret: derived.refresh, token: successor };
    Ok(issue::response(access, Some(successor), basis.ends_at, now))
}

/// Only the key's holder can say what follows a token. While keys are rotated that may be another node, so this is
/// "try again" and never the end of a connection.
fn successors(app: &App, key_id: &str, refresh: &Refresh<'_>) -> Result<Successors, Error> {
    app.keys.successors(key_id, refresh.presented, refresh.part.as_ref()).ok_or_else(|| {
        Error::new(Code::TemporarilyUnavailable, "This server cannot repeat the answer just now. Try again.")
            .because(format!(
                "the successor was derived with the master key {key_id}, which is not held here"
            ))
    })
}

/// The access token as it counts today, while it is worth giving out again.
fn still_good(token: AccessToken, scopes: &Scopes, now: Timestamp) -> Option<AccessToken> {
    let scopes = token.scopes.within(scopes);
    let live = token.revoked_at.is_none() && token.expires_at.is_none_or(|end| now < end);
    (live && !scopes.is_empty()).then_some(AccessToken { scopes, ..token })
}

/// Another access token beside a refresh token that was not used. Nodes that derive the same one at the same moment
/// keep one.
async fn keep_beside(
    app: &App,
    successor: &RefreshToken,
    mut access: Minted<AccessToken>,
) -> Result<Minted<AccessToken>, Error> {
    access.token.refresh_digest = Some(successor.digest.clone());
    let mut tx = app.db.single().await?;
    store::access_tokens::insert(&mut tx, &access.token).await?;
    tx.commit().await?;
    Ok(access)
}
