//! The files that pages load, compiled in, under addresses that change with their content.

use std::sync::LazyLock;

use sha2::Digest;
use sha2::Sha256;

/// One file below `/assets/`.
#[derive(Debug)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
}

/// The one stylesheet, written in several short files.
const STYLE: &str = concat!(
    include_str!("assets/css/tokens.css"),
    include_str!("assets/css/base.css"),
    include_str!("assets/css/controls.css"),
    include_str!("assets/css/console.css"),
    include_str!("assets/css/parts.css"),
    include_str!("assets/css/lists.css"),
    include_str!("assets/css/pages.css"),
    include_str!("assets/css/card.css"),
    include_str!("assets/css/consent.css"),
    include_str!("assets/css/docs.css"),
);

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every file there is.
pub const ASSETS: &[Asset] = &[
    Asset { name: "app.css", content_type: CSS, bytes: STYLE.as_bytes() },
    Asset { name: "app.js", content_type: SCRIPT, bytes: include_bytes!("assets/app.js") },
    Asset { name: "mark.svg", content_type: SVG, bytes: include_bytes!("assets/mark.svg") },
    Asset { name: "favicon.ico", content_type: "image/x-icon", bytes: include_bytes!("assets/favicon.ico") },
    Asset {
        name: "touch-icon.png",
        content_type: "image/png",
        bytes: include_bytes!("assets/touch-icon.png"),
    },
];

/// Changes whenever any file does, so that a browser may keep each for a year.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    ASSETS.iter().for_each(|asset| hash.update(asset.bytes));
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// The file called `name`.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of the file called `name`, with its version: answer it with
/// `Cache-Control: public, max-age=31536000, immutable`.
pub fn url(name: &str) -> String {
    format!("/assets/{name}?v={}", *VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_the_pages_finds_its_file() {
        for asset in ASSETS {
            let url = url(asset.name);
            let name = url.strip_prefix("/assets/").and_then(|rest| rest.split('?').next());
            assert_eq!(find(name.unwrap_or_default()).map(|found| found.bytes), Some(asset.bytes));
        }
        assert!(find("../Cargo.toml").is_none());
    }
}
