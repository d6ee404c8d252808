//! What is typed about somebody who gets an account.

use crate::app::change::Fields;
use crate::base::secret::Secret;
use crate::model::email::Email;
use crate::model::label;
use crate::model::label::Name;
use crate::model::user;
use crate::model::user::Password;

/// A person as typed. The password is missing where one will be generated.
#[derive(Clone, Copy)]
pub struct TypedPerson<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password: Option<&'a Secret>,
}

/// Name and address, checked.
pub struct NewPerson {
    pub name: String,
    pub email: Email,
}

impl Fields {
    /// Checks the fields `name`, `email` and `password`; `None` once one of them is wrong.
    pub fn person(&mut self, typed: TypedPerson<'_>) -> Option<NewPerson> {
        let name = self.taken::<Name, _, _>("name", typed.name, label::name);
        let email = self.taken::<Email, _, _>("email", typed.email, Email::parse);
        if let (Some(email), Some(password)) = (&email, typed.password) {
            let rule = |text: &str| user::check_password(text, email, typed.name);
            self.taken::<Password, _, _>("password", password.reveal(), rule)?;
        }
        Some(NewPerson { name: name?, email: email? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ChangeError;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let short = Secret::presented("short");
        let told = |email| {
            let mut fields = Fields::default();
            fields.take::<Name, _, _>("organization", " ", label::name);
            let person = fields.person(TypedPerson { name: "a\u{202e}b", email, password: Some(&short) });
            match fields.finish_with(person) {
                Err(ChangeError::Invalid(errors)) => errors
                    .iter()
                    .map(|error| format!("{}: {}", error.field, error.message))
                    .collect::<Vec<_>>(),
                _ => panic!("wrong fields passed"),
            }
        };
        assert_eq!(
            told("ada@example.com"),
            [
                "organization: It is missing.",
                "name: It holds an invisible or direction-changing character at position 2.",
                "password: It has 5 characters; at least 15 are needed, a short sentence does well.",
            ]
        );
        assert_eq!(
            told("ada").last().unwrap(),
            "email: It is not an e-mail address: expected something like ada@example.com."
        );
    }
}
