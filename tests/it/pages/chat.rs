//! Conversations, without scripts.

use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::caller::Answer;
use crate::support::frames::Frames;
use crate::support::upstream::{Script, Signal};

const PASSWORD: &str = "correct horse";

pub async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user(email, Role::Member, Some(hash)).await;
    Browser::signed_in(app, email, PASSWORD).await
}

/// Begins a conversation; its path.
pub async fn begin(browser: &Browser, content: &str) -> String {
    let answer = browser.post("/chat", &[("content", content)]).await;
    answer.leads_to().split('#').next().unwrap().to_owned()
}

/// The page once no answer is being made any more.
pub async fn settled(browser: &Browser, path: &str) -> Answer {
    loop {
        let page = browser.get(path).await;
        if !page.text.contains("http-equiv=\"refresh\"") {
            return page;
        }
    }
}

#[tokio::test]
async fn asking_leads_to_the_conversation_and_its_answer() {
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&["**Bold** <script>alert(1)</script> & done"])]);
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "你好 <b>👋</b>").await;
    let page = settled(&browser, &path).await;
    assert!(page.text.contains("<strong>Bold</strong>"));
    assert!(!page.text.contains("<script>alert"));
    assert!(page.text.contains("👋"));
    assert_eq!(page.texts("article").len(), 2);
}

#[tokio::test]
async fn while_an_answer_is_made_the_page_looks_again_by_itself_and_can_stop_it() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Half").wait_for(&go_on).finish(1)]);
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("<noscript>") && page.text.contains("http-equiv=\"refresh\""));
    app.upstream.received(1).await;
    assert_eq!(
        browser.post(&format!("{path}/stop"), &[]).await.leads_to().split('#').next(),
        Some(path.as_str())
    );
    let page = settled(&browser, &path).await;
    assert_eq!(page.texts("article").len(), 2);
}

#[tokio::test]
async fn a_page_shows_an_open_answer_in_the_blocks_its_stream_goes_on_with() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    app.upstream
        .play([Script::stream().text("## So far\n\nThis much is written. ").wait_for(&go_on).finish(1)]);
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    let page = loop {
        let page = browser.get(&path).await;
        if page.text.contains("This much") {
            break page;
        }
    };
    let shown = page.texts("[data-open] .prose > div");
    let run = page.attributes("[data-stream]", "data-stream").pop().unwrap();
    let request = browser.request(reqwest::Method::GET, &run).header("Cookie", browser.cookies());
    let mut frames = Frames::new(request.send().await.unwrap());
    let block = frames.next_of("block").await;
    assert_eq!((block.data["index"].as_i64(), shown.len()), (Some(0), 1));
    assert!(block.data["html"].as_str().unwrap().contains("This much is written."));
    go_on.fire();
}

#[tokio::test]
async fn a_second_question_and_another_answer_are_plain_forms() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "one").await;
    settled(&browser, &path).await;
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let page = settled(&browser, &path).await;
    assert_eq!(page.texts("article").len(), 4);
    app.upstream.play([Script::answer(&["Quite another answer."])]);
    let again = page.attributes("form[action$='/regenerate']", "action");
    assert_eq!(again.len(), 2);
    browser.post(again.last().unwrap(), &[]).await.leads_to();
    assert!(settled(&browser, &path).await.text.contains("Quite another answer."));
}

#[tokio::test]
async fn a_blank_or_hostile_message_is_shown_again() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    settled(&browser, &path).await;
    for target in ["/chat".to_owned(), format!("{path}/messages")] {
        assert_eq!(browser.post(&target, &[("content", "  ")]).await.status, 400);
        let nul = browser.post(&target, &[("content", "keep \0 me")]).await;
        assert_eq!(nul.status, 400);
        assert!(nul.texts("textarea[name=content]")[0].contains("keep"), "{}", nul.text);
        let model = browser.post(&target, &[("content", "keep me"), ("model", "no/such")]).await;
        assert_eq!(
            (model.status.as_u16(), model.texts("textarea[name=content]")[0].as_str()),
            (400, "keep me")
        );
        assert_eq!(browser.post(&target, &[("content", &"x".repeat(2 * 1024 * 1024))]).await.status, 413);
    }
    assert_eq!(settled(&browser, &path).await.texts("article").len(), 2);
}

