//! From a search to the text of what it finds, over a small web that has everything that is met out there.

use stoa::clients::fetch::FetchError;
use stoa::clients::search::{Query, SearchError};

use crate::support::app::{TestApp, spawn_app_with};
use crate::support::pages::LocalWeb;
use crate::support::scripted::Said;

async fn start() -> (LocalWeb, TestApp) {
    let web = LocalWeb::start().await;
    let app = spawn_app_with(|config| web.configure(config)).await;
    (web, app)
}

/// The addresses that are found.
async fn search(app: &TestApp, text: &str) -> Result<Vec<String>, SearchError> {
    let source = app.state.web.sources.find("web").unwrap();
    let hits = source.search(&Query { text: text.to_owned(), most: 8 }).await?;
    Ok(hits.into_iter().map(|hit| hit.url).collect())
}

async fn text(app: &TestApp, address: &str) -> String {
    let page = app.state.web.fetcher.fetch(address).await.unwrap();
    app.state.reader.read(&page.content_type, &page.body).await.unwrap().text
}

async fn refused(app: &TestApp, address: &str) -> FetchError {
    app.state.web.fetcher.fetch(address).await.unwrap_err()
}

#[tokio::test]
async fn what_is_found_is_fetched_and_read() {
    let (web, app) = start().await;
    web.finds("学说汇纂", &["/zh", "/wrong-charset"]);
    web.finds("digest", &["/en", "/book.pdf", "/data.json", "/notes.md", "/moved"]);
    assert_eq!(search(&app, "Nothing of it").await.unwrap(), Vec::<String>::new());
    for address in search(&app, "《学说汇纂》何时颁布").await.unwrap() {
        let text = text(&app, &address).await;
        assert!(text.contains("于公元533年颁布，共五十卷") && !text.contains("商店"), "{address}: {text}");
    }
    for address in search(&app, "the Digest").await.unwrap() {
        let text = text(&app, &address).await;
        assert!(text.contains("533") || text.contains("50 books"), "{address}: {text}");
    }
    assert_eq!(web.searches(), ["Nothing of it", "《学说汇纂》何时颁布", "the Digest"]);
    assert_eq!((web.fetched("/en"), web.fetched("/moved"), web.fetched("/robots.txt")), (2, 1, 1));
}

#[tokio::test]
async fn what_may_not_or_cannot_be_fetched_says_why() {
    let (web, app) = start().await;
    for (path, why) in [
        ("/inside", FetchError::NotPublic("127.0.0.1".into())),
        ("/huge", FetchError::TooLarge),
        ("/bomb", FetchError::TooLarge),
        ("/private/page", FetchError::Robots),
        ("/missing", FetchError::Status(404)),
    ] {
        assert_eq!(refused(&app, &web.url(path)).await, why, "{path}");
    }
    assert_eq!((web.fetched("/private/page"), web.fetched_inside()), (0, 0));
    let picture = app.state.web.fetcher.fetch(&web.url("/picture")).await.unwrap();
    assert!(app.state.reader.read(&picture.content_type, &picture.body).await.is_err());
}

#[tokio::test]
async fn a_slow_page_comes_when_it_is_let() {
    let (web, app) = start().await;
    let (address, fetcher) = (web.url("/slow"), app.state.web.fetcher.clone());
    let slow = tokio::spawn(async move { fetcher.fetch(&address).await });
    web.put("/new", Said::html("<p>There meanwhile.</p>"));
    assert_eq!(text(&app, &web.url("/new")).await, "There meanwhile.");
    web.release();
    assert!(slow.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_search_that_fails_says_why() {
    let (web, app) = start().await;
    web.search_fails(Said::json(403, "Forbidden"));
    assert!(matches!(search(&app, "x").await, Err(SearchError::Misconfigured(_))));
}
