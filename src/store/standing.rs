//! The join behind [`Standing`]: what a code or token rests on, read together with it.

use std::time::Duration;

use crate::model::standing::Standing;
use crate::store::db::row;

/// Columns of [`Standing`]; `t` is the table of the code or token.
pub(crate) const COLUMNS: &str = "m.role, u.disabled_at AS user_disabled_at, u.operator AS user_operator, c.scopes AS client_scopes, \
     COALESCE(c.stopped_at, c.disabled_at) AS client_disabled_at, g.scopes AS grant_scopes, g.revoked_at AS grant_revoked_at, g.expires_at AS grant_expires_at, \
     f.revoked_at AS family_revoked_at";

/// Joins for [`COLUMNS`].
pub(crate) const JOINS: &str = "LEFT JOIN clients c ON c.id = t.client_id \
     LEFT JOIN users u ON u.id = t.user_id \
     LEFT JOIN memberships m ON m.user_id = t.user_id AND m.organization_id = t.organization_id \
     LEFT JOIN grants g ON g.id = t.grant_id \
     LEFT JOIN revoked_families f ON f.id = t.family_id";

/// For the sweep: the client or the grant of the token `t` is gone, and neither comes back.
pub(crate) const GONE: &str = "(NOT EXISTS (SELECT 1 FROM clients c WHERE c.id = t.client_id) \
     OR t.grant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.id = t.grant_id))";

/// What a used code or a spent refresh token `t` rests on, for [`ENDED`].
pub(crate) const ROOTS: &str = "LEFT JOIN clients c ON c.id = t.client_id \
     LEFT JOIN grants g ON g.id = t.grant_id LEFT JOIN revoked_families f ON f.id = t.family_id";

/// The authorization of `t` was ended before `$1`.
pub(crate) const ENDED: &str = "c.id IS NULL OR g.id IS NULL OR g.revoked_at < $1 OR g.expires_at < $1 \
     OR f.revoked_at < $1";

/// No access token without an end is left of the authorization of `t`.
pub(crate) const NO_ENDLESS_ACCESS: &str = "NOT EXISTS (SELECT 1 FROM access_tokens a \
     WHERE a.family_id = t.family_id AND a.expires_at IS NULL AND a.revoked_at IS NULL)";

/// Time from one look at whether an authorization still lives to the next.
pub(crate) const AGAIN: Duration = Duration::from_secs(24 * 60 * 60);

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
    family_revoked_at,
});

/// A code or token together with its standing.
#[derive(Clone, Debug)]
pub struct Found<T> {
    pub token: T,
    pub standing: Standing,
}

impl<'r, R, T> sqlx::FromRow<'r, R> for Found<T>
where
    R: sqlx::Row,
    T: sqlx::FromRow<'r, R>,
    Standing: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self { token: T::from_row(row)?, standing: Standing::from_row(row)? })
    }
}
