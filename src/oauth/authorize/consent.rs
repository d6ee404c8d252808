//! From a checked request to a person's decision, and from the decision to the answer.

use std::time::Duration;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::client::Distribution;
use crate::model::grant::Grant;
use crate::model::grant::Place;
use crate::model::id::AuthorizationId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::lifetime::Seconds;
use crate::model::role::Rights;
use crate::model::scope::Scopes;
use crate::model::session::Session;
use crate::model::token::Authorization;
use crate::model::token::AuthorizationCode;
use crate::model::token::Consent;
use crate::oauth::Error;
use crate::oauth::authorize::Answer;
use crate::oauth::authorize::Checked;
use crate::oauth::error::Code;
use crate::store;
use crate::store::audit::Event;

/// What the browser must do next.
#[derive(Debug)]
pub enum Next {
    /// Sign in, then come back with the same request.
    SignIn,
    /// Ask the person.
    Consent(Box<ConsentRequest>),
    /// Go to the app.
    Answer(Answer),
}

/// What the consent page shows.
#[derive(Debug)]
pub struct ConsentRequest {
    /// Organizations the person may grant in, the one the console shows first.
    pub organizations: Vec<OrganizationChoice>,
    /// The app was allowed something before it got an address that it may return to.
    pub moved: bool,
}

/// One organization that can be granted.
#[derive(Clone, Debug)]
pub struct OrganizationChoice {
    pub id: OrganizationId,
    pub name: String,
    /// Of the scopes asked for, those that the person holds here.
    pub offered: Scopes,
    /// What was allowed before, whether or not it is asked for now.
    pub granted: Scopes,
    grant: Option<Grant>,
}

impl OrganizationChoice {
    /// The grant that answers the request without asking: it covers all that is asked, and was given when the app
    /// had no other addresses to return to than today.
    fn remembered(&self, client: &Client) -> Option<&Grant> {
        self.grant.as_ref().filter(|grant| grant.scopes.allow_all(&self.offered) && grant.knows_where(client))
    }
}

/// What a person decided.
#[derive(Debug)]
pub struct Decision {
    pub organization_id: OrganizationId,
    /// The scopes they left ticked.
    pub scopes: Scopes,
    /// How long it lasts; `None`: until revoked.
    pub lasts: Option<Seconds>,
}

/// Decides between signing in, asking and answering at once.
pub async fn next(app: &App, checked: &Checked, session: Option<&Session>) -> Result<Next, Error> {
    let prompt = checked.prompt();
    let refuse = |code, description: &'static str| {
        Ok(Next::Answer(Answer::error(checked, &Error::new(code, description), app.config.issuer.as_str())))
    };
    let now = app.now();
    let fresh_enough = |session: &&Session| {
        checked
            .max_age()
            .is_none_or(|age| now < session.authenticated_at + Duration::from_secs(age.unsigned_abs()))
    };
    let Some(session) = session.filter(|_| !prompt.login).filter(fresh_enough) else {
        if prompt.none {
            return refuse(Code::LoginRequired, "The person must sign in, but prompt=none forbids to ask.");
        }
        return Ok(Next::SignIn);
    };
    let choices = choices(checked, session);
    if choices.is_empty() {
        return refuse(
            Code::AccessDenied,
            "The person cannot grant this: the app is for members of its own organization, or none of the scopes is theirs.",
        );
    }
    let current = choices.iter().find(|choice| choice.id == session.organization_id);
    let remembered = current.filter(|_| checked.client().is_confidential() && !prompt.consent);
    let remembered = remembered.and_then(|choice| Some((choice, choice.remembered(checked.client())?)));
    if let Some((choice, grant)) = remembered {
        return Ok(Next::Answer(answer_again(app, checked, choice, grant, now).await?));
    }
    if prompt.none {
        return refuse(Code::ConsentRequired, "The person must be asked, but prompt=none forbids it.");
    }
    let moved = choices.iter().filter_map(|choice| choice.grant.as_ref());
    let moved = moved.into_iter().any(|grant| !grant.knows_where(checked.client()));
    Ok(Next::Consent(Box::new(ConsentRequest { organizations: choices, moved })))
}

