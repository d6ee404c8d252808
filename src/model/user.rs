//! People.

use crate::base::clock::Timestamp;
use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::shape::ONE_LINE;
use crate::model::shape::SECRET_FORMAT;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: String,
    /// May change what belongs to the whole installation, such as its modules.
    pub operator: bool,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl User {
    /// Somebody who gets an account now, without power over the installation.
    pub fn new(name: String, email: Email, now: Timestamp) -> Self {
        Self { id: UserId::generate(now), email, name, operator: false, disabled_at: None, created_at: now }
    }
}

/// The shortest password while there is no second factor, in characters (NIST SP 800-63B-4 §3.1.1.2).
pub const SHORTEST_PASSWORD: usize = 15;

/// Bytes of a password.
pub const LONGEST_PASSWORD: usize = 256;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("has {0} characters; at least {SHORTEST_PASSWORD} are needed, a short sentence does well")]
    TooShort(usize),
    #[error("is longer than {LONGEST_PASSWORD} bytes")]
    TooLong,
    #[error("is too easy to guess: it repeats itself or is made of the name or the e-mail address")]
    Guessable,
    #[error("holds a control character")]
    Characters,
}

/// The text of a password, good or not.
pub enum Password {}

impl Shaped for Password {
    const SHAPE: Shape = Shape::up_to(LONGEST_PASSWORD, ONE_LINE).filled().format(SECRET_FORMAT);
    type Refusal = PasswordError;

    fn check(text: &str) -> Result<(), PasswordError> {
        match text.chars().count() {
            0 => Err(PasswordError::TooShort(0)),
            length if length > LONGEST_PASSWORD => Err(PasswordError::TooLong),
            _ if text.chars().any(char::is_control) => Err(PasswordError::Characters),
            _ => Ok(()),
        }
    }
}

/// Checks a new password exactly as typed: no rules of composition, but neither a repetition nor the person's
/// own names.
pub fn check_password(password: &str, email: &Email, name: &str) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(PasswordError::TooShort(length));
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(PasswordError::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordError::Characters);
    }
    let mut rest = password.to_lowercase();
    for own in [
        email.as_str(),
        email.as_str().split('@').next().unwrap_or_default(),
        &name.to_lowercase(),
        "consentry",
        "password",
        "1234567890",
        "qwertyuiop",
    ] {
        if own.len() >= 3 {
            rest = rest.replace(own, "");
        }
    }
    let mut distinct = rest.chars().collect::<Vec<_>>();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 5 { Err(PasswordError::Guessable) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_not_the_owner() {
        let email = Email::parse("ada@example.com").unwrap();
        let check = |password: &str| check_password(password, &email, "Ada Lovelace");
        assert_eq!(check("correct horse battery staple"), Ok(()));
        assert_eq!(check("short"), Err(PasswordError::TooShort(5)));
        assert_eq!(check(&"x".repeat(300)), Err(PasswordError::TooLong));
        assert_eq!(check("aaaaaaaaaaaaaaaaaaaa"), Err(PasswordError::Guessable));
        assert_eq!(check("ada@example.com1234567890"), Err(PasswordError::Guessable));
        assert_eq!(check("passwordpassword1"), Err(PasswordError::Guessable));
        assert_eq!(check("correct\0horse battery staple"), Err(PasswordError::Characters));
    }
}
