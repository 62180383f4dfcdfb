//! Where a fetch may lead.

use stoa::clients::fetch::FetchError;

use super::{by_name, fetch, site};
use crate::support::scripted::Said;

fn not_public(what: &str) -> FetchError {
    FetchError::NotPublic(what.to_owned())
}

#[tokio::test]
async fn nothing_of_ones_own_network_is_asked() {
    let server = site(|_| Said::html("inside"));
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::1]"] {
        let refused = fetch(&[], &format!("http://{host}:{port}/")).await;
        assert!(matches!(refused, Err(FetchError::NotPublic(_))), "{host}: {refused:?}");
    }
    for name in ["localhost", "localhost.", "LOCALHOST"] {
        assert_eq!(
            fetch(&[], &format!("http://{name}:{port}/")).await,
            Err(not_public("localhost")),
            "{name}"
        );
    }
    assert_eq!(server.asked().len(), 0, "not even for its robots.txt");
}

#[tokio::test]
async fn what_an_administrator_allows_is_fetched_by_name_address_or_block() {
    let server = site(|target| Said::html(target.to_owned()));
    for allowed in ["127.0.0.1", "127.0.0.0/8"] {
        assert_eq!(
            fetch(&[allowed], &format!("{}/page?a=b#c", server.url)).await.unwrap().body,
            b"/page?a=b"
        );
    }
    let page = fetch(&["localhost"], &format!("{}/page", by_name(&server))).await.unwrap();
    assert_eq!((page.body.as_slice(), page.content_type.as_str()), (&b"/page"[..], "text/html"));
}

#[tokio::test]
async fn a_redirect_is_checked_like_the_first_address() {
    let inner = site(|_| Said::html("secret"));
    for (to, refusal) in [
        (inner.url.clone(), not_public("127.0.0.1")),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), not_public("169.254.169.254")),
        ("http://[::1]:80/".to_owned(), not_public("[::1]")),
        ("file:///etc/passwd".to_owned(), FetchError::NotWeb),
        ("ftp://example.org/".to_owned(), FetchError::NotWeb),
        ("javascript:alert(1)".to_owned(), FetchError::NotWeb),
    ] {
        let target = to.clone();
        let server = site(move |_| Said::redirect(&target));
        assert_eq!(fetch(&["localhost"], &by_name(&server)).await, Err(refusal), "{to}");
    }
    assert_eq!(inner.asked().len(), 0);
}

#[tokio::test]
async fn only_the_web_is_fetched() {
    for address in
        ["", "example.org", "/etc/passwd", "file:///etc/passwd", "gopher://h/", "data:text/html,x", "http://"]
    {
        assert_eq!(fetch(&[], address).await, Err(FetchError::NotWeb), "{address}");
    }
}

#[tokio::test]
async fn credentials_in_an_address_are_not_sent() {
    let server = site(|_| Said::html("x"));
    let address = server.url.replace("http://", "http://me:hush@");
    let page = fetch(&["127.0.0.1"], &address).await.unwrap();
    assert_eq!(page.url.as_str(), format!("{}/", server.url), "nor kept");
    for asked in server.asked() {
        assert_eq!(asked.header("authorization"), None, "{}", asked.target);
    }
}
