//! Sharing, taking away and bringing in conversations by plain forms.

use serde_json::json;
use stoa::services::import::LARGEST;

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
    let revoke = format!("{place}/delete");
    assert!(page.attributes("a.danger", "href").contains(&revoke));
    let question = browser.get(&revoke).await;
    assert_eq!(question.attributes("form.ask", "action"), [revoke.as_str()]);
    assert_eq!(question.attributes("form.ask a", "href"), [place.as_str()]);
    assert_eq!(stranger.get(path).await.status, 200);
    assert_eq!(browser.post(&revoke, &[]).await.leads_to(), place);
    assert_eq!(stranger.get(path).await.status, 404);
    assert!(browser.get(&place).await.texts("#address").is_empty());
    assert_eq!(browser.get(&revoke).await.status, 404);
}

#[tokio::test]
async fn a_reader_of_a_shared_chat_without_messages_is_not_asked_for_one() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    let made = ada.post(&format!("/api/chat/sessions/{session}/share"), json!({})).await.json();
    let url = made["share"]["url"].as_str().unwrap().to_owned();
    let page = Browser::new(app.address).get(url.strip_prefix(&app.state.base_url).unwrap()).await;
    assert_eq!(page.texts(".shared .empty"), ["Nothing had been said in this chat when it was shared."]);
}

#[tokio::test]
async fn nobody_shares_somebody_elses_chat() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let chat = begin(&ada, "hi").await;
    let bob = signed_in(&app, "bob@example.com").await;
    for path in [format!("{chat}/share"), format!("{chat}/share/delete")] {
        assert_eq!(bob.get(&path).await.status, 404, "{path}");
        assert_eq!(bob.post(&path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_file_is_imported_by_a_plain_form() {
    let app = spawn_app().await;
    let browser = signed_in(&app, "ada@example.com").await;
    let link = browser.get("/chat").await.attributes("a", "href");
    assert!(link.contains(&"/chat/import".to_owned()));
    let form = |file: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        let request = browser.request(reqwest::Method::POST, "/chat/import");
        let request = request.header("Content-Type", "multipart/form-data; boundary=x");
        request.header("Origin", format!("http://{}", app.address)).body(body)
    };
    let chat = r#"{"title":"Soup","chat":{"messages":[{"role":"user","content":"How?"}]}}"#;
    let place = browser.send(form(chat)).await.leads_to().to_owned();
    let page = settled(&browser, &place).await;
    assert!(page.text.contains("Messages imported: 1"), "{}", page.text);
    assert!(browser.get("/chat").await.text.contains("Soup"));
    for (file, said) in
        [("{\"x\":1}", "no file we know"), ("{\n\"x\"", "line 2, column 3"), ("", "Choose a file")]
    {
        let page = browser.send(form(file)).await;
        assert_eq!((page.status.as_u16(), page.texts("input[type=file]").len()), (400, 1));
        assert!(page.texts("[role=alert]")[0].contains(said), "{}", page.text);
    }
    let page = browser.send(form(&"x".repeat(LARGEST + 1))).await;
    assert_eq!((page.status.as_u16(), page.texts("input[type=file]").len()), (413, 1));
    assert!(page.texts("[role=alert]")[0].contains("64 MiB"));
}
