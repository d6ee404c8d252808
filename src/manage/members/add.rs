//! Members as the command line adds them.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::FieldError;
use crate::app::Fields;
use crate::app::NewPerson;
use crate::app::TypedPerson;
use crate::base::clock::Timestamp;
use crate::base::password::Busy;
use crate::base::random;
use crate::base::secret::Secret;
use crate::manage::COMMAND_LINE;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::label;
use crate::model::label::Name;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::model::role::Role;
use crate::model::user::User;
use crate::model::version::Version;
use crate::store;
use crate::store::Constraint;
use crate::store::OnConstraint;
use crate::store::audit::Event;
use crate::store::db::Conn;
use crate::store::users::WithPassword;

/// A person and their place.
pub struct NewMember<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// By name; created when there is none of that name.
    pub organization: &'a str,
    /// May change what belongs to the whole installation.
    pub operator: bool,
    /// Generated when there is none.
    pub password: Option<Secret>,
}

/// What was added.
#[derive(Debug)]
pub struct Added {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    /// The generated password, to be shown once.
    pub password: Option<Secret>,
}

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// At least one.
    #[error("{}", sentences(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Refused(ChangeError),
    #[error(
        "{0} has an account already, and keeps its password and rights when it joins another organization"
    )]
    Taken(Email),
    #[error("{0} is a member of that organization already")]
    Member(Email),
    #[error("the server is busy at this moment; try again")]
    Busy,
}

impl From<ChangeError> for AddError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(fields) => AddError::Fields(fields),
            error => AddError::Refused(error),
        }
    }
}

impl From<store::Error> for AddError {
    fn from(error: store::Error) -> Self {
        AddError::Refused(error.into())
    }
}

impl From<Busy> for AddError {
    fn from(_: Busy) -> Self {
        AddError::Busy
    }
}

fn sentences(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Adds a person to an organization. Whoever has an account already joins with it, under the name and with the password
/// that they have.
pub async fn add(app: &App, member: NewMember<'_>) -> Result<Added, AddError> {
    let NewMember { email, name, role, organization, operator, password } = member;
    let mut fields = Fields::default();
    let organization = fields.take::<Name, _, _>("organization", organization, label::name);
    let person = fields.person(TypedPerson { name, email, password: password.as_ref() });
    let NewPerson { name, email } = fields.finish_with(person)?;
    let known = store::users::find_by_email(&mut app.db.read().await?, &email).await?;
    if let Some(WithPassword { user, .. }) = known {
        return match password.is_some() || operator {
            true => Err(AddError::Taken(email)),
            false => join(app, user, organization, role).await,
        };
    }
    let (password, generated) = match password {
        Some(password) => (password, None),
        None => {
            let password = generate_password();
            (password.clone(), Some(password))
        }
    };
    let password = app.passwords.hash(password).await?;
    let now = app.now();
    let user = User { operator, ..User::new(name, email.clone(), now) };
    let mut tx = app.db.begin().await?;
    let inserted = store::users::insert(&mut tx, &user, &password).await;
    inserted.on_constraint(Constraint::Unique, || AddError::Taken(email))?;
    let organization_id = find_or_create(app, &mut tx, organization, now).await?;
    enter(&mut tx, &user.id, &organization_id, role, now).await?;
    tx.commit().await?;
    Ok(Added { user_id: user.id, organization_id, password: generated })
}

/// Adds somebody who has an account.
async fn join(app: &App, user: User, organization: String, role: Role) -> Result<Added, AddError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let organization_id = find_or_create(app, &mut tx, organization, now).await?;
    let memberships = store::memberships::of_user(&mut tx, &user.id).await?;
    if memberships.iter().any(|membership| membership.organization_id == organization_id) {
        return Err(AddError::Member(user.email));
    }
    enter(&mut tx, &user.id, &organization_id, role, now).await?;
    tx.commit().await?;
    Ok(Added { user_id: user.id, organization_id, password: None })
}

async fn enter(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    role: Role,
    now: Timestamp,
) -> store::Result<()> {
    store::memberships::insert(conn, user_id, organization_id, role, now).await?;
    let event = Event {
        organization_id,
        actor: COMMAND_LINE,
        action: Action::MemberAdd,
        object: user_id.as_str(),
        detail: "",
    };
    store::audit::append(conn, &event, now).await
}

async fn find_or_create(
    app: &App,
    conn: &mut Conn,
    name: String,
    now: Timestamp,
) -> store::Result<OrganizationId> {
    if let Some(found) = store::organizations::find_by_name(conn, &name).await? {
        return Ok(found.id);
    }
    let organization = Organization {
        id: OrganizationId::generate(now),
        name,
        private_token_age: app.config.private_app_token_max_age.map(Seconds::from),
        created_at: now,
        version: Version::default(),
    };
    store::organizations::insert(conn, &organization).await?;
    Ok(organization.id)
}

/// `k3fd-9x2m-...`: 100 random bits that can be read out and typed.
fn generate_password() -> Secret {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letters = random::bytes::<20>().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
    let groups = letters.chunks(4).map(String::from_iter).collect::<Vec<_>>();
    Secret::presented(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::user;

    #[test]
    fn generated_passwords_pass_the_rules() {
        let email = Email::parse("ada@example.com").unwrap();
        for _ in 0..100 {
            let password = generate_password();
            assert_eq!(user::check_password(password.reveal(), &email, "Ada"), Ok(()));
        }
    }
}
