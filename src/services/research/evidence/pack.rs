//! Writes a bundle: the same evidence gives the same bytes.

use std::io::{Cursor, Write};

use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::bundle::{
    ABOUT, FORMAT, FileEntry, MANIFEST, Manifest, NOTES, PAGE, PLAN, QUERIES, REPORT, SOURCES, SourceEntry,
    VERSION, text_of,
};
use super::gather::Evidence;
use crate::error::{AppError, AppResult};
use crate::models::source::Source;
use crate::services::secrets::sha256;

/// A file and what is in it.
type Packed = (String, Vec<u8>);

impl Evidence {
    /// The bundle, with the report as the page `html`. Each text is given up as soon as it is written.
    ///
    /// # Errors
    /// `Internal`, when something cannot be said in JSON or the zip file grows beyond what one can hold.
    pub fn pack(self, html: String) -> AppResult<Vec<u8>> {
        let entries: Vec<SourceEntry> = self.sources.iter().map(entry).collect();
        let mut files: Vec<Packed> = vec![
            (REPORT.to_owned(), self.report.artifact.content.into_bytes()),
            (PAGE.to_owned(), html.into_bytes()),
            (PLAN.to_owned(), json(&self.plan)?),
            (QUERIES.to_owned(), json(&self.queries)?),
            (SOURCES.to_owned(), json(&entries)?),
            (NOTES.to_owned(), json(&self.notes)?),
        ];
        files.extend(self.sources.into_iter().map(|one| (text_of(one.number), one.content.into_bytes())));
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            about: ABOUT.to_owned(),
            created_at: self.report.row.created_at,
            mode: self.report.row.mode,
            model: self.model,
            artifact_id: self.report.row.artifact_id,
            artifact_version: self.report.row.version,
            files: files.iter().map(listed).collect(),
            report: self.report.content,
        };
        files.insert(0, (MANIFEST.to_owned(), json(&manifest)?));
        write(files).map_err(|error| AppError::Internal(error.into()))
    }
}

fn entry(source: &Source) -> SourceEntry {
    SourceEntry {
        number: source.number,
        file: text_of(source.number),
        origin: source.origin.clone(),
        url: source.url.clone(),
        title: source.title.clone(),
        sha256: source.sha256.clone(),
        size: size_of(source.content.as_bytes()),
        fetched_at: source.fetched_at,
    }
}

fn listed((path, bytes): &Packed) -> FileEntry {
    FileEntry { path: path.clone(), size: size_of(bytes), sha256: sha256(bytes) }
}

fn size_of(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn json(value: &impl Serialize) -> AppResult<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| AppError::Internal(error.into()))?;
    text.push(b'\n');
    Ok(text)
}

fn write(files: Vec<Packed>) -> zip::result::ZipResult<Vec<u8>> {
    // The time of writing would make each bundle another one.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT).unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
