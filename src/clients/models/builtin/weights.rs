//! The weights on disk: where they lie, whether they are whole; knows nothing of where they come from.
//!
//! `<data_dir>/models/` holds the converted file and its record, written last: without a record that fits there
//! are no weights. A lock keeps two processes from fetching at once.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::sha256_of;

/// The published file; put by hand into the folder, it is taken from there.
pub const PUBLISHED_FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";
const MODEL_FILE: &str = "SmolLM2-135M-Instruct.Q8_0.gguf";

/// What the converted file was when it was written.
#[derive(Serialize, Deserialize)]
struct Record {
    bytes: u64,
    sha256: String,
}

/// The folder of the weights.
#[derive(Clone, Debug)]
pub struct Weights {
    folder: PathBuf,
}

impl Weights {
    /// The weights of the data directory `data_dir`, which need not exist yet.
    pub fn of(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("models") }
    }

    /// The folder they lie in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file the model is loaded from.
    pub fn model(&self) -> PathBuf {
        self.folder.join(MODEL_FILE)
    }

    /// Where the published file may be put by hand.
    pub fn published(&self) -> PathBuf {
        self.folder.join(PUBLISHED_FILE)
    }

    /// Where a fetch keeps what is not finished.
    pub fn unfinished(&self) -> PathBuf {
        self.folder.join("unfinished")
    }

    fn record(&self) -> PathBuf {
        self.model().with_extension("gguf.json")
    }

    /// Whether the file is there with its recorded size. Reads no more than the record.
    pub fn seem_whole(&self) -> bool {
        let size = fs::metadata(self.model()).map(|file| file.len());
        matches!((size, self.read_record()), (Ok(size), Some(record)) if size == record.bytes)
    }

    /// Whether the file is there and every byte is as recorded. Reads all of it.
    pub fn are_whole(&self) -> bool {
        let known = self.read_record().map(|record| record.sha256);
        self.seem_whole() && known.is_some() && sha256_of(&self.model()).ok() == known
    }

    /// Takes `file`, complete and on the same disk, as the weights.
    pub fn adopt(&self, file: &Path) -> io::Result<()> {
        let record = Record { bytes: fs::metadata(file)?.len(), sha256: sha256_of(file)? };
        let unfinished = self.unfinished().join("record.json");
        let mut written = File::create(&unfinished)?;
        written.write_all(&serde_json::to_vec(&record)?)?;
        written.sync_all()?;
        fs::rename(file, self.model())?;
        fs::rename(unfinished, self.record())?;
        sync_folder(&self.folder)
    }

    /// Makes the folder, and an empty place for what is unfinished.
    pub fn make_room(&self) -> io::Result<()> {
        self.clear_unfinished()?;
        fs::create_dir_all(self.unfinished())
    }

    /// Removes what a fetch left behind.
    pub fn clear_unfinished(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.unfinished()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Bytes a fetch, perhaps of another process, has brought so far.
    pub fn unfinished_bytes(&self) -> u64 {
        bytes_in(&self.unfinished())
    }

    /// The right to fetch, unless another process has it; held until the file is dropped.
    pub fn try_lock(&self) -> io::Result<Option<File>> {
        fs::create_dir_all(&self.folder)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(self.folder.join(".lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn read_record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.record()).ok()?).ok()
    }
}

/// Bytes of all files in `folder` and below; what vanishes meanwhile counts nothing.
pub(super) fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes_in(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// Makes the renames in `folder` last; only Unix can open a folder for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> (tempfile::TempDir, Weights) {
        let data = tempfile::tempdir().unwrap();
        let weights = Weights::of(data.path());
        weights.make_room().unwrap();
        let file = weights.unfinished().join("model");
        fs::write(&file, b"weights").unwrap();
        weights.adopt(&file).unwrap();
        (data, weights)
    }

    #[test]
    fn adopted_weights_are_whole() {
        let (_data, weights) = whole();
        assert!(weights.seem_whole() && weights.are_whole());
    }

    #[test]
    fn a_truncated_file_is_noticed_without_reading_it() {
        let (_data, weights) = whole();
        fs::write(weights.model(), b"weight").unwrap();
        assert!(!weights.seem_whole());
    }

    #[test]
    fn a_changed_byte_is_noticed_by_the_hash() {
        let (_data, weights) = whole();
        fs::write(weights.model(), b"weighty").unwrap();
        assert!(weights.seem_whole() && !weights.are_whole());
    }

    #[test]
    fn a_file_without_a_readable_record_does_not_count() {
        let (_data, weights) = whole();
        fs::write(weights.record(), b"{").unwrap();
        assert!(!weights.seem_whole() && !weights.are_whole());
    }

    #[test]
    fn one_at_a_time_may_fetch() {
        let (_data, weights) = whole();
        let held = weights.try_lock().unwrap();
        assert!(held.is_some());
        assert!(weights.try_lock().unwrap().is_none());
        drop(held);
        assert!(weights.try_lock().unwrap().is_some());
    }

    #[test]
    fn unfinished_files_are_counted_with_those_in_folders_and_can_be_cleared() {
        let (_data, weights) = whole();
        fs::create_dir(weights.unfinished().join("below")).unwrap();
        fs::write(weights.unfinished().join("below/file"), b"123").unwrap();
        fs::write(weights.unfinished().join("file"), b"45").unwrap();
        assert_eq!(weights.unfinished_bytes(), 5);
        weights.clear_unfinished().unwrap();
        weights.clear_unfinished().unwrap();
        assert_eq!(weights.unfinished_bytes(), 0);
    }
}
