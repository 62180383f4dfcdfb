//! Branches of a conversation, without scripts.

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::caller::Answer;
use crate::support::upstream::{Script, Signal};

use super::chat::{begin, settled, signed_in};

/// A browser with a conversation of one exchange; its path and page.
async fn conversation(app: &TestApp) -> (Browser, String, Answer) {
    let browser = signed_in(app, "ada@example.com").await;
    let path = begin(&browser, "one").await;
    let page = settled(&browser, &path).await;
    (browser, path, page)
}

/// The newest link or form of a page that ends so.
fn last(page: &Answer, ending: &str) -> String {
    let links = page.attributes(&format!("main a[href$='{ending}']"), "href");
    let forms = page.attributes(&format!("main form[action$='{ending}']"), "action");
    links.into_iter().chain(forms).next_back().unwrap_or_else(|| panic!("no {ending}: {}", page.text))
}

#[tokio::test]
async fn a_question_is_edited_in_a_form_that_holds_it() {
    let app = spawn_app().await;
    let (browser, path, page) = conversation(&app).await;
    let address = last(&page, "/edit");
    let form = browser.get(&address).await;
    assert_eq!(form.texts("textarea[name=content]"), ["one"]);
    assert_eq!(form.attributes("main form", "action").first(), Some(&address));
    for (content, kept) in [(" ", ""), ("keep \0 me", "keep")] {
        let refused = browser.post(&address, &[("content", content)]).await;
        assert_eq!(refused.status, 400);
        assert!(refused.texts("textarea[name=content]")[0].starts_with(kept));
        assert_eq!(refused.texts(".wrong").len(), 1);
    }
    app.upstream.play([Script::answer(&["Other words."])]);
    assert_eq!(browser.post(&address, &[("content", "eins")]).await.leads_to(), format!("{path}#latest"));
    let page = settled(&browser, &path).await;
    assert!(page.text.contains("Other words.") && !page.text.contains("Hello there."));
    assert_eq!(page.texts(".versions > span"), ["Version 2/2"]);
}

#[tokio::test]
async fn an_edit_while_an_answer_is_made_is_kept_in_the_form() {
    let app = spawn_app().await;
    let (browser, path, page) = conversation(&app).await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().wait_for(&go_on).text("x").finish(1)]);
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let refused = browser.post(&last(&page, "/edit"), &[("content", "my long words")]).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.texts("textarea[name=content]"), ["my long words"]);
    assert!(refused.texts(".wrong")[0].contains("still being made"));
    go_on.fire();
}

#[tokio::test]
async fn versions_are_switched_by_forms_that_lead_to_the_message() {
    let app = spawn_app().await;
    let (browser, path, page) = conversation(&app).await;
    assert!(page.texts(".versions").is_empty(), "what stands alone has no versions");
    app.upstream.play([Script::answer(&["Another."])]);
    browser.post(&last(&page, "/regenerate"), &[]).await.leads_to();
    let page = settled(&browser, &path).await;
    assert_eq!(page.texts(".versions > span"), ["Version 2/2"]);
    assert_eq!(page.attributes(".versions button", "aria-label"), ["Previous version", "Next version"]);
    assert_eq!(page.attributes(".versions button[disabled]", "aria-label"), ["Next version"]);
    let select = last(&page, "/select");
    let id = select.split('/').nth(4).unwrap();
    let there = browser.post(&select, &[]).await.leads_to().to_owned();
    assert_eq!(there, format!("{path}?message={id}#m-{id}"));
    for address in [there.split('#').next().unwrap(), path.as_str()] {
        let page = browser.get(address).await;
        assert!(page.text.contains("Hello there.") && page.text.contains(&format!("id=\"m-{id}\"")));
        assert_eq!(page.texts(".versions > span"), ["Version 1/2"]);
    }
}

#[tokio::test]
async fn any_answer_can_be_made_again_and_a_form_asks_for_the_model() {
    let app = spawn_app().await;
    let (browser, path, _) = conversation(&app).await;
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let page = settled(&browser, &path).await;
    let forms = page.attributes("form[action$='/regenerate']", "action");
    assert_eq!(forms.len(), 2);
    assert_eq!(browser.get(&forms[0]).await.attributes("main form", "action"), [forms[0].clone()]);
    browser.post(&forms[0], &[("model", "test/small")]).await.leads_to();
    let page = settled(&browser, &path).await;
    assert_eq!(page.texts("article").len(), 2);
    assert_eq!(browser.post(&forms[0], &[("model", "test/none")]).await.status, 400);
}

