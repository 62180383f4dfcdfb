//! An answer belongs to one question of one browser, once.

use super::{me, nobody, reason, with_company};
use crate::support::browser::Browser;

#[tokio::test]
async fn a_forged_state_is_refused() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    browser.get("/api/auth/login/company").await.leads_to();
    for state in ["forged", "", "%00", "../../x", "a%3Db%3B%20Path=/"] {
        let answer = browser.get(&format!("/api/auth/callback?code=code-1&state={state}")).await;
        assert_eq!(reason(&answer), "state_unknown", "{state}");
    }
    assert_eq!(reason(&browser.get("/api/auth/callback?code=x").await), "state_unknown");
    assert_eq!(issuer.asked("token"), 0);
    assert!(nobody(&browser).await);
}

#[tokio::test]
async fn an_answer_to_another_browser_is_refused() {
    let (app, issuer) = with_company().await;
    let (eve, victim) = (Browser::new(app.address), Browser::new(app.address));
    let away = eve.get("/api/auth/login/company").await;
    let back = issuer.visit(away.leads_to()).await;
    victim.get("/api/auth/login/company").await.leads_to();
    assert_eq!(reason(&victim.get(&back).await), "state_unknown");
    assert!(nobody(&victim).await);
}

#[tokio::test]
async fn a_cookie_of_ones_own_making_is_not_believed() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let back = issuer.visit(away.leads_to()).await;
    let name = browser.cookies().split('=').next().unwrap().to_owned();
    let sealed = browser.cookie(&name).unwrap();
    browser.set_cookie(&name, &format!("A{}", &sealed[1..]));
    assert_eq!(reason(&browser.get(&back).await), "state_unknown");
    browser.set_cookie(&name, "{}");
    assert_eq!(reason(&browser.get(&back).await), "state_unknown");
    // Nor is a good one under another name.
    browser.set_cookie(&name, "");
    browser.set_cookie("stoa_sign_in_0000000000000000", &sealed);
    assert_eq!(reason(&browser.get(&back).await), "state_unknown");
}

#[tokio::test]
async fn a_replayed_answer_lets_nobody_in_but_who_is_in_goes_on() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company?next=%2Fchat").await;
    let (name, sealed) =
        browser.cookies().split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let back = issuer.visit(away.leads_to()).await;
    assert_eq!(browser.get(&back).await.leads_to(), "/chat");
    // A reload, or the back button.
    assert_eq!(browser.get(&back).await.leads_to(), "/");
    assert_eq!(me(&browser).await["name"], "Ada 王");
    // Somebody who got hold of the address, and even of the cookie.
    let eve = Browser::new(app.address);
    assert_eq!(reason(&eve.get(&back).await), "state_unknown");
    eve.set_cookie(&name, &sealed);
    assert_eq!(reason(&eve.get(&back).await), "identity_code_refused");
    assert!(nobody(&eve).await);
}

#[tokio::test]
async fn the_login_session_has_a_new_key_after_signing_in() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let first = browser.cookie("stoa_session").unwrap();
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_ne!(browser.cookie("stoa_session").unwrap(), first);
    let old = Browser::new(app.address);
    old.set_cookie("stoa_session", &first);
    assert!(nobody(&old).await);
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_told_and_the_way_kept() {
    let (app, issuer) = with_company().await;
    for (error, code) in [
        ("access_denied", "identity_access_denied"),
        ("login_required", "identity_access_denied"),
        ("invalid_scope", "identity_scope_refused"),
        ("unauthorized_client", "identity_client_refused"),
        ("server_error", "identity_unreachable"),
        ("<script>", "identity_refused"),
    ] {
        let browser = Browser::new(app.address);
        let away = browser.get("/api/auth/login/company?next=%2Fchat").await;
        let state = away.leads_to().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let query =
            serde_urlencoded::to_string([("error", error), ("error_description", "<b>x</b>")]).unwrap();
        let answer = browser.get(&format!("/api/auth/callback?{query}&state={state}")).await;
        assert_eq!(reason(&answer), code);
        let page = browser.get(answer.leads_to()).await;
        assert!(!page.text.contains("<b>x</b>") && !page.text.contains("<script>"));
        assert_eq!(page.attributes("form[action='/login'] input[name=next]", "value"), ["/chat"]);
    }
    assert_eq!(issuer.asked("token"), 0);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let back = issuer.visit(away.leads_to()).await;
    let forged = back.split("&iss=").next().unwrap();
    let answer = browser.get(&format!("{forged}&iss=https%3A%2F%2Fevil.example")).await;
    assert_eq!(reason(&answer), "identity_wrong_issuer");
    assert_eq!(issuer.asked("token"), 0);
}

#[tokio::test]
async fn a_provider_that_always_names_itself_must() {
    let (app, issuer) = with_company().await;
    let without = |back: String| back.split("&iss=").next().unwrap().to_owned();
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let back = without(issuer.visit(away.leads_to()).await);
    assert_eq!(browser.get(&back).await.leads_to(), "/");

    let (app, issuer) = with_company().await;
    issuer.play().discovery = serde_json::json!({ "authorization_response_iss_parameter_supported": true });
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/company").await;
    let back = without(issuer.visit(away.leads_to()).await);
    assert_eq!(reason(&browser.get(&back).await), "identity_wrong_issuer");
}

#[tokio::test]
async fn each_reason_has_its_sentence_and_any_other_word_the_general_one() {
    let (app, _issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let general = browser.get("/login?error=auth_failed").await.texts("#wrong p")[0].clone();
    for reason in stoa::web::pages::login::REASONS {
        let page = browser.get(&format!("/login?error=auth_failed&reason={reason}")).await;
        let said = &page.texts("#wrong p")[0];
        assert!(said != &general && !said.contains(reason) && said.contains(' '), "{reason}: {said}");
    }
    for forged in ["nonsense", "login.title", "%3Cscript%3E", "..%2Ferror.internal"] {
        let page = browser.get(&format!("/login?error=auth_failed&reason={forged}&id=%3Cb%3E")).await;
        assert_eq!(page.texts("#wrong p"), [general.as_str()], "{forged}");
    }
}
