//! The join behind [`Standing`]: what a code or token rests on, read together with it.

use crate::model::standing::Standing;
use crate::model::token::Authorization;
use crate::store::db::row;

/// Columns of [`Authorization`] and [`Standing`].
pub(crate) const COLUMNS: &str = "a.id AS authorization_id, a.client_id, a.organization_id, a.user_id, a.grant_id, \
     a.scopes AS authorized_scopes, a.created_at AS authorized_at, a.revoked_at AS authorization_revoked_at, \
     m.role, u.disabled_at AS user_disabled_at, u.operator AS user_operator, c.scopes AS client_scopes, \
     COALESCE(c.stopped_at, c.disabled_at) AS client_disabled_at, g.scopes AS grant_scopes, \
     g.revoked_at AS grant_revoked_at, g.expires_at AS grant_expires_at";

/// Joins for [`COLUMNS`]; `t` is the table of the code or token. What rests on nothing is not found.
pub(crate) const JOINS: &str = "JOIN authorizations a ON a.id = t.authorization_id \
     LEFT JOIN clients c ON c.id = a.client_id \
     LEFT JOIN users u ON u.id = a.user_id \
     LEFT JOIN memberships m ON m.user_id = a.user_id AND m.organization_id = a.organization_id \
     LEFT JOIN grants g ON g.id = a.grant_id";

row!(Standing {
    user_id,
    role,
    user_disabled_at,
    user_operator,
    client_scopes,
    client_disabled_at,
    grant_scopes,
    grant_revoked_at,
    grant_expires_at,
    authorization_revoked_at,
});

/// A code or token together with all that it rests on.
#[derive(Clone, Debug)]
pub struct Found<T> {
    pub token: T,
    pub authorization: Authorization,
    pub standing: Standing,
}

impl<'r, R, T> sqlx::FromRow<'r, R> for Found<T>
where
    R: sqlx::Row,
    T: sqlx::FromRow<'r, R>,
    Authorization: sqlx::FromRow<'r, R>,
    Standing: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            token: T::from_row(row)?,
            authorization: Authorization::from_row(row)?,
            standing: Standing::from_row(row)?,
        })
    }
}
