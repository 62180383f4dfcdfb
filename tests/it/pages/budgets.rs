//! Budgets on the pages, without scripts: what is left, what is refused, and what administrators set.

use stoa::db::DailyTokens;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use super::chat::{begin, settled, signed_in};
use crate::support::app::spawn_app_with;
use crate::support::browser::Browser;

#[tokio::test]
async fn a_refused_message_stands_in_the_box_again_with_the_reason() {
    let app = spawn_app_with(|config| config.runs.daily_tokens = DailyTokens::Most(9)).await;
    let browser = signed_in(&app, "ada@example.com").await;
    let path = begin(&browser, "hi").await;
    let page = settled(&browser, &path).await;
    let settings = browser.get("/settings").await;
    assert_eq!(settings.texts("#usage-line"), ["All 9 are spent."]);
    assert_eq!(
        (settings.attributes("meter", "value"), settings.attributes("meter", "max")),
        (vec!["9".to_owned()], vec!["9".to_owned()])
    );

    let edit = page.attributes("a[href$='/edit']", "href").remove(0);
    for form in [format!("{path}/messages"), "/chat".to_owned(), edit] {
        let refused = browser.post(&form, &[("content", "Another <question>")]).await;
        assert_eq!(refused.status, 429, "{form}");
        assert_eq!(refused.texts("textarea[aria-invalid=true]"), ["Another <question>"], "{form}");
        assert!(refused.texts("#content-wrong")[0].contains("00:00 UTC"), "{form}");
    }
    assert_eq!(browser.get(&path).await.texts("article").len(), 2);
    let again = page.attributes("form[action$='/regenerate'], a[href$='/regenerate']", "href");
    let again = again
        .first()
        .cloned()
        .unwrap_or_else(|| page.attributes("form[action$='/regenerate']", "action").remove(0));
    let refused = browser.post(&again, &[]).await;
    assert_eq!((refused.status.as_u16(), refused.texts("h1")[0].as_str()), (429, "Today's tokens are spent"));
    assert!(refused.text.contains("ask an administrator") && !refused.text.contains("seconds first"));
}

#[tokio::test]
async fn an_admin_sees_what_a_member_has_spent_and_sets_their_budget() {
    let app = spawn_app_with(|config| config.runs.daily_tokens = DailyTokens::Most(120_000)).await;
    let hash = Password::parse("correct horse").unwrap().hash().await.unwrap();
    let own = app.add_user("boss@example.com", Role::Admin, Some(hash)).await;
    let boss = Browser::signed_in(&app, "boss@example.com", "correct horse").await;
    let ada = signed_in(&app, "ada@example.com").await;
    settled(&ada, &begin(&ada, "hi").await).await;
    let me = ada.get("/api/users/me").await.json();
    let one = format!("/users/{}", me["id"].as_str().unwrap());
    let spent = me["usage"]["tokens"].as_i64().unwrap();

    let page = boss.get(&one).await;
    assert_eq!(page.texts("#usage-line"), [format!("{spent} of 120,000 spent, 119,{} left.", 1000 - spent)]);
    assert!(page.texts("[name=budget] option")[0].contains("120,000"));
    let form = format!("{one}/budget");
    assert_eq!(boss.post(&form, &[("budget", "most"), ("tokens", "2500000")]).await.leads_to(), one);
    let page = boss.get(&one).await;
    assert_eq!(page.attributes("[name=budget] option[selected]", "value"), ["most"]);
    assert_eq!(page.attributes("#tokens", "value"), ["2500000"]);
    boss.post(&form, &[("budget", "unlimited"), ("tokens", "2500000")]).await.leads_to();
    let page = boss.get(&one).await;
    assert!(page.texts("#usage-line")[0].contains("no limit") && page.attributes("meter", "max").is_empty());
    for (tokens, sentence) in [("", "This is needed."), ("many", "whole number"), ("-5", "out of range")] {
        let refused = boss.post(&form, &[("budget", "most"), ("tokens", tokens)]).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.attributes("#tokens[aria-invalid=true]", "value"), [tokens]);
        assert!(refused.texts("#tokens-wrong")[0].contains(sentence), "{tokens}");
    }
    boss.post(&form, &[("budget", "default")]).await.leads_to();
    assert_eq!(ada.get("/api/users/me").await.json()["usage"]["budget"], 120_000);

    // Nobody else sees or sets it, whatever they send; administrators also their own.
    let other = format!("/users/{}", own.id);
    assert!(ada.get(&other).await.texts("#usage-line").is_empty());
    assert!(ada.get(&one).await.attributes("[name=budget]", "name").is_empty());
    for budget in ["unlimited", "nonsense"] {
        assert_eq!(ada.post(&form, &[("budget", budget)]).await.status, 403);
    }
    boss.post(&format!("{other}/budget"), &[("budget", "unlimited")]).await.leads_to();
}
