//! The join behind [`Standing`]: what a code or token rests on, read together with it.

use crate::model::standing::Standing;
use crate::store::db::row;

/// Columns of [`Standing`]; `t` is the table of the code or token.
pub(crate) const COLUMNS: &str = "m.role, u.disabled_at AS user_disabled_at, c.id IS NOT NULL AS client_known, \
     c.disabled_at AS client_disabled_at, \
     COALESCE(g.revoked_at, CASE WHEN t.grant_id IS NOT NULL AND g.id IS NULL THEN 0 END) AS grant_revoked_at, \
     g.expires_at AS grant_expires_at, \
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

row!(Standing {
    user_id,
    role,
    user_disabled_at,
    client_known,
    client_disabled_at,
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
