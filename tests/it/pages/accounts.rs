//! Setting up, signing in, signing out.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use reqwest::Method;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app, spawn_app_with};
use crate::support::browser::Browser;
use crate::support::upstream::Script;

const PASSWORD: &str = "correct horse";

async fn with_ada(app: &TestApp) {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
}

fn code(app: &TestApp) -> String {
    app.setup_link.as_ref().unwrap().split_once("code=").unwrap().1.to_owned()
}

#[tokio::test]
async fn the_link_of_the_first_start_creates_one_admin() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let code = code(&app);
    let page = browser.get(&format!("/setup?code={code}")).await;
    assert_eq!((page.status.as_u16(), page.texts("h1").len()), (200, 1));
    let form =
        [("code", code.as_str()), ("name", "阿达"), ("email", "Ada@Example.com"), ("password", PASSWORD)];
    assert_eq!(browser.post("/setup", &form).await.leads_to(), "/");
    let home = browser.get("/").await;
    assert!(home.text.contains("阿达"));
    let me = browser.get("/api/users/me").await.json();
    assert_eq!((me["role"].as_str(), me["email"].as_str()), (Some("admin"), Some("ada@example.com")));

    let second = Browser::new(app.address);
    assert_eq!(second.get(&format!("/setup?code={code}")).await.status, 403);
    assert_eq!(second.post("/setup", &form).await.status, 403);
}

