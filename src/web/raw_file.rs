//! An artifact or a document as a file: the bytes as they are, under headers that keep them from ever acting as a page of ours.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::header::{self, ContentDisposition, DispositionType};

use super::file_name::named;
use crate::markdown;
use crate::models::artifact::{Artifact, ArtifactKind};
use crate::models::document::Document;
use crate::services::artifacts::FullArtifact;
use crate::services::documents::stem_and_end;

/// Whatever the bytes are taken for: no scripts, no frames, nothing loaded, and no origin of ours.
const INERT: &str = "sandbox; default-src 'none'";

/// The bytes, to be shown as text, or to be saved when `download` says so. What browsers would run is always to be
/// saved.
pub fn answer(file: FullArtifact, download: bool) -> HttpResponse {
    let kind = file.artifact.kind;
    let runs = matches!(kind, ArtifactKind::Html | ArtifactKind::Svg);
    let content_type = match kind {
        ArtifactKind::Html | ArtifactKind::Svg => "application/octet-stream",
        ArtifactKind::Csv => "text/csv; charset=utf-8",
        ArtifactKind::Json => "application/json",
        ArtifactKind::Markdown | ArtifactKind::Code | ArtifactKind::Text => "text/plain; charset=utf-8",
    };
    let disposition = if runs || download { DispositionType::Attachment } else { DispositionType::Inline };
    let name = named(disposition, &file.artifact.title, "artifact", &extension(&file.artifact));
    inert(content_type, name, file.content)
}

/// The file that a document was read from: always to be saved, under the name it came with.
pub fn saved(document: &Document, bytes: Vec<u8>) -> HttpResponse {
    let (stem, end) = stem_and_end(&document.file_name);
    let safe = !end.is_empty() && end.chars().all(|c| c.is_ascii_alphanumeric());
    let end = if safe { end } else { "bin" };
    inert("application/octet-stream", named(DispositionType::Attachment, stem, "document", end), bytes)
}

fn inert(content_type: &str, name: ContentDisposition, body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, INERT))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(name)
        .body(body)
}

fn extension(artifact: &Artifact) -> String {
    let fixed = match artifact.kind {
        ArtifactKind::Code => {
            let known = artifact.language.as_deref().and_then(markdown::extension);
            return known.unwrap_or_else(|| "txt".to_owned());
        }
        ArtifactKind::Markdown => "md",
        ArtifactKind::Text => "txt",
        other => other.as_str(),
    };
    fixed.to_owned()
}
