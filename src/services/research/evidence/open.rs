//! Reads a file that may be anything as a bundle: bounded, unpacking nothing onto the disk, trusting no size it tells.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::bundle::{FORMAT, MANIFEST, Manifest, VERSION};
use super::check::Problem;

/// Largest bundle, in bytes: its texts, none of which can be compressed, and what stands beside them.
pub const LARGEST: usize = 96 * 1024 * 1024;
/// Most bytes that are unpacked.
const UNPACKED: usize = 128 * 1024 * 1024;
/// Most files in it.
const FILES: usize = 20_000;
/// What each file's entry in the table of a zip file begins with.
const ENTRY: &[u8] = b"PK\x01\x02";

/// Why a file is no bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBundle {
    /// It is larger than any.
    #[error("it is larger than 96 MiB")]
    TooLarge,
    /// It holds more files than any.
    #[error("it holds more than 20,000 files")]
    TooManyFiles,
    /// It would unpack to more than any.
    #[error("it unpacks to more than 128 MiB")]
    Bomb,
    /// It is no zip file.
    #[error("it is no zip file that can be read")]
    NoZip,
    /// It has no manifest.
    #[error("it has no manifest.json that can be read")]
    NoManifest,
    /// It is of another kind.
    #[error("its manifest is not that of an evidence bundle of version 1")]
    Unknown,
}

/// What is in a bundle.
pub(super) struct Contents {
    pub(super) manifest: Manifest,
    /// All other files that could be read, by their names.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// What is wrong with the rest.
    pub(super) problems: Vec<Problem>,
}

/// Unpacks a bundle into memory.
///
/// # Errors
/// When it is none.
pub(super) fn open(bytes: &[u8]) -> Result<Contents, NoBundle> {
    if bytes.len() > LARGEST {
        return Err(NoBundle::TooLarge);
    }
    // Counted before the table is read, which takes more memory than it has bytes.
    if bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).count() > FILES {
        return Err(NoBundle::TooManyFiles);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NoBundle::NoZip)?;
    let mut problems = Vec::new();
    if zip.has_duplicate_names() {
        problems.push(Problem::DuplicateNames);
    }
    let mut files = unpack(&mut zip, &mut problems)?;
    let manifest = files.remove(MANIFEST).ok_or(NoBundle::NoManifest)?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).map_err(|_| NoBundle::NoManifest)?;
    if manifest.get("format").is_none_or(|format| format != FORMAT)
        || manifest.get("version").is_none_or(|version| version != VERSION)
    {
        return Err(NoBundle::Unknown);
    }
    let manifest = serde_json::from_value(manifest).map_err(|_| NoBundle::NoManifest)?;
    Ok(Contents { manifest, files, problems })
}

fn unpack(
    zip: &mut ZipArchive<Cursor<&[u8]>>,
    problems: &mut Vec<Problem>,
) -> Result<BTreeMap<String, Vec<u8>>, NoBundle> {
    let (mut files, mut left) = (BTreeMap::new(), UNPACKED);
    for index in 0..zip.len() {
        let name = match zip.name_for_index(index) {
            Some(Ok(name)) => name.into_owned(),
            _ => format!("#{index}"),
        };
        if !is_plain(&name) {
            problems.push(Problem::UnsafeName(name.clone()));
        }
        match read(zip, index, left) {
            Some(content) if content.len() > left => return Err(NoBundle::Bomb),
            Some(content) => {
                left -= content.len();
                files.insert(name, content);
            }
            None => problems.push(Problem::Damaged(name)),
        }
    }
    Ok(files)
}

/// A file's content, as far as one byte beyond `most`; `None` when it cannot be read, or is no file.
fn read(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize, most: usize) -> Option<Vec<u8>> {
    let file = zip.by_index(index).ok()?;
    if !file.is_file() {
        return None;
    }
    let bound = u64::try_from(most).ok()?.saturating_add(1);
    let mut content = Vec::new();
    file.take(bound).read_to_end(&mut content).ok()?;
    Some(content)
}

/// Whether a name leads nowhere but into the bundle, on every system.
fn is_plain(name: &str) -> bool {
    let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && part.chars().all(is_usual))
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn names_that_lead_out_are_not_plain() {
        for name in ["../x", "/etc/passwd", "a/../b", "a//b", "C:\\x", "a\\b", "a\u{202e}b", "", ".", "a\0"] {
            assert!(!is_plain(name), "{name:?}");
        }
        assert!(is_plain("sources/001.txt"));
    }
}
