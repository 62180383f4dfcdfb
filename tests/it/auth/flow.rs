//! The way to the provider and back.

use reqwest::Method;
use serde_json::json;

use super::{me, nobody, reason, with_company, with_company_and};
use crate::support::browser::Browser;
use crate::support::issuer::{Issuer, SECRET};

#[tokio::test]
async fn somebody_goes_to_the_provider_and_comes_back_signed_in_where_they_were_going() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let page = browser.get("/login?next=%2Fsettings%2Ftokens").await;
    assert_eq!(page.texts(".providers a"), ["Continue with Company company"]);
    let away = browser.get(&page.attributes(".providers a", "href")[0]).await;
    let back = issuer.visit(away.leads_to()).await;
    assert_eq!(browser.get(&back).await.leads_to(), "/settings/tokens");
    let me = me(&browser).await;
    assert_eq!((me["name"].as_str(), me["email"].as_str()), (Some("Ada 王"), Some("ada@example.com")));
    assert_eq!(
        (me["role"].as_str(), me["avatar_url"].as_str()),
        (Some("member"), Some("https://example.com/ada.png"))
    );
}

#[tokio::test]
async fn the_question_holds_what_the_protocol_asks_for_and_the_browser_holds_the_rest() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let url = reqwest::Url::parse(away.leads_to()).unwrap();
    let asked: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert!(away.leads_to().starts_with(&format!("{}/authorize?", issuer.url)));
    assert_eq!(asked["redirect_uri"], format!("http://{}/api/auth/callback", app.address));
    assert_eq!(
        (asked["scope"].as_str(), asked["code_challenge_method"].as_str()),
        ("openid email profile", "S256")
    );
    let cookie = away.header("set-cookie");
    for word in ["stoa_sign_in_", "HttpOnly", "SameSite=Lax", "Path=/api/auth", "Max-Age="] {
        assert!(cookie.contains(word), "{word}: {cookie}");
    }
    for secret in [&asked["nonce"], &asked["state"], SECRET] {
        assert!(!cookie.contains(secret), "{cookie}");
    }
    assert_eq!(away.header("cache-control"), "no-store");
}

#[tokio::test]
async fn cookies_are_for_https_alone_where_people_use_it() {
    let (app, _issuer) =
        with_company_and(|config| config.base_url = Some("https://stoa.example".to_owned())).await;
    let away = Browser::new(app.address).get("/api/auth/login/company").await;
    assert!(away.header("set-cookie").contains("; Secure"), "{}", away.header("set-cookie"));
    assert!(away.leads_to().contains("https%3A%2F%2Fstoa.example%2Fapi%2Fauth%2Fcallback"));
}

#[tokio::test]
async fn a_page_may_post_code_and_state_as_json() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let back = issuer.visit(away.leads_to()).await;
    let query: Vec<(String, String)> = serde_urlencoded::from_str(back.split_once('?').unwrap().1).unwrap();
    let body: serde_json::Map<_, _> = query.into_iter().map(|(key, value)| (key, json!(value))).collect();
    let request = browser.request(Method::POST, "/api/auth/callback").json(&body);
    let answer = browser.send(request.header("Origin", format!("http://{}", app.address))).await;
    assert_eq!(answer.leads_to(), "/");
    assert_eq!(me(&browser).await["name"], "Ada 王");
}

#[tokio::test]
async fn without_a_code_the_request_is_wrong() {
    let (app, _issuer) = with_company().await;
    let nobody = app.anonymous();
    for answer in [
        nobody.post("/api/auth/callback", json!({ "state": "x" })).await,
        nobody.post("/api/auth/callback", json!({ "code": "", "state": "x" })).await,
        nobody.get("/api/auth/callback").await,
        nobody.get("/api/auth/callback?state=x").await,
    ] {
        assert_eq!(answer.problem(), (400, "missing_code".to_owned()));
        assert_eq!(answer.json()["error"], "缺少授权码");
    }
    let answer = nobody.post("/api/auth/callback", json!({ "code": 5 })).await;
    assert_eq!(answer.problem(), (400, "invalid_field_type".to_owned()));
}

#[tokio::test]
async fn a_provider_nobody_knows_is_said_to_be_none() {
    let (app, _issuer) = with_company().await;
    for name in ["other", "..%2fx", "%00", "COMPANY"] {
        let answer = app.anonymous().get(&format!("/api/auth/login/{name}")).await;
        assert_eq!(reason(&answer), "provider_unknown");
    }
}

