//! The master keys are private, random, rotated without loss, and never printed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;

use consentry::base::clock::Timestamp;
use consentry::base::keyring::Keyring;
use consentry::base::keyring::KeyringError;
use time::macros::date;

use crate::folder::Folder;

/// 2026-03-01.
const NOW: Timestamp = Timestamp::from_millis(1_772_323_200_000);

/// 2026-06-01.
const LATER: Timestamp = Timestamp::from_millis(1_780_272_000_000);

const GOOD: &str = "q5mgVc2kWl0b4dHzK7xJ8nPpR1sTuYvE3aFhLwMiZ9A=";

struct Place(Folder);

impl Place {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("data/keyring")
    }

    fn mode(&self) -> u32 {
        fs::metadata(self.path()).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(&self, mode: u32) {
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// `what | help`.
fn told(ring: Result<Keyring, KeyringError>) -> String {
    let error = ring.expect_err("the keyring is refused");
    format!("{error} | {}", error.help())
}

#[test]
fn a_missing_keyring_is_created_private_and_stays() {
    let place = Place::new();
    let first = Keyring::load_or_create(&place.path(), NOW).unwrap();
    assert_eq!(place.mode(), 0o600);
    assert_eq!(fs::metadata(place.path().parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    let second = Keyring::load_or_create(&place.path(), NOW).unwrap();
    assert_eq!(first.fingerprint(), second.fingerprint());
    assert_eq!(second.current().created(), Some(date!(2026 - 03 - 01)));
}

#[test]
fn servers_that_start_at_once_share_one_key() {
    let place = Place::new();
    let start = || Keyring::load_or_create(&place.path(), NOW).unwrap().fingerprint();
    let prints: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(prints.windows(2).all(|pair| pair[0] == pair[1]), "{prints:?}");
}

#[test]
fn a_keyring_that_others_can_use_is_refused() {
    let place = Place::new();
    Keyring::load_or_create(&place.path(), NOW).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o660, 0o644] {
        place.set_mode(mode);
        let path = place.path();
        let path = path.display();
        assert_eq!(
            told(Keyring::load_or_create(&place.path(), NOW)),
            format!(
                "{path} can be used by others than its owner: its mode is {mode:04o}, expected 0600 | run: chmod 600 \
                 {path}"
            )
        );
    }
    place.set_mode(0o400);
    assert!(Keyring::open(&place.path()).is_ok());
}

#[test]
fn rotation_puts_a_fresh_key_first_and_keeps_the_old() {
    let place = Place::new();
    let old = Keyring::load_or_create(&place.path(), NOW).unwrap();
    let new = Keyring::rotate(&place.path(), LATER).unwrap();
    assert_ne!(new.current().id(), old.current().id());
    assert_eq!(new.get(old.current().id()).unwrap().fingerprint(), old.fingerprint());
    assert_eq!(place.mode(), 0o600);
    let read = Keyring::open(&place.path()).unwrap();
    let days: Vec<_> = read.keys().iter().map(|key| key.created().unwrap()).collect();
    assert_eq!(days, [date!(2026 - 06 - 01), date!(2026 - 03 - 01)]);
    assert_eq!(read.fingerprint(), new.fingerprint());
    assert_eq!(fs::read_dir(place.path().parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn rotations_at_once_lose_no_key() {
    let place = Place::new();
    Keyring::load_or_create(&place.path(), NOW).unwrap();
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| Keyring::rotate(&place.path(), NOW).unwrap());
        }
    });
    assert_eq!(Keyring::open(&place.path()).unwrap().keys().len(), 6);
}

#[test]
fn a_file_and_a_variable_with_the_same_key_agree() {
    let place = Place::new();
    let file = Keyring::load_or_create(&place.path(), NOW).unwrap();
    let variable = Keyring::parse(&format!("{}, {GOOD}", *file.current().expose())).unwrap();
    assert_eq!(variable.current().id(), file.current().id());
    assert_eq!(variable.fingerprint(), file.fingerprint());
    assert_eq!(variable.keys().len(), 2);
}

#[test]
fn keys_that_anybody_could_guess_are_refused() {
    let help = "make a good key with: consentry keys generate (or: openssl rand -base64 32)";
    let key = "key 1 of CONSENTRY_MASTER_KEY";
    let wanted = "expected 32 random bytes in Base64 (44 characters)";
    let weak = format!("{key} is not random: its bytes repeat or follow a pattern | {help}");
    for (text, what) in [
        ("", format!("{key} has 0 bytes, {wanted} | {help}")),
        ("changeme!", format!("{key} is not Base64, {wanted} | {help}")),
        ("c2VjcmV0", format!("{key} has 6 bytes, {wanted} | {help}")),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", weak.clone()),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", weak.clone()),
        ("YWJjZGFiY2RhYmNkYWJjZGFiY2RhYmNkYWJjZGFiY2Q=", weak),
    ] {
        assert_eq!(told(Keyring::parse(text)), what);
    }
    assert_eq!(
        told(Keyring::parse(&format!("{GOOD},{GOOD}"))),
        "key 2 of CONSENTRY_MASTER_KEY repeats an earlier key | remove one of the two"
    );
}

#[test]
fn a_damaged_file_is_refused_with_its_line() {
    let place = Place::new();
    let ring = Keyring::load_or_create(&place.path(), NOW).unwrap();
    let path = place.path();
    let name = path.display();
    let copy = "restore the file from its copy";
    let id = ring.current().id();
    for (text, what) in [
        (
            String::new(),
            format!(
                "{name} holds no key | make a good key with: consentry keys generate (or: openssl rand -base64 32)"
            ),
        ),
        (
            "# a\nnonsense\n".to_owned(),
            format!(
                "{name}:2 is damaged, expected an id, a day and a key with single spaces between them | {copy}"
            ),
        ),
        (
            format!("{id} 2026-13-01 {GOOD}"),
            format!(
                "{name}:1 is damaged, expected an id, a day and a key with single spaces between them | {copy}"
            ),
        ),
        (
            format!("{id} 2026-03-01 {GOOD}"),
            format!("{name}:1 is damaged: its id does not belong to its key | {copy}"),
        ),
    ] {
        fs::write(&path, text).unwrap();
        let told = told(Keyring::open(&path));
        assert_eq!(told, what);
        assert!(!told.contains(GOOD));
    }
}

#[test]
fn derived_keys_differ_by_purpose_and_key() {
    let one = Keyring::generate(NOW);
    let two = Keyring::generate(NOW);
    assert_eq!(one.derive("session"), one.derive("session"));
    assert_ne!(one.derive("session"), one.derive("refresh"));
    assert_ne!(one.derive("session"), two.derive("session"));
}

#[test]
fn a_key_is_never_printed() {
    let ring = Keyring::parse(GOOD).unwrap();
    let printed = format!("{ring:?}");
    assert!(printed.contains("[redacted]") && !printed.contains(&GOOD[..8]), "{printed}");
}
