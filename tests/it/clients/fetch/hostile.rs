//! Addresses, servers and robots.txt of somebody who means harm.

use std::time::Duration;

use stoa::clients::fetch::{FetchError, Fetched, Fetcher, Guard, Limits};

use super::{LIMITS, fetch, fetcher, site};
use crate::support::scripted::{Asked, Said, Scripted};
use crate::support::upstream::{Script, Upstream};

/// The page of a server that plays this script, for a site without robots.txt.
async fn played(page: Script) -> Result<Fetched, FetchError> {
    let server = Upstream::start().await.on("/page", page);
    let limits = Limits { patience: Duration::from_secs(2), ..LIMITS };
    let fetcher = Fetcher::new(Guard::new(vec!["127.0.0.1".parse().unwrap()]), limits).unwrap();
    fetcher.fetch(&server.base_url.replace("/v1", "/page")).await
}

fn html() -> Script {
    Script::raw().send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
}

#[tokio::test]
async fn no_writing_of_an_address_leads_inside() {
    for host in [
        "0",
        "0.0.0.0",
        "127.1",
        "127.0.0.1.",
        "0x7f.0.0.0x1",
        "0177.0.0.01",
        "%31%32%37.0.0.1",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "me@127.0.0.1",
        "example.org@127.0.0.1",
        "127.0.0.1:80",
        "[::]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[::ffff:0:127.0.0.1]",
        "169.254.169.254",
        "localhost",
        "LOCALHOST.",
        "ｌｏｃａｌｈｏｓｔ",
        "100.100.100.200",
    ] {
        for address in [format!("http://{host}/"), format!("http:/{host}/"), format!("http:\\\\{host}\\")] {
            let refused = fetch(&[], &address).await;
            assert!(matches!(refused, Err(FetchError::NotPublic(_))), "{address}: {refused:?}");
        }
    }
    let hidden = fetch(&[], "http://127.0.0.1\\@example.org/").await;
    assert!(matches!(hidden, Err(FetchError::NotPublic(_))), "{hidden:?}");
    for nonsense in
        ["http://[::1%25lo]/", "http://256.1.1.1/", "http://127.0.0.1:99999/", "http://a b/", "//127.0.0.1/"]
    {
        assert_eq!(fetch(&[], nonsense).await, Err(FetchError::NotWeb), "{nonsense}");
    }
}

