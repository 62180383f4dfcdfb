//! How much a page may take.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use stoa::clients::fetch::{FetchError, Fetcher, Guard, Limits};
use tokio::net::TcpListener;

use super::{LIMITS, fetch, site};
use crate::support::scripted::Said;
use crate::support::upstream::refusing;

#[tokio::test]
async fn redirects_have_an_end() {
    let server = site(|target| match target.trim_start_matches('/').parse::<u32>().unwrap() {
        0 => Said::html("there"),
        left => Said::redirect(&format!("/{}", left - 1)),
    });
    let from = async |number: u32| fetch(&["127.0.0.1"], &format!("{}/{number}", server.url)).await;
    let page = from(5).await.unwrap();
    assert_eq!((page.body.as_slice(), page.url.path()), (&b"there"[..], "/0"));
    assert_eq!(from(6).await, Err(FetchError::TooManyRedirects));
}

#[tokio::test]
async fn a_page_that_is_too_large_is_given_up() {
    let server = site(|target| Said::html("x".repeat(target.trim_start_matches('/').parse().unwrap())));
    let size = async |size: usize| fetch(&["127.0.0.1"], &format!("{}/{size}", server.url)).await;
    assert_eq!(size(LIMITS.largest).await.unwrap().body.len(), LIMITS.largest);
    assert_eq!(size(LIMITS.largest + 1).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn what_is_packed_counts_as_it_is_unpacked() {
    let packed = |size: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'x'; size]).unwrap();
        encoder.finish().unwrap()
    };
    let bomb = packed(50_000_000);
    assert!(bomb.len() < LIMITS.largest, "small on its way");
    let small = packed(1000);
    let server = site(move |target| {
        Said::html(if target == "/bomb" { bomb.clone() } else { small.clone() })
            .with("content-encoding", "gzip")
    });
    let page = async |path: &str| fetch(&["127.0.0.1"], &format!("{}{path}", server.url)).await;
    assert_eq!(page("/small").await.unwrap().body, vec![b'x'; 1000]);
    assert_eq!(page("/bomb").await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn silence_has_an_end() {
    // Connections are taken by the system, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { patience: Duration::from_millis(200), ..LIMITS };
    let fetcher = Fetcher::new(Guard::new(vec!["127.0.0.1".parse().unwrap()]), limits).unwrap();
    let address = format!("http://{}/", silent.local_addr().unwrap());
    assert_eq!(fetcher.fetch(&address).await, Err(FetchError::TimedOut));
}

#[tokio::test]
async fn refusals_and_broken_servers_are_told() {
    let server = site(|_| Said::status(410));
    assert_eq!(fetch(&["127.0.0.1"], &server.url).await, Err(FetchError::Status(410)));
    let (_socket, nobody) = refusing();
    let unreachable = fetch(&["127.0.0.1"], &format!("http://{nobody}/")).await;
    assert!(matches!(unreachable, Err(FetchError::Unreachable(_))), "{unreachable:?}");
}
