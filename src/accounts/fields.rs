//! What people type about themselves, checked field by field.

use crate::base::secret::Secret;
use crate::model::email::Email;
use crate::model::email::NotAnEmail;
use crate::model::label;
use crate::model::label::LabelError;
use crate::model::user;
use crate::model::user::PasswordError;

/// What is wrong with one field, as a sentence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    #[error("The organization’s name {0}.")]
    Organization(LabelError),
    #[error("The name {0}.")]
    Name(LabelError),
    #[error("This {0}.")]
    Email(NotAnEmail),
    #[error("The password {0}.")]
    Password(PasswordError),
}

impl FieldError {
    /// The field's name in forms and on the command line.
    pub fn field(&self) -> &'static str {
        match self {
            FieldError::Organization(_) => "organization",
            FieldError::Name(_) => "name",
            FieldError::Email(_) => "email",
            FieldError::Password(_) => "password",
        }
    }
}

/// A person as typed. The password is missing where one will be generated.
pub(super) struct Typed<'a> {
    pub organization: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub password: Option<&'a Secret>,
}

/// The same, checked.
pub(super) struct Checked {
    pub organization: String,
    pub name: String,
    pub email: Email,
}

/// Checks all fields and tells everything that is wrong, not just the first of it.
pub(super) fn check(typed: &Typed<'_>) -> Result<Checked, Vec<FieldError>> {
    let organization = label::name(typed.organization).map_err(FieldError::Organization);
    let name = label::name(typed.name).map_err(FieldError::Name);
    let email = Email::parse(typed.email).map_err(FieldError::Email);
    let password = match (&email, typed.password) {
        (Ok(email), Some(password)) => {
            user::check_password(password.reveal(), email, typed.name).map_err(FieldError::Password)
        }
        _ => Ok(()),
    };
    match (organization, name, email, password) {
        (Ok(organization), Ok(name), Ok(email), Ok(())) => Ok(Checked { organization, name, email }),
        (organization, name, email, password) => {
            let errors = [organization.err(), name.err(), email.err(), password.err()];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let short = Secret::presented("short");
        let typed = |email| Typed { organization: " ", name: "a\u{202e}b", email, password: Some(&short) };
        let told = |email| {
            let errors = check(&typed(email)).err().unwrap();
            errors.iter().map(|error| format!("{}: {error}", error.field())).collect::<Vec<_>>()
        };
        assert_eq!(
            told("ada@example.com"),
            [
                "organization: The organization’s name is missing.",
                "name: The name holds an invisible or direction-changing character at position 2.",
                "password: The password has 5 characters; at least 15 are needed, a short sentence does well.",
            ]
        );
        assert_eq!(
            told("ada").last().unwrap(),
            "email: This is not an e-mail address: expected something like ada@example.com."
        );
    }
}