#[tokio::test]
async fn other_services_are_not_talked_to_even_where_hosts_are_allowed() {
    for port in [1, 22, 25, 110, 445, 1023, 6000, 6667] {
        let refused = fetch(&["127.0.0.1"], &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(refused, Err(FetchError::NotWebPort(port)));
    }
    let server = site(|_| Said::redirect("http://127.0.0.1:25/"));
    assert_eq!(fetch(&["127.0.0.1"], &server.url).await, Err(FetchError::NotWebPort(25)));
}

#[tokio::test]
async fn an_address_without_end_is_not_followed() {
    let server = site(|_| Said::redirect(&format!("/{}", "x".repeat(3000))));
    assert_eq!(fetch(&["127.0.0.1"], &server.url).await, Err(FetchError::LongAddress));
}

#[tokio::test]
async fn redirects_to_letters_as_they_are_lead_there_without_credentials() {
    let server = Upstream::start().await;
    let (host, letters) = (server.base_url.replace("/v1", ""), "罗马法");
    let to = format!("{}/{letters}#top", host.replace("http://", "http://me:hush@"));
    let moved =
        format!("HTTP/1.1 301 Moved\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let there = Script::reply(200, &[("Content-Type", "text/plain")], "there");
    let _server = server.on("/", Script::raw().send(moved)).on("/%E7%BD%97%E9%A9%AC%E6%B3%95", there);
    let page = fetch(&["127.0.0.1"], &host).await.unwrap();
    assert_eq!((page.body.as_slice(), page.url.path()), (&b"there"[..], "/%E7%BD%97%E9%A9%AC%E6%B3%95"));
    assert!(!page.url.as_str().contains("hush") && page.url.fragment().is_none(), "{}", page.url);
}

#[tokio::test]
async fn heads_without_end_are_given_up() {
    let line = format!("X-Filler: {}\r\n", "x".repeat(1000));
    for head in [line.repeat(2000), "A: b\r\n".repeat(100_000)] {
        let refused = played(html().send(head).hang()).await;
        assert!(matches!(refused, Err(FetchError::Unreachable(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn bodies_without_end_are_given_up() {
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let chunked = html().send("Transfer-Encoding: chunked\r\n\r\n").send(chunk.repeat(10)).hang();
    assert_eq!(played(chunked).await, Err(FetchError::TooLarge));
    let until_closed = html().send("\r\n").send("x".repeat(LIMITS.largest + 1)).hang();
    assert_eq!(played(until_closed).await, Err(FetchError::TooLarge));
    let extended = html().send("Transfer-Encoding: chunked\r\n\r\n1;").send("e".repeat(100_000)).hang();
    let refused = played(extended).await;
    assert!(matches!(refused, Err(FetchError::Unreachable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_trickle_has_an_end() {
    let drop = |script: Script, _| script.send("x").sleep(Duration::from_millis(50));
    let trickle = (0..200).fold(html().send("Content-Length: 200\r\n\r\n"), drop);
    assert_eq!(played(trickle).await, Err(FetchError::TimedOut));
}

#[tokio::test]
async fn lengths_that_are_not_true_make_no_page() {
    for (head, body) in [
        ("Content-Length: 100\r\n\r\n", "short"),
        ("Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "short"),
        ("Content-Length: 99999999999999999999999\r\n\r\n", "short"),
        ("Content-Length: -1\r\n\r\n", "short"),
        ("Transfer-Encoding: chunked\r\n\r\n", "zz\r\n"),
    ] {
        let refused = played(html().send(head).send(body)).await;
        assert!(matches!(refused, Err(FetchError::Unreachable(_))), "{head}: {refused:?}");
    }
    let longer = played(html().send("Content-Length: 5\r\n\r\nshort and more")).await;
    assert_eq!(longer.unwrap().body, b"short", "what is beyond does not count");
}

#[tokio::test]
async fn what_is_packed_otherwise_or_twice_is_refused() {
    for how in ["gzip, gzip", "br", "zstd", "x-rot13"] {
        let server = site(move |_| Said::html("packed").with("content-encoding", how));
        assert_eq!(fetch(&["127.0.0.1"], &server.url).await, Err(FetchError::Packed(how.into())));
    }
    let plain = site(|_| Said::html("plain").with("content-encoding", "identity"));
    assert_eq!(fetch(&["127.0.0.1"], &plain.url).await.unwrap().body, b"plain");
}

#[tokio::test]
async fn rules_without_end_hold_as_far_as_they_are_read() {
    let rules = format!("User-agent: *\nDisallow: /private\n{}", "Disallow: /x/y/z\n".repeat(100_000));
    let server = Scripted::serve(move |asked: &Asked| match asked.target.as_str() {
        "/robots.txt" => Said::html(rules.clone()),
        _ => Said::html("page"),
    });
    let fetcher = fetcher(&["127.0.0.1"]);
    assert!(fetcher.fetch(&format!("{}/open", server.url)).await.is_ok());
    assert_eq!(fetcher.fetch(&format!("{}/private", server.url)).await, Err(FetchError::Robots));
}

#[tokio::test]
async fn rules_that_would_take_all_memory_are_not_read() {
    let rules = format!("User-agent: *\n{}", "Allow: /*a*b$\n".repeat(30_000));
    let server = Scripted::serve(move |_| Said::html(rules.clone()));
    assert_eq!(fetch(&["127.0.0.1"], &server.url).await, Err(FetchError::Robots));
}

#[tokio::test]
async fn rules_lead_nowhere_inside() {
    let inner = site(|_| Said::html("secret"));
    let target = format!("{}/robots.txt", inner.url);
    let server = Scripted::serve(move |_| Said::redirect(&target));
    let address = super::by_name(&server);
    assert_eq!(fetch(&["localhost"], &address).await, Err(FetchError::NotPublic("127.0.0.1".into())));
    assert_eq!(inner.asked().len(), 0);
}
