//! How our types stand in columns: words and identifiers as TEXT, times and spans as BIGINT.

use sqlx::Database;
use sqlx::Decode;
use sqlx::Encode;
use sqlx::Type;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::client::ClientKind;
use crate::model::client::Distribution;
use crate::model::client::GrantTypes;
use crate::model::client::Pkce;
use crate::model::client::State;
use crate::model::email::Email;
use crate::model::id::AuthorizationId;
use crate::model::id::ClientId;
use crate::model::id::ClientSecretId;
use crate::model::id::GrantId;
use crate::model::id::InvitationId;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::PrivateAppTokenId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::private_app::Networks;
use crate::model::redirect_uri::RedirectUris;
use crate::model::role::Role;
use crate::model::scope::Scopes;
use crate::model::version::Edits;

macro_rules! column {
    ($stored:ty: $($name:ty => $to:expr, $from:expr;)+) => {$(
        impl<D: Database> Type<D> for $name
        where
            $stored: Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <$stored as Type<D>>::type_info()
            }

            fn compatible(info: &D::TypeInfo) -> bool {
                <$stored as Type<D>>::compatible(info)
            }
        }

        impl<'q, D: Database> Encode<'q, D> for $name
        where
            $stored: Encode<'q, D>,
        {
            fn encode_by_ref(&self, buffer: &mut D::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let to: fn(&$name) -> $stored = $to;
                to(self).encode(buffer)
            }
        }

        impl<'r, D: Database> Decode<'r, D> for $name
        where
            $stored: Decode<'r, D>,
        {
            fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let from: fn($stored) -> Result<$name, BoxDynError> = $from;
                from(<$stored as Decode<'r, D>>::decode(value)?)
            }
        }
    )+};
}

macro_rules! text {
    ($($name:ty,)+) => {
        column! { String: $($name => |value| value.to_string(), |text| Ok(<$name>::try_from(text)?);)+ }
    };
}

text! {
    AuthorizationId,
    ClientId,
    ClientSecretId,
    ClientKind,
    Distribution,
    Edits,
    Email,
    GrantId,
    GrantTypes,
    InvitationId,
    LogoId,
    Networks,
    OrganizationId,
    Pkce,
    PrivateAppId,
    PrivateAppTokenId,
    RedirectUris,
    Role,
    Scopes,
    State,
    UserId,
}

column! {
    String:
    Digest => |digest| digest.as_str().to_owned(), |text| Ok(Digest::from(text));
}

column! {
    i64:
    Timestamp => |moment| moment.millis(), |millis| Ok(Timestamp::from_millis(millis));
    Seconds => |span| span.get(), |seconds| Ok(Seconds::new(seconds));
}