#[tokio::test]
async fn a_conversation_is_renamed_filed_and_deleted_by_forms() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    settled(&browser, &path).await;
    browser.post(&format!("{path}/rename"), &[("name", "New & improved")]).await.leads_to();
    assert!(browser.get("/chat?q=improved").await.text.contains("New &#38; improved"));
    assert_eq!(browser.post(&format!("{path}/rename"), &[("name", "")]).await.status, 400);
    browser.post(&format!("{path}/pin"), &[("pinned", "true")]).await.leads_to();
    browser.post(&format!("{path}/archive"), &[("archived", "true")]).await.leads_to();
    assert!(!browser.get("/chat").await.text.contains("New &#38; improved"));
    assert!(browser.get("/chat?archived=true").await.text.contains("New &#38; improved"));
    assert!(browser.get(&format!("{path}/delete")).await.text.contains("New &#38; improved"));
    browser.post(&format!("{path}/delete"), &[]).await.leads_to();
    assert_eq!(browser.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_strangers_conversation_is_a_page_that_is_not_there() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let path = begin(&ada, "secret").await;
    settled(&ada, &path).await;
    let eve = signed_in(&app, "eve@example.com").await;
    for part in ["", "/rename", "/tags", "/delete"] {
        let page = eve.get(&format!("{path}{part}")).await;
        assert_eq!((page.status.as_u16(), page.texts("h1").len()), (404, 1));
        assert!(!page.text.contains("secret"));
    }
    for part in ["/messages", "/stop", "/rename", "/tags", "/pin", "/archive", "/delete"] {
        let form = [("content", "x"), ("name", "x"), ("tags", "x"), ("pinned", "true"), ("archived", "true")];
        assert_eq!(eve.post(&format!("{path}{part}"), &form).await.status, 404, "{part}");
    }
    assert!(settled(&ada, &path).await.text.contains("secret"));
}

#[tokio::test]
async fn nobody_is_led_to_sign_in_from_every_page() {
    let app = spawn_app().await;
    let id = "01a20750-065f-7622-966a-1aef5b302e93";
    let nobody = Browser::new(app.address);
    for path in [
        "/",
        "/chat",
        "/settings",
        "/settings/tokens",
        "/settings/devices",
        &format!("/chat/{id}"),
        &format!("/chat/{id}/rename"),
        &format!("/chat/{id}/delete"),
    ] {
        assert!(nobody.get(path).await.leads_to().starts_with("/login"), "{path}");
    }
    for path in [
        "/chat",
        "/settings",
        "/settings/password",
        "/settings/tokens",
        &format!("/chat/{id}/messages"),
        &format!("/chat/{id}/stop"),
        &format!("/chat/{id}/delete"),
    ] {
        let form = [("content", "x"), ("name", "x"), ("current_password", "x"), ("password", "x")];
        assert!(nobody.post(path, &form).await.leads_to().starts_with("/login"), "{path}");
    }
}

#[tokio::test]
async fn every_page_stands_alone_under_a_strict_policy() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    settled(&browser, &path).await;
    for path in ["/", "/chat", &path, "/settings", "/settings/tokens", "/settings/devices", "/nope"] {
        let page = browser.get(path).await;
        assert!(page.header("content-security-policy").contains("script-src 'self'"), "{path}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
        for selector in ["[style]", "style", "script:not([src])", "[onclick]", "[onsubmit]", "[onload]"] {
            assert!(page.texts(selector).is_empty(), "{path} has {selector}");
        }
        for address in page.attributes("script[src], img[src]", "src") {
            assert!(address.starts_with("/static/"), "{path}: {address}");
            assert_eq!(browser.get(&address).await.status, 200, "{address}");
        }
    }
}
