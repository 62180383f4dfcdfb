//! Sharing, taking away and bringing in conversations by plain forms.

use super::chat::{begin, settled, signed_in};
use crate::support::app::spawn_app;
use crate::support::browser::Browser;

#[tokio::test]
async fn an_owner_shares_a_chat_and_takes_the_link_back() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let chat = begin(&browser, "hi").await;
    let page = settled(&browser, &chat).await;
    let place = format!("{chat}/share");
    assert!(page.attributes("a.item", "href").contains(&place));
    assert!(browser.get(&place).await.texts("#address").is_empty());
    assert_eq!(browser.post(&place, &[]).await.leads_to(), place);
    let page = browser.get(&place).await;
    let url = page.texts("#address").remove(0);
    let path = url.strip_prefix(&app.state.base_url).unwrap();
    let stranger = Browser::new(app.address);
    assert_eq!(stranger.get(path).await.texts("article").len(), 2);
    assert_eq!(browser.post(&format!("{place}/delete"), &[]).await.leads_to(), place);
    assert_eq!(stranger.get(path).await.status, 404);
    assert!(browser.get(&place).await.texts("#address").is_empty());
}

#[tokio::test]
async fn nobody_shares_somebody_elses_chat() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let chat = begin(&ada, "hi").await;
    let bob = signed_in(&app, "bob@example.com").await;
    for path in [format!("{chat}/share"), format!("{chat}/share/delete")] {
        assert_eq!(bob.post(&path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(bob.get(&format!("{chat}/share")).await.status, 404);
}
