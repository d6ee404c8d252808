//! Values in words, as pages show them.

use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::model::id::LogoId;
use crate::model::lifetime::Seconds;
use crate::model::role::Role;
use crate::web::base_path;
use crate::web::language::Unit;
use crate::web::pages::parts::When;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A role as people call it.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Developer => "Developer",
        Role::Member => "Member",
    }
}

/// What a role means for whoever has it.
pub const fn role_means(role: Role) -> &'static str {
    match role {
        Role::Owner => "Decides about everything, and about who else is an owner.",
        Role::Admin => "Looks after all apps and private apps, the settings, and everybody but owners.",
        Role::Developer => "Registers apps and looks after their own.",
        Role::Member => "Uses the platform and allows apps to act for them.",
    }
}

/// "3 days ago"; "just now" for less than a minute and for moments that are yet to come.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    match measure_since(then, now) {
        None => "just now".to_owned(),
        Some((count, unit)) => format!("{} ago", counted(count, unit.as_str())),
    }
}

/// "in 3 days"; "now" when it has passed. A minute that has begun counts as one, so that what was made just now to
/// last for 90 days ends in 90 days.
pub fn ahead(then: Timestamp, now: Timestamp) -> String {
    match then.seconds() - now.seconds() {
        seconds if seconds <= 0 => "now".to_owned(),
        seconds if seconds < MINUTE => format!("in {}", span(seconds)),
        seconds => format!("in {}", span(seconds + MINUTE - 1)),
    }
}

/// "45 seconds", "90 days", "1 year": exactly, in the largest unit that measures it.
pub fn lifetime(life: Seconds) -> String {
    let units = [(365 * DAY, "year"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
    let fits = |(unit, _): &(i64, &str)| life.get() >= *unit && life.get() % unit == 0;
    let (unit, name) = units.into_iter().find(fits).unwrap_or((1, "second"));
    counted(life.get() / unit, name)
}

/// How long ago something was, in the largest unit that fits; `None` for less than a minute and for moments that are
/// yet to come.
pub fn measure_since(then: Timestamp, now: Timestamp) -> Option<(i64, Unit)> {
    let seconds = now.seconds() - then.seconds();
    (seconds >= MINUTE).then(|| measure(seconds))
}

/// "45 seconds", "3 days", "2 years": the largest unit that fits.
pub fn span(seconds: i64) -> String {
    let (count, unit) = measure(seconds);
    counted(count, unit.as_str())
}

/// The same, for whatever language.
pub fn measure(seconds: i64) -> (i64, Unit) {
    match seconds {
        s if s < MINUTE => (s, Unit::Second),
        s if s < HOUR => (s / MINUTE, Unit::Minute),
        s if s < DAY => (s / HOUR, Unit::Hour),
        s if s < 120 * DAY => (s / DAY, Unit::Day),
        s if s < 730 * DAY => (s / (30 * DAY), Unit::Month),
        s => (s / (365 * DAY), Unit::Year),
    }
}

fn counted(count: i64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Rounded up, so that a try after that time is let through.
pub fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// "Firefox on Linux", as far as what a browser calls itself tells it. Most call themselves after others too, so the
/// first name that is found counts.
pub fn program(agent: Option<&str>) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let agent = agent.unwrap_or_default();
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// A moment that has passed, for people and exactly.
pub fn past(then: Timestamp, now: Timestamp) -> When {
    When { human: ago(then, now), exact: then.to_text() }
}

/// A moment that is yet to come, for people and exactly.
pub fn future(then: Timestamp, now: Timestamp) -> When {
    When { human: ahead(then, now), exact: then.to_text() }
}

/// A name as the name of a file: small letters, digits and single hyphens.
pub fn slug(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let text = name.chars().map(plain).collect::<String>();
    let slug = text.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    if slug.is_empty() { "app".to_owned() } else { slug }
}

/// Where a logo is served, on our own origin.
pub fn logo_url(id: Option<&LogoId>) -> Option<String> {
    id.map(|id| base_path::current().join(&format!("/logos/{id}.png")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_safe_names_of_files() {
        for (name, expected) in
            [("Acme CRM", "acme-crm"), ("../../etc", "etc"), ("  Ünï -- x", "n-x"), ("客户", "app")]
        {
            assert_eq!(slug(name), expected);
        }
    }

    #[test]
    fn spans_are_told_in_the_largest_unit_that_fits() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (2 * HOUR, "2 hours"),
            (DAY, "1 day"),
            (90 * DAY, "90 days"),
            (120 * DAY, "4 months"),
            (365 * DAY, "12 months"),
            (3 * 365 * DAY, "3 years"),
        ] {
            assert_eq!(span(seconds), words);
        }
        for (life, words) in [
            (Seconds::days(90), "90 days"),
            (Seconds::days(365), "1 year"),
            (Seconds::hours(36), "36 hours"),
            (Seconds::new(90), "90 seconds"),
            (Seconds::new(0), "0 seconds"),
        ] {
            assert_eq!(lifetime(life), words);
        }
        let now = Timestamp::from_millis(10_000_000);
        assert_eq!(ago(now, now), "just now");
        assert_eq!(ago(Timestamp::from_millis(10_000_000 - 120_000), now), "2 minutes ago");
        assert_eq!(ahead(Timestamp::from_millis(10_000_000 + 120_000), now), "in 2 minutes");
    }
}
