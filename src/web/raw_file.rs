//! An artifact as a file: the bytes as they are, under headers that keep them from ever acting as a page of ours.

use actix_web::HttpResponse;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};

use crate::markdown;
use crate::models::artifact::{Artifact, ArtifactKind};
use crate::services::artifacts::FullArtifact;

/// Longest name of a file without its extension, in characters: what every file system holds.
const LONGEST_NAME: usize = 60;
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
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, INERT))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(named(disposition, &file.artifact))
        .body(file.content)
}

/// The file's name twice (RFC 6266): for old programs in ASCII, for all others as the title is.
fn named(disposition: DispositionType, artifact: &Artifact) -> ContentDisposition {
    let extension = extension(artifact);
    let name = format!("{}.{extension}", safe_name(&artifact.title));
    let plain = format!("artifact.{extension}");
    let exact =
        ExtendedValue { charset: Charset::Ext("UTF-8".into()), language_tag: None, value: name.into() };
    let parameters = vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(exact)];
    ContentDisposition { disposition, parameters }
}

/// The title without what means something in paths, to shells or to the eye.
fn safe_name(title: &str) -> String {
    let kept =
        title.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { ' ' });
    let kept: String = kept.collect();
    let named = |word: &&str| word.chars().any(|c| c != '.');
    let words: Vec<&str> = kept.split_whitespace().filter(named).collect();
    let name: String = words.join(" ").trim_start_matches('.').chars().take(LONGEST_NAME).collect();
    if name.is_empty() { "artifact".to_owned() } else { name }
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

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn a_title_becomes_a_name_that_names_one_file() {
        assert_eq!(safe_name("写锁与 WAL"), "写锁与 WAL");
        assert_eq!(safe_name("../../etc/passwd"), "etc passwd");
        assert_eq!(safe_name("a\"b;c\u{202e}d"), "a b c d");
        assert_eq!(safe_name("🔒"), "artifact");
    }
}
