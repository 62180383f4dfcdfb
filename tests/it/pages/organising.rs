//! Conversations filed by plain forms: tags, pins and the archive, and finding them again.

use serde_json::json;

use super::chat::{begin, settled, signed_in};
use crate::support::app::spawn_app;

#[tokio::test]
async fn a_chat_gets_tags_by_a_form_and_is_found_by_them() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let chat = begin(&ada, "hi").await;
    let menu = settled(&ada, &chat).await.attributes("a.item", "href");
    let place = format!("{chat}/tags");
    assert!(menu.iter().any(|link| link.starts_with(&place)), "{menu:?}");
    begin(&ada, "something else").await;
    let form = [("tags", "学习，50% \"off\", 学习 , <b>"), ("next", "/chat?type=chat")];
    assert_eq!(ada.post(&place, &form).await.leads_to(), "/chat?type=chat");
    assert_eq!(ada.get(&place).await.attributes("[name=tags]", "value"), ["学习, 50% \"off\", <b>"]);
    let list = ada.get("/chat").await;
    assert_eq!(list.texts(".lines li").len(), 2);
    assert_eq!(list.texts(".lines .tag"), ["学习", "50% \"off\"", "<b>"]);
    for (link, found) in list.attributes(".lines .tag", "href").iter().zip([1, 1, 1]) {
        let narrowed = ada.get(link).await;
        assert_eq!(
            (narrowed.texts(".lines li").len(), narrowed.texts(".tag.set").len()),
            (found, 1),
            "{link}"
        );
    }
    let none = ada.get("/chat?tags=50_").await;
    assert_eq!(
        (none.texts(".lines li").len(), none.attributes(".empty a", "href")),
        (0, vec!["/chat".into()])
    );
    assert_eq!(ada.post(&place, &[("tags", " , ")]).await.leads_to(), chat);
    assert!(ada.get("/chat").await.texts(".lines .tag").is_empty());
}

#[tokio::test]
async fn refused_tags_are_shown_again() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let place = format!("{}/tags", begin(&ada, "hi").await);
    let many = (0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    for tags in [many.as_str(), &"字".repeat(51), "a\u{0}b"] {
        let refused = ada.post(&place, &[("tags", tags), ("next", "//evil.example")]).await;
        assert_eq!((refused.status.as_u16(), refused.texts("#typed-wrong").len()), (400, 1), "{tags}");
        assert_eq!(refused.attributes("main form.ask [name=next]", "value"), ["/"]);
        if !tags.contains('\0') {
            assert_eq!(refused.attributes("[name=tags]", "value"), [tags]);
        }
    }
    assert!(ada.get("/chat").await.texts(".lines .tag").is_empty());
}

#[tokio::test]
async fn filters_are_kept_together() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let chat = begin(&ada, "hi").await;
    settled(&ada, &chat).await;
    ada.post(&format!("{chat}/tags"), &[("tags", "a")]).await.leads_to();
    ada.post(&format!("{chat}/archive"), &[("archived", "true")]).await.leads_to();
    assert!(ada.get("/chat?tags=a").await.texts(".lines li").is_empty());
    let found = ada.get("/chat?tags=a&archived=true&type=chat").await;
    assert_eq!(found.texts(".lines li").len(), 1);
    assert_eq!(found.texts("nav.chips [aria-current]").len(), 2);
    let hidden = found.attributes("form.find input[type=hidden]", "value");
    assert_eq!(hidden, ["chat", "true", "a"]);
    let back = found.attributes("nav.chips [aria-current=true]", "href");
    assert_eq!(back, ["/chat?type=chat&tags=a"]);
    assert_eq!(ada.get("/chat?archived=perhaps").await.status, 400);
    ada.post(&format!("{chat}/archive"), &[("archived", "false")]).await.leads_to();
    assert_eq!(ada.get(&back[0]).await.texts(".lines li").len(), 1);
}

#[tokio::test]
async fn an_imported_answer_with_an_error_of_elsewhere_is_shown() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let now = "2026-01-01T00:00:00Z";
    let message = |id: &str, status: &str, code: Option<&str>| {
        json!({ "id": id, "role": "assistant", "content": "So far", "status": status, "error_code": code,
        "created_at": now })
    };
    let file = json!({ "format": "stoa.session", "version": 1, "sessions": [{ "id": "s", "name": "x", "type": "chat",
        "created_at": now, "updated_at": now, "head_id": "a",
        "messages": [message("a", "failed", Some("a_code_of_elsewhere"))] }] });
    let request =
        ada.request(reqwest::Method::POST, "/chat/import").header("Content-Type", "application/json");
    let request = request.header("Origin", format!("http://{}", app.address)).body(file.to_string());
    let place = ada.send(request).await.leads_to().to_owned();
    let link = settled(&ada, &place).await.attributes("#sessions a[data-session]", "href").remove(0);
    let page = ada.get(&link).await;
    assert!(page.texts(".turn .notice")[0].contains("a_code_of_elsewhere"), "{}", page.text);
    assert!(!page.text.contains("error.a_code_of_elsewhere"));
}
