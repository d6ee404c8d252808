//! The verbs of people, on both databases.

mod sessions;
mod setup;
mod sign_in;
mod throttle;

use std::net::IpAddr;

use consentry::accounts::sign_in::Attempt;
use consentry::accounts::sign_in::SignInError;
use consentry::accounts::sign_in::SignedIn;
use consentry::accounts::sign_in::sign_in;
use consentry::app::App;
use consentry::base::secret::Secret;
use consentry::manage::members;
use consentry::manage::members::NewMember;
use consentry::model::role::Role;
use consentry::store::db::run;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// Ada, with the password above.
async fn ada(app: &App) -> members::Added {
    let member = NewMember {
        email: EMAIL,
        name: "Ada Lovelace",
        role: Role::Developer,
        organization: "Analytical Engines",
        operator: false,
        password: Some(Secret::presented(PASSWORD)),
    };
    members::add(app, member).await.unwrap()
}

/// A try from the Internet at large, from the given device. While the server is busy it is repeated.
async fn attempt(
    app: &App,
    email: &str,
    password: &str,
    address: &str,
    device: Option<&str>,
) -> Result<SignedIn, SignInError> {
    loop {
        let attempt = Attempt {
            email,
            password: Secret::presented(password),
            address: Some(address.parse::<IpAddr>().unwrap()),
            device,
            agent: None,
        };
        match sign_in(app, attempt, None).await {
            Err(SignInError::Busy) => tokio::task::yield_now().await,
            done => return done,
        }
    }
}

async fn disable(app: &App) {
    let mut tx = app.db.single().await.unwrap();
    run!(tx, "UPDATE users SET disabled_at = 1 WHERE email = $1", EMAIL).unwrap();
    tx.commit().await.unwrap();
}