#[tokio::test]
async fn an_answer_that_broke_off_goes_on_with_one_click() {
    let app = spawn_app().await;
    app.upstream.play([Script::stream().text("The first half, "), Script::answer(&["and the rest."])]);
    let (browser, path, page) = conversation(&app).await;
    assert_eq!(page.texts(".notice form").len(), 1);
    browser.post(&last(&page, "/continue"), &[]).await.leads_to();
    let page = settled(&browser, &path).await;
    assert_eq!(page.texts(".turn:not(.asked) .prose"), ["The first half, and the rest."]);
    assert!(page.texts(".notice form").is_empty());
}

#[tokio::test]
async fn only_the_last_answer_offers_to_go_on() {
    let app = spawn_app().await;
    app.upstream.play([Script::stream().text("The first half, "), Script::answer(&["Never mind."])]);
    let (browser, path, page) = conversation(&app).await;
    let go_on = last(&page, "/continue");
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let page = settled(&browser, &path).await;
    assert_eq!((page.texts(".notice").len(), page.texts(".notice form").len()), (1, 0));
    assert_eq!(browser.post(&go_on, &[]).await.status, 409);
}

#[tokio::test]
async fn a_message_is_deleted_after_a_question_that_says_how_much_goes() {
    let app = spawn_app().await;
    let (browser, path, _) = conversation(&app).await;
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let page = settled(&browser, &path).await;
    let links = page.attributes("a[href$='/delete'].small", "href");
    assert_eq!(links.len(), 4);
    let question = browser.get(&links[1]).await;
    assert!(question.text.contains("Hello there.") && question.text.contains("3 messages are deleted"));
    assert!(browser.get(&links[3]).await.text.contains("Nothing was said after it."));
    assert_eq!(browser.post(&links[1], &[]).await.leads_to(), format!("{path}#latest"));
    let page = browser.get(&path).await;
    assert_eq!(page.texts("article").len(), 1);
    assert!(page.text.contains("The message was deleted."));
}

#[tokio::test]
async fn a_page_around_a_message_shows_the_branch_it_is_in() {
    let app = spawn_app().await;
    let (browser, path, page) = conversation(&app).await;
    let old = last(&page, "/edit").split('/').nth(4).unwrap().to_owned();
    for n in 0..26 {
        browser.post(&format!("{path}/messages"), &[("content", &format!("further {n}"))]).await.leads_to();
        settled(&browser, &path).await;
    }
    assert!(!browser.get(&path).await.text.contains(&format!("m-{old}")), "too far up for the newest page");
    let around = format!("{path}?message={old}");
    let page = browser.get(&around).await;
    assert_eq!(page.attributes("article", "id").first(), Some(&format!("m-{old}")));
    assert_eq!((page.texts("article").len(), page.texts(".older").len()), (21, 1));
    app.upstream.play([Script::answer(&["Elsewhere."])]);
    browser.post(&format!("{path}/messages/{old}/edit"), &[("content", "uno")]).await.leads_to();
    assert_eq!(settled(&browser, &path).await.texts("article").len(), 2);
    let hidden = browser.get(&around).await;
    assert_eq!(hidden.attributes("article", "id").first(), Some(&format!("m-{old}")));
    assert_eq!(browser.get(&format!("{path}?message=nonsense")).await.status, 404);
}

#[tokio::test]
async fn a_page_around_a_message_goes_down_the_branch_that_is_shown_where_it_forks() {
    let app = spawn_app().await;
    let (browser, path, page) = conversation(&app).await;
    let first = page.attributes("article", "id").remove(0);
    browser.post(&format!("{path}/messages"), &[("content", "two")]).await.leads_to();
    let page = settled(&browser, &path).await;
    let old = page.attributes("article", "id").pop().unwrap();
    browser.post(&last(&page, "/edit"), &[("content", "zwei")]).await.leads_to();
    settled(&browser, &path).await;
    let around = format!("{path}?message={}", first.trim_start_matches("m-"));
    assert_eq!(browser.get(&around).await.texts(".words"), ["one", "zwei"]);
    browser.post(&format!("{path}/messages/{}/select", old.trim_start_matches("m-")), &[]).await.leads_to();
    assert_eq!(browser.get(&around).await.texts(".words"), ["one", "two"]);
}
