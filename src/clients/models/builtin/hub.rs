//! A file from a model hub over HTTP, checked by its hash; knows nothing of pip.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::StreamExt;
use tokio::sync::watch;

use super::digest::Digesting;
use super::readiness::{Readiness, report};
use super::settings::Settings;
use super::weights::PUBLISHED_FILE;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Brings the file at `settings.url` into the folder `into`.
pub(super) async fn download(
    into: &Path,
    settings: &Settings,
    progress: &watch::Sender<Readiness>,
) -> anyhow::Result<PathBuf> {
    let answer = client()?.get(&settings.url).send().await?.error_for_status()?;
    let total = answer.content_length();
    let path = into.join(PUBLISHED_FILE);
    let mut written = Digesting::new(File::create(&path)?);
    let (mut pieces, mut done) = (answer.bytes_stream(), 0_u64);
    while let Some(piece) = pieces.next().await {
        let piece = piece.context("the connection broke")?;
        written.write_all(&piece)?;
        done = done.saturating_add(u64::try_from(piece.len())?);
        report(progress, done, total.unwrap_or(u64::MAX));
    }
    let (file, sha256) = written.finish();
    match settings.expected_sha256() {
        Some(expected) => ensure!(
            sha256.eq_ignore_ascii_case(expected),
            "the file at {} is not the known one",
            settings.url
        ),
        None => {
            tracing::warn!(url = settings.url, sha256, "the weights are taken without a hash to hold them to")
        }
    }
    file.sync_all()?;
    Ok(path)
}

fn client() -> reqwest::Result<reqwest::Client> {
    // Fails when the process has chosen its provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(SILENCE_TIMEOUT)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers one request with `response` and closes.
    async fn serve(response: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/model.gguf", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 4096]).await.unwrap();
            socket.write_all(response.as_bytes()).await.unwrap();
        });
        url
    }

    async fn fetch(response: &'static str, sha256: Option<&str>) -> anyhow::Result<(Vec<u8>, Readiness)> {
        let folder = tempfile::tempdir().unwrap();
        let (progress, _) = watch::channel(Readiness::Missing);
        let settings =
            Settings { url: serve(response).await, sha256: sha256.map(str::to_owned), ..Settings::default() };
        let path = download(folder.path(), &settings, &progress).await?;
        Ok((std::fs::read(path).unwrap(), progress.borrow().clone()))
    }

    const ABC: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    const ABC_SHA256: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    #[tokio::test]
    async fn a_file_with_the_expected_hash_is_kept_and_its_progress_told() {
        let (bytes, progress) = fetch(ABC, Some(ABC_SHA256)).await.unwrap();
        assert_eq!((bytes.as_slice(), progress), (b"abc".as_slice(), Readiness::Fetching { percent: 100 }));
    }

    #[tokio::test]
    async fn a_file_from_elsewhere_without_a_hash_is_taken_as_it_is() {
        assert_eq!(fetch(ABC, None).await.unwrap().0, b"abc");
    }

    #[tokio::test]
    async fn another_file_is_refused() {
        assert!(fetch(ABC, Some("00")).await.unwrap_err().to_string().contains("not the known one"));
    }

    #[tokio::test]
    async fn a_connection_that_breaks_and_a_refusal_are_errors() {
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
        assert!(fetch(cut, Some(ABC_SHA256)).await.unwrap_err().to_string().contains("broke"));
        let gone = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        assert!(fetch(gone, None).await.unwrap_err().to_string().contains("404"));
    }
}
