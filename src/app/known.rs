//! What a look-up on the hot path yields, whole.

use crate::model::client::Client;
use crate::model::client::ClientSecret;
use crate::model::private_app::PrivateAppAccess;
use crate::model::token::AccessToken;
use crate::store::standing::Found;

/// A client and the secrets it may authenticate with.
#[derive(Clone, Debug)]
pub struct KnownClient {
    pub client: Client,
    pub secrets: Vec<ClientSecret>,
}

/// A bearer token that exists, whether or not it still counts.
#[derive(Clone, Debug)]
pub enum KnownToken {
    Access(Box<Found<AccessToken>>),
    PrivateApp(Box<PrivateAppAccess>),
}
