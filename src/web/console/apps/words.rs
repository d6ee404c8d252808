//! The rules of an app in words.

use crate::base::clock::Timestamp;
use crate::model::client::Client;
use crate::model::client::ClientKind;
use crate::model::client::Distribution;
use crate::model::client::GrantType;
use crate::model::client::Pkce;
use crate::model::lifetime::Seconds;
use crate::store::grants::MOST_COUNTED;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Tone;
use crate::web::words;

pub fn kind(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Confidential => "Confidential",
        ClientKind::Public => "Public",
    }
}

pub fn distribution(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Private => "This organization",
        Distribution::Public => "Everyone",
    }
}

fn grant_type(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::AuthorizationCode => "Authorization code",
        GrantType::RefreshToken => "Refresh token",
        GrantType::ClientCredentials => "Client credentials",
    }
}

fn pkce(pkce: Pkce) -> &'static str {
    match pkce {
        Pkce::Required => "Required",
        Pkce::Optional => "Optional",
    }
}

fn lifetime(lifetime: Option<Seconds>) -> String {
    lifetime.map_or_else(|| "Until it is revoked".to_owned(), words::lifetime)
}

/// What holds for the app.
pub fn policy(client: &Client, now: Timestamp) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let ways = client.grant_types.iter().map(grant_type).collect::<Vec<_>>().join(", ");
    let mut facts = vec![
        fact("Type", kind(client.kind).to_owned()),
        fact("Ways to get a token", ways),
        fact("PKCE", pkce(client.pkce).to_owned()),
        fact("An access token lives", lifetime(client.access_lifetime)),
    ];
    if client.may_use(GrantType::RefreshToken) {
        facts.push(fact("A connection ends when unused for", lifetime(client.refresh_lifetime)));
    }
    facts.push(fact("Who may allow it", distribution(client.distribution).to_owned()));
    if client.resource_server {
        facts.push(fact("Resource server", "May look at the tokens of every app".to_owned()));
    }
    facts.push(fact("Registered", words::ago(client.created_at, now)));
    facts
}

/// Why the app is out of service. `by` is the name of whoever disabled it.
pub fn rests(client: &Client, by: Option<String>, now: Timestamp) -> Vec<Notice> {
    let stopped = client.stopped_at.map(|then| {
        let reason = client.stop_reason.as_deref().unwrap_or_default();
        let text = format!(
            "An operator of this server stopped this app {}. The reason: \u{201c}{reason}\u{201d} Its tokens rest and \
             nobody can allow it. Nothing is lost, and only an operator can let it go on.",
            words::ago(then, now)
        );
        Notice { kind: Tone::Bad, text }
    });
    let disabled = client.disabled_at.map(|then| {
        let role = client.disabled_role.map(|role| format!(" ({role})")).unwrap_or_default();
        let text = format!(
            "{}{role} disabled this app {}. Its tokens rest, and nobody can allow it. Nothing is lost.",
            by.as_deref().unwrap_or("Somebody"),
            words::ago(then, now)
        );
        Notice { kind: Tone::Warn, text }
    });
    stopped.into_iter().chain(disabled).collect()
}

/// What is unsafe or unfinished about the app, and what to do.
pub fn advice(client: &Client) -> Vec<String> {
    let mut advice = Vec::new();
    let mut say = |when: bool, text: &str| {
        if when {
            advice.push(text.to_owned());
        }
    };
    say(
        client.scopes.is_empty(),
        "It may not ask for anything yet. Edit the app and choose at least one permission.",
    );
    say(
        client.pkce == Pkce::Optional,
        "PKCE is optional. Require it as soon as the app can send a challenge: a stolen code is then worthless.",
    );
    say(
        client.access_lifetime.is_none(),
        "Its access tokens never end by themselves. Choose a lifetime if the other side can refresh.",
    );
    advice
}

/// What deleting the app breaks, and for whom.
pub fn breaks(grants: i64, secrets: usize) -> Vec<String> {
    let mut breaks = vec![match grants {
        0 => "Nobody has connected it, so nobody loses a connection.".to_owned(),
        1 => "One person’s connection ends, and its tokens stop working at once.".to_owned(),
        MOST_COUNTED.. => {
            format!(
                "The connections of {MOST_COUNTED} people or more end, and their tokens stop working at once."
            )
        }
        count => format!("The connections of {count} people end, and their tokens stop working at once."),
    }];
    match secrets {
        0 => {}
        1 => breaks.push("Its secret stops working.".to_owned()),
        count => breaks.push(format!("Its {count} secrets stop working.")),
    }
    breaks.push("Its client ID is never given out again.".to_owned());
    breaks
}
