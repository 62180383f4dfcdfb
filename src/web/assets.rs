//! The static files inside the binary: their hashed addresses, compressed forms and caching headers; knows no page.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web::Path,
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The style sheets in the order of their names, joined.
const SHEET: &str = "css/stoa.css";
const A_YEAR: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

struct Asset {
    bytes: Vec<u8>,
    kind: String,
    etag: String,
    brotli: OnceLock<Option<Vec<u8>>>,
    gzip: OnceLock<Option<Vec<u8>>>,
}

struct Bundle {
    assets: BTreeMap<String, Asset>,
    fingerprint: String,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(Bundle::load);

/// The address of a static file, such as `css/stoa.css`: it changes whenever any file does, so it may be cached for ever.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", BUNDLE.fingerprint)
}

/// `GET /static/{fingerprint}/{name}`: the file, compressed as the reader accepts it. A page from before an upgrade
/// still gets today's file, which is then not to be kept.
pub async fn serve(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (fingerprint, name) = path.into_inner();
    let Some(asset) = BUNDLE.assets.get(&name) else { return HttpResponse::NotFound().finish() };
    let caching = if fingerprint == BUNDLE.fingerprint { A_YEAR } else { "no-cache" };
    if holds(request.headers(), header::IF_NONE_MATCH, &asset.etag) {
        return HttpResponse::NotModified().insert_header((header::ETAG, asset.etag.as_str())).finish();
    }
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.kind.as_str()))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, asset.etag.as_str()))
        .insert_header((header::VARY, "Accept-Encoding"));
    let (encoding, body) = asset.encoded(request.headers());
    answer.insert_header((header::CONTENT_ENCODING, encoding)).body(body)
}

impl Bundle {
    fn load() -> Self {
        let mut assets = BTreeMap::new();
        let mut sheet = Vec::new();
        let mut hash = Sha256::new();
        let mut names: Vec<_> = Files::iter().collect();
        names.sort();
        for name in names {
            let Some(file) = Files::get(&name) else { continue };
            hash.update(name.as_bytes());
            hash.update(&file.data);
            if name.ends_with(".css") {
                sheet.extend_from_slice(&file.data);
            } else {
                let kind = file.metadata.mimetype().to_owned();
                assets.insert(name.to_string(), Asset::new(file.data.into_owned(), kind));
            }
        }
        assets.insert(SHEET.to_owned(), Asset::new(sheet, "text/css; charset=utf-8".to_owned()));
        Self { assets, fingerprint: short_hex(&hash.finalize()) }
    }
}

impl Asset {
    fn new(bytes: Vec<u8>, kind: String) -> Self {
        let etag = format!("\"{}\"", short_hex(&Sha256::digest(&bytes)));
        let kind = if kind == "text/javascript" { "text/javascript; charset=utf-8".to_owned() } else { kind };
        Self { bytes, kind, etag, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// The best form the reader accepts. Compressed at the first request for it and kept.
    fn encoded(&'static self, headers: &HeaderMap) -> (&'static str, &'static [u8]) {
        let accepts = |encoding| holds(headers, header::ACCEPT_ENCODING, encoding);
        let brotli =
            || self.brotli.get_or_init(|| smaller(brotli(&self.bytes).ok()?, &self.bytes)).as_deref();
        let gzip = || self.gzip.get_or_init(|| smaller(gzip(&self.bytes).ok()?, &self.bytes)).as_deref();
        let found = accepts("br").then(brotli).flatten().map(|body| ("br", body));
        let found = found.or_else(|| accepts("gzip").then(gzip).flatten().map(|body| ("gzip", body)));
        found.unwrap_or(("identity", &self.bytes))
    }
}

fn smaller(packed: Vec<u8>, bytes: &[u8]) -> Option<Vec<u8>> {
    (packed.len() < bytes.len()).then_some(packed)
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 20);
    packer.write_all(bytes)?;
    Ok(packer.into_inner())
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

/// Whether a comma-separated header names `wanted` (with any weight but zero).
fn holds(headers: &HeaderMap, name: header::HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(wanted)
            && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn short_hex(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sheet_holds_the_layers_in_their_order() {
        let sheet = String::from_utf8(BUNDLE.assets[SHEET].bytes.clone()).unwrap();
        assert!(sheet.find("@layer reset,").unwrap() < sheet.find("@layer pages {").unwrap());
        assert!(!BUNDLE.assets.keys().any(|name| name.starts_with("css/") && name != SHEET));
    }

    #[test]
    fn styles_and_scripts_stay_within_twelve_kilobytes_each() {
        let size = |end: &str| -> usize {
            let files = BUNDLE.assets.iter().filter(|(name, _)| name.ends_with(end));
            files.map(|(_, asset)| brotli(&asset.bytes).unwrap().len()).sum()
        };
        assert!(size(".css") <= 12 * 1024 && size(".js") <= 12 * 1024);
    }

    #[test]
    fn a_refused_encoding_is_not_used() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "br;q=0, gzip".parse().unwrap());
        assert_eq!(BUNDLE.assets[SHEET].encoded(&headers).0, "gzip");
        assert_eq!(BUNDLE.assets[SHEET].encoded(&HeaderMap::new()).0, "identity");
    }
}