#[tokio::test]
async fn two_tabs_do_not_disturb_each_other() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let first = browser.get("/api/auth/login/company?next=%2Fchat").await;
    let second = browser.get("/api/auth/login/company?next=%2Fsettings").await;
    let (first, second) = (issuer.visit(first.leads_to()).await, issuer.visit(second.leads_to()).await);
    assert_eq!(browser.get(&second).await.leads_to(), "/settings");
    assert_eq!(browser.get(&first).await.leads_to(), "/chat");
}

#[tokio::test]
async fn a_browser_keeps_few_attempts_and_the_newest() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let mut newest = String::new();
    for n in 0..9 {
        newest = browser.get(&format!("/api/auth/login/company?next=%2F{n}")).await.leads_to().to_owned();
    }
    assert_eq!(browser.cookies().matches("stoa_sign_in_").count(), 4);
    let back = issuer.visit(&newest).await;
    assert_eq!(browser.get(&back).await.leads_to(), "/8");
    assert_eq!(browser.cookies().matches("stoa_sign_in_").count(), 3);
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let (app, issuer) = with_company().await;
    for next in [
        "//evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "/搜索",
        &format!("/{}", "x".repeat(5000)),
    ] {
        let browser = Browser::new(app.address);
        assert_eq!(issuer.sign_in(&browser, "company", next).await.leads_to(), "/", "{next:?}");
        let query = serde_urlencoded::to_string([("next", next)]).unwrap();
        let there = Browser::new(app.address).get(&format!("/login?{query}")).await;
        let value = &there.attributes("form[action='/login'] input[name=next]", "value")[0];
        assert!(value == "/" || value == next, "{value}");
        assert!(!browser.get(&format!("/login?{query}")).await.leads_to().starts_with("//"));
    }
}

#[tokio::test]
async fn a_provider_that_is_down_keeps_nobody_from_starting_and_is_said_to_be() {
    let (socket, address) = crate::support::upstream::refusing();
    let (app, issuer) = with_company_and(|config| {
        config.identity_providers[0].issuer = Some(format!("http://{address}"));
    })
    .await;
    let browser = Browser::new(app.address);
    let refused = browser.get("/api/auth/login/company?next=%2Fchat").await;
    assert_eq!(reason(&refused), "identity_unreachable");
    let page = browser.get(refused.leads_to()).await;
    assert!(page.texts("#wrong")[0].contains("stoa doctor"), "{:?}", page.texts("#wrong"));
    assert_eq!(page.attributes(".providers a", "href"), ["/api/auth/login/company?next=%2Fchat"]);
    assert_eq!(page.attributes("form[action='/login'] input[name=next]", "value"), ["/chat"]);
    drop((socket, issuer));
}

#[tokio::test]
async fn discovery_is_asked_for_once_and_then_known() {
    let (app, issuer) = with_company().await;
    for _ in 0..3 {
        issuer.sign_in(&Browser::new(app.address), "company", "/").await.leads_to();
    }
    assert_eq!((issuer.asked("discovery"), issuer.asked("jwks"), issuer.asked("token")), (1, 1, 3));
}

#[tokio::test]
async fn several_providers_stand_side_by_side() {
    let second = Issuer::start().await;
    let other = second.config("other");
    let (app, first) = with_company_and(|config| config.identity_providers.push(other)).await;
    let browser = Browser::new(app.address);
    let page = browser.get("/login").await;
    assert_eq!(page.texts(".providers a"), ["Continue with Company company", "Continue with Company other"]);
    second.play().claims = json!({ "email": null, "name": "Other Ada" });
    second.sign_in(&browser, "other", "/").await.leads_to();
    assert_eq!(me(&browser).await["name"], "Other Ada");
    // The same subject at another provider is somebody else.
    first.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(me(&browser).await["name"], "Ada 王");
}

#[tokio::test]
async fn a_stranger_who_asks_too_often_waits() {
    let (app, _issuer) = with_company().await;
    let mut last = String::new();
    for _ in 0..70 {
        last = reason_or_empty(&Browser::new(app.address).get("/api/auth/login/company").await);
    }
    assert_eq!(last, "too_many_requests");
    assert!(nobody(&Browser::new(app.address)).await);
}

fn reason_or_empty(answer: &crate::support::caller::Answer) -> String {
    if answer.leads_to().starts_with("/login") { reason(answer) } else { String::new() }
}
