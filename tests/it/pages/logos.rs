//! Logos that come with the forms of apps and private apps.

use std::io::Cursor;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use image::DynamicImage;
use image::ImageFormat;

use crate::harness::Browser;
use crate::harness::File;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;

on_both![a_logo_comes_with_the_form_and_is_served, what_is_no_picture_is_refused_and_the_rest_is_kept];

const GOOD: [(&str, &str); 3] = [
    ("name", "Acme Sync"),
    ("redirect_uris", "https://client.example/callback"),
    ("access.contacts", "read"),
];

pub fn picture(pixels: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(pixels, pixels).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Submits the form at `path` together with a file.
async fn send(browser: &mut Browser, path: &str, changes: &[(&str, &str)], bytes: &[u8]) -> Page {
    let fields = browser.get(path).await.changed(path, changes);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.upload(path, &fields, Some(File { field: "logo", name: "logo.png", bytes })).await
}

async fn a_logo_comes_with_the_form_and_is_served(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    for new in ["/apps/new", "/private-apps/new"] {
        let page = send(&mut browser, new, &GOOD, &picture(400)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let path = page.attributes(".form-end a", "href").remove(0);
        let logo = browser.get(&path).await.attributes("img.face.large", "src").remove(0);
        assert!(logo.starts_with("/logos/pic_"), "{logo}");
        let answer = reqwest::get(server.url(&logo)).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "image/png");
        let served = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!((served.width(), served.height()), (256, 256));

        let edit = format!("{path}/edit");
        let form = browser.get(&edit).await;
        browser.submit(&form, &edit, &[("description", "No file chosen this time")]).await;
        assert_eq!(browser.get(&path).await.attributes("img.face.large", "src"), [logo.as_str()], "it stays");
        assert_eq!(send(&mut browser, &edit, &[], &picture(64)).await.status, 303);
        assert_ne!(browser.get(&path).await.attributes("img.face.large", "src"), [logo.as_str()], "replaced");
    }
}

async fn what_is_no_picture_is_refused_and_the_rest_is_kept(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for new in ["/apps/new", "/private-apps/new"] {
        for (bytes, error) in [(&svg[..], "SVG is not taken"), (&[7; 520 * 1024], "larger than 512 KB")] {
            let page = send(&mut browser, new, &GOOD, bytes).await;
            assert_eq!(page.status, 422, "{}", page.text);
            assert_eq!(page.field(new, "name"), "Acme Sync");
            assert!(page.texts("#logo-error")[0].contains(error), "{:?}", page.texts("#logo-error"));
        }
    }
    assert!(crate::pages::clients(&server, &seed).await.is_empty());
    assert!(crate::pages::private_apps(&server, &seed).await.is_empty());
}
