//! The search page, without scripts.

use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::upstream::Script;

const PASSWORD: &str = "correct horse";

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user(email, Role::Member, Some(hash)).await;
    Browser::signed_in(app, email, PASSWORD).await
}

#[tokio::test]
async fn results_lead_to_their_things_with_the_words_marked() {
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&["fine"])]);
    let browser = signed_in(&app, "ada@example.com").await;
    let begun = browser.post("/chat", &[("content", "<b>写锁</b> & a lock, Lock")]).await;
    let chat = begun.leads_to().split('#').next().unwrap().to_owned();
    browser.post(&format!("{chat}/rename"), &[("name", "写锁 <i>")]).await;
    let page = browser.get("/search?q=%E5%86%99%E9%94%81").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("&#60;b&#62;<mark>写锁</mark>&#60;/b&#62; &#38; a lock, Lock"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<i>"));
    let links = page.attributes(".found a", "href");
    assert_eq!(links.len(), 2);
    assert_eq!(links[0], chat);
    assert!(links[1].starts_with(&format!("{chat}?message=")));
    assert_eq!(browser.get("/search?q=LOCK").await.texts("mark"), ["lock", "Lock"]);
    assert_eq!(browser.get("/search?q=%E5%86%99&kind=session").await.attributes(".found a", "href"), [chat]);
}

#[tokio::test]
async fn the_page_says_what_to_do_when_there_is_nothing() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let before = browser.get("/search").await;
    assert_eq!((before.status.as_u16(), before.texts(".empty strong").len()), (200, 1));
    let none = browser.get("/search?q=%22%3E%3Cscript%3E&kind=task").await;
    assert!(none.text.contains("value=\"&#34;&#62;&#60;script&#62;\""));
    assert_eq!(none.attributes(".empty a", "href"), ["/search?q=%22%3E%3Cscript%3E"]);
    assert_eq!(none.attributes(".side form[role=search]", "action"), ["/search"]);
    assert_eq!(browser.get("/search?q=a&kind=nonsense").await.status, 400);
    let stranger = Browser::new(app.address);
    assert!(stranger.get("/search?q=a").await.leads_to().starts_with("/login"));
}

#[tokio::test]
async fn pages_of_results_follow_each_other() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    for n in 0..25 {
        let begun = browser.post("/chat", &[("content", &format!("question {n}"))]).await;
        let chat = begun.leads_to().split('#').next().unwrap().to_owned();
        browser.post(&format!("{chat}/rename"), &[("name", &format!("needle {n}"))]).await;
    }
    let first = browser.get("/search?q=needle").await;
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = browser.get(&next).await;
    assert_eq!((first.texts(".found li").len(), second.texts(".found li").len()), (20, 5));
    assert_eq!(second.attributes(".paging a", "href"), ["/search?q=needle"]);
}
