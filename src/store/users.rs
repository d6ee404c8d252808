//! People and their passwords.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::user::User;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::run;
use crate::store::db::table;
use crate::store::search;

table! {
    User in "users" as "u" {
        key { id }
        once { email, name, operator, created_at }
        read { disabled_at }
        besides { password: &str }
    }
}

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
    insert_row(conn, user, password).await?;
    search::put_person(conn, &user.id, &user.name, &user.email).await
}

pub async fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<WithPassword>> {
    opt!(
        conn,
        WithPassword,
        concat!("SELECT ", COLUMNS, ", u.password FROM users u WHERE u.email = $1"),
        email,
    )
}

pub async fn find(conn: &mut Conn, id: &UserId) -> Result<Option<User>> {
    opt!(conn, User, concat!("SELECT ", COLUMNS, " FROM users u WHERE u.id = $1"), id)
}

pub async fn rename(conn: &mut Conn, id: &UserId, name: &str) -> Result<()> {
    let renamed = opt!(conn, (Email,), "UPDATE users SET name = $2 WHERE id = $1 RETURNING email", id, name)?;
    match renamed {
        Some((email,)) => search::put_person(conn, id, name, &email).await,
        None => Ok(()),
    }
}

/// Keeps the person from signing in from `disabled_at` on, or lets them again.
pub async fn set_disabled(conn: &mut Conn, id: &UserId, disabled_at: Option<Timestamp>) -> Result<()> {
    run!(conn, "UPDATE users SET disabled_at = $2 WHERE id = $1", id, disabled_at)?;
    Ok(())
}

/// Keeps the person as they are until the unit ends; `false` when they have another password by now or are disabled.
pub async fn hold(conn: &mut Conn, id: &UserId, password: &str) -> Result<bool> {
    let held = run!(
        conn,
        "UPDATE users SET password = password WHERE id = $1 AND password = $2 AND disabled_at IS NULL",
        id,
        password,
    )?;
    Ok(held > 0)
}

/// Puts one hash in the place of another; `false` when there is another by now.
pub async fn replace_password(conn: &mut Conn, id: &UserId, known: &str, password: &str) -> Result<bool> {
    let changed =
        run!(conn, "UPDATE users SET password = $3 WHERE id = $1 AND password = $2", id, known, password)?;
    Ok(changed > 0)
}

/// Whether there is anybody yet.
pub async fn any(conn: &mut Conn) -> Result<bool> {
    let (count,) = one!(conn, (i64,), "SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS first")?;
    Ok(count > 0)
}
