//! People and their passwords.

use constcat::concat;

use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::user::User;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;

const COLUMNS: &str = "id, email, name, operator, disabled_at, created_at";

row!(User { id, email, name, operator, disabled_at, created_at });

/// A person with the hash of their password, for sign-in only.
pub struct WithPassword {
    pub user: User,
    pub password: String,
}

impl<'r, R> sqlx::FromRow<'r, R> for WithPassword
where
    R: sqlx::Row,
    User: sqlx::FromRow<'r, R>,
    for<'c> &'c str: sqlx::ColumnIndex<R>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self { user: User::from_row(row)?, password: row.try_get("password")? })
    }
}

/// A duplicate e-mail address is a unique violation.
pub async fn insert(conn: &mut Conn, user: &User, password: &str) -> Result<()> {
    run!(
        conn,
        "INSERT INTO users (id, email, name, password, operator, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &user.id,
        &user.email,
        &user.name,
        password,
        user.operator,
        user.created_at,
    )?;
    Ok(())
}

pub async fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<WithPassword>> {
    opt!(conn, WithPassword, concat!("SELECT ", COLUMNS, ", password FROM users WHERE email = $1"), email,)
}

pub async fn find(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    opt!(conn, User, concat!("SELECT ", COLUMNS, " FROM users WHERE id = $1"), id)
}

/// Whether there is anybody yet.
pub async fn any(conn: &mut Conn) -> Result<bool> {
    let (count,) = one!(conn, (i64,), "SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS first")?;
    Ok(count > 0)
}