/// Writes what was allowed and mints the code. What the person may not grant here is left out, whatever the form
/// says.
pub async fn approve(
    app: &App,
    checked: &Checked,
    session: &Session,
    decision: Decision,
) -> Result<Answer, Error> {
    let now = app.now();
    let choices = choices(checked, session);
    let choice =
        choices.into_iter().find(|choice| choice.id == decision.organization_id).ok_or_else(|| {
            Error::new(
                Code::AccessDenied,
                "The person cannot grant this app access to the chosen organization.",
            )
        })?;
    // What is ticked is what is given, in this organization; writing includes reading.
    let ticked: Scopes =
        decision.scopes.iter().filter(|scope| choice.offered.contains(scope)).cloned().collect();
    let allowed = choice.offered.within(&ticked);
    if allowed.is_empty() {
        return Ok(deny(app, checked));
    }
    let mut tx = app.db.begin().await?;
    store::grants::retire_expired(&mut tx, &session.user_id, &checked.client().id, now).await?;
    let wanted = Grant {
        id: GrantId::generate(now),
        user_id: session.user_id.clone(),
        organization_id: choice.id,
        client_id: checked.client().id.clone(),
        scopes: allowed.clone(),
        created_at: now,
        consented_at: now,
        expires_at: decision.lasts.map(|lasts| now + lasts.duration()),
    };
    let before = store::grants::hold(&mut tx, &wanted).await?;
    let mut grant = Grant { consented_at: now, expires_at: wanted.expires_at, ..before.clone() };
    grant.decide(&choice.offered, &allowed);
    store::grants::update(&mut tx, &grant).await?;
    let gives_all = grant.scopes.allow_all(&before.scopes);
    let event = Event {
        organization_id: &grant.organization_id,
        actor: session.user_id.as_str(),
        action: if gives_all { Action::GrantGive } else { Action::GrantNarrow },
        object: grant.id.as_str(),
        detail: &grant.scopes.to_string(),
    };
    store::audit::append(&mut tx, &event, now).await?;
    let (code, authorization, kept) = mint(app, checked, &grant, allowed, now);
    store::authorization_codes::insert(&mut tx, &authorization, &kept).await?;
    tx.commit().await?;
    if (&grant.scopes, grant.expires_at) != (&before.scopes, before.expires_at) {
        app.standing_changed(); // What tokens of the connection may do, from this moment on.
    }
    Ok(Answer::code(checked, &code, app.config.issuer.as_str()))
}

/// The person said no.
pub fn deny(app: &App, checked: &Checked) -> Answer {
    let error = Error::new(Code::AccessDenied, "The person did not allow it.");
    Answer::error(checked, &error, app.config.issuer.as_str())
}

/// The organizations in which the person could allow this request, the one that the console shows first.
fn choices(checked: &Checked, session: &Session) -> Vec<OrganizationChoice> {
    let client = checked.client();
    let mut places = session.places.clone();
    places.sort_by_key(|place| place.membership.organization_id != session.organization_id);
    let open = |Place { membership, .. }: &Place| {
        client.distribution == Distribution::Public || membership.organization_id == client.organization_id
    };
    let choice = |Place { membership, grant }| OrganizationChoice {
        id: membership.organization_id,
        name: membership.organization_name,
        offered: Rights { role: membership.role, operator: session.operator }.of(checked.scopes()),
        granted: grant.as_ref().map(|grant: &Grant| grant.scopes.clone()).unwrap_or_default(),
        grant,
    };
    places.into_iter().filter(open).map(choice).filter(|choice| !choice.offered.is_empty()).collect()
}

/// The person allowed all of this before.
async fn answer_again(
    app: &App,
    checked: &Checked,
    choice: &OrganizationChoice,
    grant: &Grant,
    now: Timestamp,
) -> Result<Answer, Error> {
    let (code, authorization, kept) = mint(app, checked, grant, choice.offered.clone(), now);
    let mut tx = app.db.single().await?;
    store::authorization_codes::insert(&mut tx, &authorization, &kept).await?;
    tx.commit().await?;
    Ok(Answer::code(checked, &code, app.config.issuer.as_str()))
}

fn mint(
    app: &App,
    checked: &Checked,
    grant: &Grant,
    scopes: Scopes,
    now: Timestamp,
) -> (Secret, Authorization, AuthorizationCode) {
    let code = Secret::generate_plain();
    let authorization = Authorization {
        id: AuthorizationId::generate(now),
        client_id: grant.client_id.clone(),
        organization_id: grant.organization_id.clone(),
        consent: Some(Consent { user_id: grant.user_id.clone(), grant_id: grant.id.clone() }),
        scopes,
        created_at: now,
    };
    let kept = AuthorizationCode {
        digest: code.digest(),
        authorization_id: authorization.id.clone(),
        redirect_uri: checked.redirect_uri().to_owned(),
        redirect_uri_named: checked.request().redirect_uri.is_some(),
        code_challenge: checked.request().code_challenge.clone(),
        expires_at: now + app.config.code_lifetime,
        used_at: None,
    };
    (code, authorization, kept)
}
