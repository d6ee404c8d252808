//! Which requests may be answered to the app at all: trust in a redirect URI is a type, not a flag.

use std::sync::Arc;

use crate::app::App;
use crate::app::KnownClient;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::model::client::Pkce;
use crate::model::id::ClientId;
use crate::model::scope::Scopes;
use crate::model::shape;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;
use crate::oauth::Error;
use crate::oauth::authorize::Answer;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::authorize::Mode;
use crate::oauth::error::Code;

/// What an app gets back unchanged. It travels in addresses and tickets, so its bytes count.
pub enum State {}

/// The text is no state.
#[derive(Debug, thiserror::Error)]
#[error("The state is longer than {} bytes.", State::SHAPE.most)]
pub struct NotAState;

impl Shaped for State {
    const SHAPE: Shape = Shape::up_to(2048, shape::ONE_LINE);
    type Refusal = NotAState;

    fn check(text: &str) -> Result<(), NotAState> {
        if text.len() <= Self::SHAPE.most { Ok(()) } else { Err(NotAState) }
    }
}

/// The base64url SHA-256 of a verifier (RFC 7636 §4.2).
pub enum CodeChallenge {}

/// The text is no code challenge.
#[derive(Debug, thiserror::Error)]
#[error("The code_challenge is not {} base64url characters (a SHA-256).", CodeChallenge::SHAPE.most)]
pub struct NotACodeChallenge;

impl Shaped for CodeChallenge {
    const SHAPE: Shape = Shape { least: 43, ..Shape::up_to(43, "^[0-9A-Za-z_-]+$") };
    type Refusal = NotACodeChallenge;

    fn check(text: &str) -> Result<(), NotACodeChallenge> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = Self::SHAPE.fits(text) && text.bytes().all(allowed);
        if fits { Ok(()) } else { Err(NotACodeChallenge) }
    }
}

/// A request whose client is known, whose redirect URI is registered and whose parameters make sense. Only
/// [`check`] makes one.
#[derive(Clone, Debug)]
pub struct Checked {
    request: AuthorizationRequest,
    known: Arc<KnownClient>,
    redirect_uri: String,
    mode: Mode,
    scopes: Scopes,
    prompt: Prompt,
    max_age: Option<i64>,
}

/// What the request wants asked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Ask nothing: answer or fail.
    pub none: bool,
    /// Have the person prove who they are, or choose another account.
    pub login: bool,
    /// Ask for consent even when it is remembered.
    pub consent: bool,
}

/// The text is no prompt.
#[derive(Debug, thiserror::Error)]
pub enum NotAPrompt {
    #[error("The prompt holds a word other than none, login, consent, select_account and create.")]
    Word,
    #[error("The prompt none stands with other words.")]
    None,
    #[error("The prompt is longer than {} characters.", Prompt::SHAPE.most)]
    TooLong,
}

macro_rules! questions {
    () => {
        "(login|consent|select_account|create)"
    };
}

impl Shaped for Prompt {
    const SHAPE: Shape =
        Shape::up_to(shape::VALUE, concat!("^ *(none *|", questions!(), "( +", questions!(), ")* *)?$"));
    type Refusal = NotAPrompt;

    fn check(text: &str) -> Result<(), NotAPrompt> {
        Self::parse(text).map(drop)
    }
}

impl Prompt {
    fn parse(text: &str) -> Result<Self, NotAPrompt> {
        if !Self::SHAPE.fits(text) {
            return Err(NotAPrompt::TooLong);
        }
        let mut prompt = Self::default();
        let mut count = 0;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            count += 1;
            match word {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                "create" => {}
                _ => return Err(NotAPrompt::Word),
            }
        }
        if prompt.none && count > 1 { Err(NotAPrompt::None) } else { Ok(prompt) }
    }
}

/// Why a request is not gone on with.
#[derive(Debug)]
pub enum Refusal {
    /// The client or the redirect URI is not trusted: our own page, and never a redirect (RFC 6749 §4.1.2.1).
    Show(Error),
    /// The app is told.
    Return(Answer),
}

impl Checked {
    pub fn client(&self) -> &Client {
        &self.known.client
    }

    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// What is left of the request once the person has signed in: all but what has been obeyed then.
    pub fn after_sign_in(&self) -> AuthorizationRequest {
        AuthorizationRequest {
            prompt: self.prompt.consent.then(|| "consent".to_owned()),
            max_age: None,
            login_hint: None,
            ..self.request.clone()
        }
    }

