//! Pictures of apps: what people upload is decoded within limits and redrawn, so that no byte of it is ever served.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;
use image::ImageDecoder;
use image::ImageFormat;
use image::ImageReader;
use image::Limits;
use image::imageops::FilterType;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header::CACHE_CONTROL;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::http::header::CONTENT_TYPE;
use poem::web::Data;
use poem::web::Path;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::model::id::LogoId;
use crate::store;
use crate::web::browser::failed;
use crate::web::problem::Problem;

/// Bytes of an uploaded file.
pub const FILE_BYTES: usize = 512 * 1024;

/// Pixels a side of an uploaded picture.
const MOST_PIXELS: u32 = 4096;

/// Pixels a side of what is kept.
const KEPT_PIXELS: u32 = 256;

/// Memory for one decoded picture: 4096 by 4096 pixels of four bytes.
const PICTURE_BYTES: u64 = 64 * 1024 * 1024;

/// Pictures that are decoded at once, which bounds the memory for all.
static DECODING: Semaphore = Semaphore::const_new(2);

const FORMATS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];

/// Why a file is not taken as a picture. Each text follows "The logo".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    #[error("is larger than 512 KB; upload a smaller file")]
    File,
    #[error("is not a PNG, JPEG, WebP or GIF, or is damaged; SVG is not taken")]
    Format,
    #[error(
        "has more than {MOST_PIXELS} pixels a side, or more than 8 bits a color; upload a smaller picture"
    )]
    Pixels,
    #[error("could not be decoded right now; try again in a moment")]
    Busy,
}

/// The picture as base64 of a PNG that fits into 256 by 256 pixels: its first frame, upright.
pub async fn redraw(file: Vec<u8>) -> Result<String, LogoError> {
    if file.len() > FILE_BYTES {
        return Err(LogoError::File);
    }
    let slot = DECODING.acquire().await.map_err(|_| LogoError::Busy)?;
    let drawing = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        redraw_now(&file)
    });
    drawing.await.map_err(|_| LogoError::Format)?
}

fn redraw_now(file: &[u8]) -> Result<String, LogoError> {
    let picture = decode(file)?;
    let picture = match picture.width().max(picture.height()) > KEPT_PIXELS {
        true => picture.resize(KEPT_PIXELS, KEPT_PIXELS, FilterType::CatmullRom),
        false => picture,
    };
    let mut png = Cursor::new(Vec::new());
    let plain = DynamicImage::ImageRgba8(picture.into_rgba8());
    plain.write_to(&mut png, ImageFormat::Png).map_err(|_| LogoError::Format)?;
    Ok(STANDARD.encode(png.into_inner()))
}

fn decode(file: &[u8]) -> Result<DynamicImage, LogoError> {
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| LogoError::Format)?;
    if reader.format().is_none_or(|format| !FORMATS.contains(&format)) {
        return Err(LogoError::Format);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(PICTURE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => LogoError::Pixels,
        _ => LogoError::Format,
    })?;
    if decoder.total_bytes() > PICTURE_BYTES {
        return Err(LogoError::Pixels);
    }
    let orientation = decoder.orientation().map_err(|_| LogoError::Format)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| LogoError::Format)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

impl From<LogoError> for Problem {
    fn from(error: LogoError) -> Self {
        match error {
            LogoError::Busy => Problem::unavailable(1),
            _ => Problem::invalid("logo", format!("The logo {error}.")),
        }
    }
}

/// `GET /logos/:file`, where the file is `<id>.png`. A logo never changes under its name.
#[handler]
pub async fn logo(Path(file): Path<String>, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let id = file.strip_suffix(".png").and_then(|id| LogoId::parse(id).ok());
    let Some(id) = id else { return Ok(StatusCode::NOT_FOUND.into()) };
    let mut conn = app.db.read().await.map_err(failed)?;
    let png = store::logos::find(&mut conn, &id).await.map_err(failed)?;
    let Some(png) = png.and_then(|png| STANDARD.decode(png).ok()) else {
        return Ok(StatusCode::NOT_FOUND.into());
    };
    Ok(Response::builder()
        .header(CONTENT_TYPE, "image/png")
        .header(CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .body(png))
}

#[cfg(test)]
mod tests {
    use image::GenericImageView;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    fn kept(file: &[u8]) -> (u32, u32) {
        let png = STANDARD.decode(redraw_now(file).unwrap()).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        image::load_from_memory(&png).unwrap().dimensions()
    }

    #[test]
    fn pictures_are_redrawn_to_fit() {
        assert_eq!(kept(&png(1024, 512)), (256, 128));
        assert_eq!(kept(&png(64, 64)), (64, 64));
        assert_eq!(kept(&png(1, 4000)), (1, 256));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        assert_eq!(redraw_now(svg), Err(LogoError::Format));
        assert_eq!(redraw_now(b""), Err(LogoError::Format));
        assert_eq!(redraw_now(&png(4097, 1)), Err(LogoError::Pixels));
        let whole = png(64, 64);
        assert_eq!(redraw_now(&whole[..whole.len() / 2]), Err(LogoError::Format));
    }

    #[test]
    fn nothing_after_the_picture_is_kept() {
        let mut file = png(64, 64);
        file.extend(b"<script>alert(1)</script>");
        let png = STANDARD.decode(redraw_now(&file).unwrap()).unwrap();
        assert!(!String::from_utf8_lossy(&png).contains("script"));
    }
}