#[tokio::test]
async fn a_wrong_code_opens_nothing() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    for path in ["/setup", "/setup?code=", "/setup?code=x", "/setup?code=%00"] {
        assert_eq!(browser.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_link_is_worth_nothing_once_there_is_a_member() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let (browser, code) = (Browser::new(app.address), code(&app));
    let form =
        [("code", code.as_str()), ("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.get(&format!("/setup?code={code}")).await.status, 403);
    assert_eq!(browser.post("/setup", &form).await.status, 403);
}

#[tokio::test]
async fn a_form_with_mistakes_is_shown_again_with_what_was_typed_but_the_password() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let code = code(&app);
    let form = [("code", code.as_str()), ("name", "Ada L."), ("email", "nowhere"), ("password", "short")];
    let again = browser.post("/setup", &form).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.attributes("input[name=name]", "value"), ["Ada L."]);
    assert_eq!(again.attributes("input[name=email]", "value"), ["nowhere"]);
    assert_eq!(again.attributes("input[name=code]", "value"), [code]);
    assert!(!again.text.contains("short\""));
    assert!(!again.attributes("input[aria-invalid=true]", "aria-describedby").is_empty());
}

#[tokio::test]
async fn signing_in_leads_back_to_where_one_was_going_and_only_here() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let going = Browser::new(app.address).get("/settings/tokens?x=1").await;
    assert_eq!(going.leads_to(), "/login?next=%2Fsettings%2Ftokens%3Fx%3D1");
    for (next, leads_to) in [
        ("/settings/tokens?x=1", "/settings/tokens?x=1"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nX-Evil: 1", "/"),
    ] {
        let browser = Browser::new(app.address);
        let form = [("email", "ADA@example.com "), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.post("/login", &form).await.leads_to(), leads_to, "{next:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_say_the_same() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::new(app.address);
    let wrong = browser.post("/login", &[("email", "ada@example.com"), ("password", "wrong horse")]).await;
    let unknown = browser.post("/login", &[("email", "eve@example.com"), ("password", PASSWORD)]).await;
    assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (400, 400));
    assert_eq!(wrong.texts("[role=alert]"), unknown.texts("[role=alert]"));
    assert_eq!(wrong.texts("[role=alert]").len(), 1);
    assert_eq!(wrong.attributes("input[name=email]", "value"), ["ada@example.com"]);
    assert!(browser.cookie("stoa_session").is_none());
}

#[tokio::test]
async fn the_cookie_is_for_the_server_alone_and_new_at_every_sign_in() {
    let app = spawn_app_with(|config| config.base_url = Some("https://stoa.example".to_owned())).await;
    with_ada(&app).await;
    let browser = Browser::new(app.address);
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = browser.post("/login", &form).await;
    let cookie = answer.header("set-cookie").to_owned();
    for word in ["stoa_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    let first = browser.cookie("stoa_session").unwrap();
    browser.post("/login", &form).await;
    let second = browser.cookie("stoa_session").unwrap();
    assert_ne!(first, second);
    let thief = Browser::new(app.address);
    thief.set_cookie("stoa_session", &first);
    assert_eq!(thief.get("/api/users/me").await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    let kept = browser.cookie("stoa_session").unwrap();
    assert!(browser.post("/logout", &[]).await.leads_to().starts_with("/login"));
    assert_eq!(browser.get("/api/users/me").await.status, 401);
    browser.set_cookie("stoa_session", &kept);
    assert_eq!(browser.get("/api/users/me").await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_a_stream_that_is_open() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    app.upstream.play([Script::stream().text("Hel").hang()]);
    let chat = browser.post("/chat", &[("content", "hi")]).await;
    let page = browser.get(chat.leads_to().split('#').next().unwrap()).await;
    let stream = page.attributes("[data-stream]", "data-stream").remove(0);
    let sign_out = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.state.db.write(|conn| Ok(conn.batch_execute("DELETE FROM login_sessions")?)).await.unwrap();
    };
    let (read, ()) = tokio::join!(browser.get(&stream), sign_out);
    assert_eq!(read.status, 200);
    assert!(!read.text.contains("event: end"), "{}", read.text);
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_for_that_account() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::new(app.address);
    let guess =
        async |email: &str| browser.post("/login", &[("email", email), ("password", "guess guess")]).await;
    for _ in 0..10 {
        assert_eq!(guess("ada@example.com").await.status, 400);
    }
    let refused = guess(" ADA@example.com").await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(guess("bob@example.com").await.status, 400);
}

#[tokio::test]
async fn somebody_disabled_is_signed_out_at_once() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    let id = browser.get("/api/users/me").await.json()["id"].as_str().unwrap().to_owned();
    let admin = app.admin().await;
    admin.patch(&format!("/api/users/{id}"), serde_json::json!({ "disabled": true })).await;
    assert!(browser.get("/").await.leads_to().starts_with("/login"));
    let again = browser.post("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(again.status, 400);
}

#[tokio::test]
async fn no_cookie_goes_with_what_caches_may_keep() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    let sheet = browser.get("/settings").await.attributes("link[rel=stylesheet]", "href").remove(0);
    let sheet = browser.get(&sheet).await;
    assert!(sheet.header("cache-control").starts_with("public"));
    assert_eq!(sheet.header("set-cookie"), "");
    assert_eq!(browser.get("/settings").await.header("cache-control"), "private, no-cache");
    assert_eq!(browser.get("/api/users/me").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn while_sessions_cannot_be_read_the_answer_says_so() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    let away = "ALTER TABLE login_sessions RENAME TO away";
    app.state.db.write(move |conn| Ok(conn.batch_execute(away)?)).await.unwrap();
    assert_eq!(browser.get("/api/users/me").await.problem(), (503, "unavailable".into()));
    let page = browser.get("/settings").await;
    assert_eq!((page.status.as_u16(), page.texts("h1").len()), (503, 1));
    assert!(!page.text.contains("login_sessions"));
    assert_eq!(browser.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_cookie_alone_does_not_tell_where_a_form_comes_from() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    let form = || {
        let request = browser.request(Method::POST, "/preferences").body("theme=dark");
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    assert_eq!(browser.send(form()).await.status, 403);
    assert_eq!(browser.send(form().header("Sec-Fetch-Site", "same-origin")).await.status, 303);
    let own = format!("http://{}", app.address);
    assert_eq!(browser.send(form().header("Referer", format!("{own}/settings"))).await.status, 303);
    assert_eq!(browser.send(form().header("Referer", format!("{own}.evil.example/"))).await.status, 403);
    // What a browser sends on its own to a proxy that asks for a password is no token.
    let by_proxy = form().basic_auth("ada", Some("x")).header("Origin", "https://evil.example");
    assert_eq!(browser.send(by_proxy).await.status, 403);
}

#[tokio::test]
async fn no_form_is_taken_from_another_site() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    for path in ["/chat", "/logout", "/settings", "/settings/tokens", "/preferences", "/login", "/api/tokens"]
    {
        let request = browser.request(Method::POST, path).header("Origin", "https://evil.example");
        let request =
            request.header("Content-Type", "application/x-www-form-urlencoded").body("name=x&content=x");
        assert_eq!(browser.send(request).await.status, 403, "{path}");
    }
    assert_eq!(browser.get("/api/users/me").await.status, 200);
}