    /// The redirect URI as requested, or the only registered one.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The state to give back. One that is too long to be given back whole is not given back at all.
    pub fn state(&self) -> Option<&str> {
        self.request.state.as_deref().filter(|state| State::check(state).is_ok())
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The scopes asked for, all within what the app is registered for.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    pub(super) fn prompt(&self) -> Prompt {
        self.prompt
    }

    pub(super) fn max_age(&self) -> Option<i64> {
        self.max_age
    }
}

/// The checklist, in the order of RFC 6749 §4.1.2.1: first whom to trust, then what they ask.
pub async fn check(app: &App, request: AuthorizationRequest) -> Result<Checked, Refusal> {
    let known = client(app, &request).await.map_err(Refusal::Show)?;
    let redirect_uri = redirect_uri(&known.client, &request).map_err(Refusal::Show)?;
    let mut checked = Checked {
        request,
        known,
        redirect_uri,
        mode: Mode::Query,
        scopes: Scopes::default(),
        prompt: Prompt::default(),
        max_age: None,
    };
    match fill(app, &mut checked).await {
        Ok(()) => Ok(checked),
        Err(error) => Err(Refusal::Return(Answer::error(&checked, &error, app.config.issuer.as_str()))),
    }
}

async fn client(app: &App, request: &AuthorizationRequest) -> Result<Arc<KnownClient>, Error> {
    let unknown = || {
        Error::new(Code::InvalidClient, "The app that sent you here is not registered (unknown client_id).")
    };
    let id = request.client_id.as_deref().ok_or(Error::missing("client_id"))?;
    let id = ClientId::parse(id).map_err(|_| unknown())?;
    let known = app.client(&id).await?.ok_or_else(unknown)?;
    if !known.client.is_in_service() {
        return Err(Error::new(Code::UnauthorizedClient, "The app that sent you here is out of service."));
    }
    Ok(known)
}

fn redirect_uri(client: &Client, request: &AuthorizationRequest) -> Result<String, Error> {
    match request.redirect_uri.as_deref() {
        Some(requested) if client.returns_to(requested) => Ok(requested.to_owned()),
        Some(_) => Err(Error::invalid_request(
            "The redirect_uri is not registered for this app. It must equal a registered one in every character.",
        )),
        None => match client.redirect_uris.only() {
            Some(only) => Ok(only.as_str().to_owned()),
            None => Err(Error::missing("redirect_uri")),
        },
    }
}

/// Everything whose error may go back to the app.
async fn fill(app: &App, checked: &mut Checked) -> Result<(), Error> {
    let (request, client) = (&checked.request, &checked.known.client);
    checked.mode = match request.response_mode.as_deref() {
        None | Some("query") => Mode::Query,
        Some("form_post") => Mode::FormPost,
        Some(_) => return Err(Error::invalid_request("The response_mode is neither query nor form_post.")),
    };
    if let Some(Err(error)) = request.state.as_deref().map(State::check) {
        return Err(Error::invalid_request(error.to_string()));
    }
    if request.request.is_some() {
        return Err(Error::new(
            Code::RequestNotSupported,
            "Request objects are not read; send the parameters.",
        ));
    }
    if request.request_uri.is_some() {
        return Err(Error::new(Code::RequestUriNotSupported, "No request_uri is read; send the parameters."));
    }
    match request.response_type.as_deref() {
        Some("code") => {}
        None => return Err(Error::missing("response_type")),
        Some(_) => return Err(Error::new(Code::UnsupportedResponseType, "The only response_type is code.")),
    }
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(Error::new(
            Code::UnauthorizedClient,
            "The app is not registered for authorization codes.",
        ));
    }
    check_pkce(client, request)?;
    let prompt = Prompt::parse(request.prompt.as_deref().unwrap_or_default());
    checked.prompt = prompt.map_err(|error| Error::invalid_request(error.to_string()))?;
    checked.max_age = match request.max_age.as_deref() {
        None => None,
        Some(text) => match text.parse::<i64>() {
            Ok(seconds) if seconds >= 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Some(seconds),
            _ => return Err(Error::invalid_request("The max_age is not a number of seconds.")),
        },
    };
    checked.scopes = scopes(app, client, request).await?;
    Ok(())
}

/// RFC 7636 §4.3 and §4.4.1; S256 only (RFC 9700 §2.1.1).
fn check_pkce(client: &Client, request: &AuthorizationRequest) -> Result<(), Error> {
    match (request.code_challenge.as_deref(), request.code_challenge_method.as_deref()) {
        (Some(challenge), Some("S256")) => {
            CodeChallenge::check(challenge).map_err(|error| Error::invalid_request(error.to_string()))
        }
        (Some(_), _) => Err(Error::invalid_request("The code_challenge_method must be S256.")),
        (None, Some(_)) => {
            Err(Error::invalid_request("There is a code_challenge_method without a code_challenge."))
        }
        (None, None) if client.is_confidential() && client.pkce == Pkce::Optional => Ok(()),
        (None, None) => Err(Error::invalid_request(
            "The code_challenge is missing: this app must use PKCE with S256 (RFC 7636).",
        )),
    }
}

/// `offline_access` is accepted and means nothing: whether there are refresh tokens is the app's setting.
async fn scopes(app: &App, client: &Client, request: &AuthorizationRequest) -> Result<Scopes, Error> {
    let text = request.scope.as_deref().unwrap_or_default();
    let requested = Scopes::parse(text).map_err(|error| {
        Error::invalid_scope("The scope parameter is malformed or too long.").because(error)
    })?;
    let requested: Scopes =
        requested.iter().filter(|scope| scope.as_str() != "offline_access").cloned().collect();
    let requested = if requested.is_empty() { client.scopes.clone() } else { requested };
    if !client.scopes.allow_all(&requested) {
        return Err(Error::invalid_scope("The scope asks for more than the app is registered for."));
    }
    let modules = app.modules().await?;
    let known: Scopes = requested.iter().filter(|scope| modules.of(scope).is_some()).cloned().collect();
    if known.is_empty() {
        return Err(Error::invalid_scope("The app is registered for no scope that exists."));
    }
    Ok(known)
}
