//! Who may open which page: every route, called by nobody, by a stranger, by somebody disabled and by the owner.

use std::collections::BTreeSet;

use serde_json::json;
use stoa::db::Time;
use stoa::models::identity::NewIdentity;
use stoa::models::new_id;
use stoa::models::plan::PlanStatus;
use stoa::models::user::{Role, User};
use stoa::repositories::identities;
use stoa::services::import;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::caller::{Answer, Caller};
use crate::support::researches::{keep_sources, report, researched, waits};
use crate::support::upload::NOTE;

const PASSWORD: &str = "correct horse";

/// For whom a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Everybody,
    Members,
    /// Whoever owns what the address names; for others there is nothing.
    Owner,
    Admins,
}

/// A route as the map has it, with what its address names and what a form sends there.
type Row = (&'static str, &'static str, For, Vec<String>, &'static [(&'static str, &'static str)]);

/// What the owner has.
struct Owned {
    user: String,
    session: String,
    question: String,
    answer: String,
    token: String,
    identity: String,
    device: String,
    artifact: String,
    document: String,
    task: String,
    draft: String,
    import: String,
    /// A session with a source, its run whose plan waits, and its report.
    research: String,
    run: String,
    report: String,
    /// Of the public catalogue.
    product: String,
}

/// Every route. What deletes stands at the end.
fn rows(own: &Owned) -> Vec<Row> {
    use For::{Admins, Everybody, Members, Owner};
    let none = Vec::new;
    let one = |id: &str| vec![id.to_owned()];
    let chat = || one(&own.session);
    let user = || one(&own.user);
    let answer = || vec![own.session.clone(), own.answer.clone()];
    let question = || vec![own.session.clone(), own.question.clone()];
    let exercise = || vec!["pages".to_owned(), "x".to_owned()];
    vec![
        ("get", "/", Members, none(), &[]),
        ("get", "/login", Everybody, none(), &[]),
        ("post", "/login", Everybody, none(), &[]),
        ("get", "/setup", Everybody, none(), &[]),
        ("post", "/setup", Everybody, none(), &[]),
        ("get", "/invite/{code}", Everybody, one("x"), &[]),
        ("post", "/invite/{code}", Everybody, one("x"), &[]),
        ("post", "/preferences", Everybody, none(), &[]),
        ("get", "/guide", Everybody, none(), &[]),
        ("get", "/guide/{slug}", Everybody, one("pages"), &[]),
        ("get", "/guide/{slug}/exercises/{id}", Everybody, exercise(), &[]),
        ("post", "/guide/{slug}/exercises/{id}", Everybody, exercise(), &[]),
        ("get", "/live", Members, none(), &[]),
        ("get", "/chat", Members, none(), &[]),
        ("post", "/chat", Members, none(), &[("content", "hi")]),
        ("get", "/chat/{id}", Owner, chat(), &[]),
        ("get", "/research", Members, none(), &[]),
        ("get", "/chat/{id}/sources/{number}", Owner, vec![own.research.clone(), "1".to_owned()], &[]),
        (
            "post",
            "/chat/{id}/runs/{run_id}/plan",
            Owner,
            vec![own.research.clone(), own.run.clone()],
            &[("action", "edit"), ("tokens", "9000"), ("pages", "9"), ("minutes", "9")],
        ),
        ("post", "/chat/{id}/messages", Owner, chat(), &[("content", "hi")]),
        ("post", "/chat/{id}/messages/{message_id}/select", Owner, answer(), &[]),
        ("get", "/chat/{id}/messages/{message_id}/edit", Owner, question(), &[]),
        ("post", "/chat/{id}/messages/{message_id}/edit", Owner, question(), &[("content", "x")]),
        ("get", "/chat/{id}/messages/{message_id}/regenerate", Owner, answer(), &[]),
        ("post", "/chat/{id}/messages/{message_id}/regenerate", Owner, answer(), &[]),
        ("post", "/chat/{id}/messages/{message_id}/continue", Owner, answer(), &[]),
        ("get", "/chat/{id}/messages/{message_id}/delete", Owner, answer(), &[]),
        ("post", "/chat/{id}/stop", Owner, chat(), &[]),
        ("get", "/chat/{id}/rename", Owner, chat(), &[]),
        ("post", "/chat/{id}/rename", Owner, chat(), &[("name", "x")]),
        ("get", "/chat/{id}/tags", Owner, chat(), &[]),
        ("post", "/chat/{id}/tags", Owner, chat(), &[("tags", "x")]),
        ("post", "/chat/{id}/pin", Owner, chat(), &[("pinned", "true")]),
        ("post", "/chat/{id}/archive", Owner, chat(), &[("archived", "true")]),
        ("get", "/chat/{id}/delete", Owner, chat(), &[]),
        ("post", "/chat/{id}/messages/{message_id}/artifact", Owner, answer(), &[]),
        ("get", "/chat/{id}/share", Owner, chat(), &[]),
        ("post", "/chat/{id}/share", Owner, chat(), &[]),
        ("get", "/chat/{id}/share/delete", Owner, chat(), &[]),
        ("post", "/chat/{id}/share/delete", Owner, chat(), &[]),
        ("get", "/share/{key}", Everybody, one("x"), &[]),
        ("get", "/chat/import", Members, none(), &[]),
        ("post", "/chat/import", Members, none(), &[]),
        ("get", "/chat/import/{id}", Owner, one(&own.import), &[]),
        ("get", "/search", Members, none(), &[]),
        ("get", "/artifacts", Members, none(), &[]),
        ("get", "/artifacts/new", Members, none(), &[]),
        ("post", "/artifacts", Members, none(), &[("title", "x"), ("kind", "text"), ("content", "x")]),
        ("get", "/artifacts/{id}", Owner, one(&own.artifact), &[]),
        ("get", "/artifacts/{id}/edit", Owner, one(&own.artifact), &[]),
        (
            "post",
            "/artifacts/{id}/edit",
            Owner,
            one(&own.artifact),
            &[("title", "x"), ("content", "y"), ("base_version", "1")],
        ),
        ("get", "/artifacts/{id}/versions", Owner, one(&own.artifact), &[]),
        ("get", "/artifacts/{id}/diff", Owner, one(&own.artifact), &[]),
        ("get", "/artifacts/{id}/compare", Owner, one(&own.report), &[]),
        ("post", "/artifacts/{id}/sections", Owner, one(&own.report), &[("section", "0")]),
        ("post", "/artifacts/{id}/tasks", Owner, one(&own.report), &[("version", "1")]),
        ("get", "/artifacts/{id}/delete", Owner, one(&own.artifact), &[]),
        ("get", "/library", Members, none(), &[]),
        ("post", "/library", Members, none(), &[]),
        ("get", "/library/{id}", Owner, one(&own.document), &[]),
        ("get", "/library/{id}/delete", Owner, one(&own.document), &[]),
        ("get", "/tasks", Members, none(), &[]),
        ("post", "/tasks", Members, none(), &[("title", "x")]),
        ("get", "/tasks/{id}", Owner, one(&own.task), &[]),
        ("get", "/tasks/{id}/edit", Owner, one(&own.task), &[]),
        ("post", "/tasks/{id}/edit", Owner, one(&own.task), &[("title", "x"), ("status", "todo")]),
        ("post", "/tasks/{id}/status", Owner, one(&own.task), &[("status", "done")]),
        ("get", "/tasks/{id}/delete", Owner, one(&own.task), &[]),
        ("get", "/posts", Everybody, none(), &[]),
        ("get", "/posts/feed.xml", Everybody, none(), &[]),
        ("get", "/posts/new", Members, none(), &[]),
        ("post", "/posts", Members, none(), &[("title", "x"), ("content", "x")]),
        ("get", "/posts/{slug}", Everybody, one("x"), &[]),
        ("get", "/posts/{slug}/edit", Owner, one(&own.draft), &[]),
        ("post", "/posts/{slug}/edit", Owner, one(&own.draft), &[("title", "x"), ("content", "y")]),
        ("get", "/posts/{slug}/delete", Owner, one(&own.draft), &[]),
        ("get", "/products", Everybody, none(), &[]),
        ("get", "/products/{id}", Everybody, one(&own.product), &[]),
        ("post", "/products/{id}/research", Members, one(&own.product), &[]),
        ("get", "/products/new", Admins, none(), &[]),
        ("post", "/products", Admins, none(), &[("name", "x")]),
        ("get", "/products/{id}/edit", Admins, one(&own.product), &[]),
        ("post", "/products/{id}/edit", Admins, one(&own.product), &[("name", "x")]),
        ("get", "/products/{id}/delete", Admins, one(&own.product), &[]),
        ("post", "/products/{id}/delete", Admins, one(&own.product), &[]),
        ("get", "/users", Members, none(), &[]),
        ("get", "/users/{id}", Members, user(), &[]),
        ("get", "/users/invite", Admins, none(), &[]),
        ("post", "/users/invite", Admins, none(), &[]),
        ("get", "/users/invite/{id}/revoke", Admins, user(), &[]),
        ("post", "/users/invite/{id}/revoke", Admins, user(), &[]),
        ("post", "/users/{id}/role", Admins, user(), &[("role", "admin")]),
        ("post", "/users/{id}/budget", Admins, user(), &[("budget", "default")]),
        ("get", "/users/{id}/disable", Admins, user(), &[]),
        ("post", "/users/{id}/disable", Admins, user(), &[]),
        ("post", "/users/{id}/enable", Admins, user(), &[]),
        ("get", "/settings", Members, none(), &[]),
        ("post", "/settings", Members, none(), &[("name", "Ada")]),
        (
            "post",
            "/settings/password",
            Members,
            none(),
            &[("current_password", PASSWORD), ("password", PASSWORD)],
        ),
        ("get", "/settings/tokens", Members, none(), &[]),
        ("post", "/settings/tokens", Members, none(), &[("name", "x")]),
        ("get", "/settings/identities", Members, none(), &[]),
        ("get", "/settings/devices", Members, none(), &[]),
        ("get", "/settings/tokens/{id}/delete", Owner, one(&own.token), &[]),
        ("post", "/settings/tokens/{id}/delete", Owner, one(&own.token), &[]),
        ("post", "/settings/identities/{id}/delete", Owner, one(&own.identity), &[]),
        ("post", "/artifacts/{id}/delete", Owner, one(&own.artifact), &[]),
        ("post", "/library/{id}/delete", Owner, one(&own.document), &[]),
        ("post", "/tasks/{id}/delete", Owner, one(&own.task), &[]),
        ("post", "/posts/{slug}/delete", Owner, one(&own.draft), &[]),
        ("post", "/chat/{id}/messages/{message_id}/delete", Owner, answer(), &[]),
        ("post", "/chat/{id}/delete", Owner, chat(), &[]),
        ("post", "/settings/devices/{id}/delete", Owner, one(&own.device), &[]),
        ("post", "/logout", Everybody, none(), &[]),
    ]
}

/// The address of a row, with what it names in it.
fn address(row: &Row) -> String {
    let mut ids = row.3.iter();
    let parts = row.1.split('/').map(|part| if part.starts_with('{') { ids.next().unwrap() } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn call(browser: &Browser, row: &Row) -> Answer {
    match row.0 {
        "get" => browser.get(&address(row)).await,
        _ => browser.post(&address(row), row.4).await,
    }
}

fn leads_to_sign_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").starts_with("/login")
}

async fn somebody(app: &TestApp, email: &str) -> (Browser, User) {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    let user = app.add_user(email, Role::Member, Some(hash)).await;
    (Browser::signed_in(app, email, PASSWORD).await, user)
}

async fn owner(app: &TestApp) -> (Browser, Owned) {
    // The first device is the one to be signed out.
    let (_, user) = somebody(app, "owner@example.com").await;
    let browser = Browser::signed_in(app, "owner@example.com", PASSWORD).await;
    let id = user.id.clone();
    let identity = NewIdentity {
        id: new_id(),
        user_id: id.clone(),
        issuer: "https://issuer.example".into(),
        subject: "x".into(),
        email: None,
        created_at: Time::now(),
    };
    let linked = identity.id.clone();
    app.state.db.write(move |conn| identities::insert(conn, &identity)).await.unwrap();
    let importer = user.clone();
    let import = app.state.db.write(move |conn| import::begin(conn, &importer, 1)).await.unwrap();
    let made = browser.post("/settings/tokens", &[("name", "test")]).await.texts("#secret").remove(0);
    let program = Caller::new(app.address, Some((made, user)));
    let session = program.session().await;
    program.ask(&session, "hi").await;
    program.post(&format!("/api/chat/sessions/{session}/share"), json!({})).await;
    let said = program.messages(&session).await;
    let [question, answer] = [0, 1].map(|n: usize| said[n]["id"].as_str().unwrap().to_owned());
    let token = program.get("/api/tokens").await.json()["tokens"][0]["id"].as_str().unwrap().to_owned();
    let devices = browser.get("/settings/devices").await.attributes("form[action$='/delete']", "action");
    let device = devices[0].split('/').nth(3).unwrap().to_owned();
    let made = |answer: Answer, name: &str, id: &str| answer.json()[name][id].as_str().unwrap().to_owned();
    let text = json!({ "title": "x", "kind": "text", "content": "x", "published": false });
    let artifact = made(program.post("/api/artifacts", text.clone()).await, "artifact", "id");
    let document = made(program.give(NOTE).await, "document", "id");
    let task = made(program.post("/api/tasks", text.clone()).await, "task", "id");
    let draft = made(program.post("/api/posts", text).await, "post", "slug");
    let [research, answer_of_research, run] = researched(app, &program, "x").await;
    keep_sources(&app.state, &research, &[("x", "x")]).await;
    let text = json!({ "title": "x", "kind": "markdown", "content": "x", "session_id": research });
    let kept = made(program.post("/api/artifacts", text).await, "artifact", "id");
    report(&app.state, &kept, &research, &answer_of_research, Vec::new()).await;
    waits(&app.state, &answer_of_research, &run, PlanStatus::Proposed).await;
    let product = json!({ "name": "x" });
    let product = made(app.admin().await.post("/api/products", product).await, "product", "id");
    let own = Owned {
        user: id,
        session,
        question,
        answer,
        token,
        identity: linked,
        device,
        artifact,
        document,
        task,
        draft,
        import,
        research,
        run,
        report: kept,
        product,
    };
    (browser, own)
}

#[tokio::test]
async fn the_table_has_every_page_and_no_other() {
    let app = spawn_app().await;
    let (_, own) = owner(&app).await;
    let source = include_str!("../../../src/web/routes.rs");
    let mut mapped = BTreeSet::new();
    for part in source.split("fn page_map").nth(1).unwrap().split("endpoint(\"").skip(1) {
        let (path, chain) = part.split_once('"').unwrap();
        let methods = ["get", "post"].into_iter().filter(|method| chain.contains(&format!(".{method}(")));
        mapped.extend(methods.map(|method| (method, path)));
    }
    let listed: BTreeSet<_> = rows(&own).iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(listed, mapped);
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_where_a_page_is_not_public() {
    let app = spawn_app().await;
    let (_, own) = owner(&app).await;
    for row in rows(&own).iter().filter(|row| row.1 != "/logout") {
        let answer = call(&Browser::new(app.address), row).await;
        assert_eq!(leads_to_sign_in(&answer), row.2 != For::Everybody, "{} {}", row.0, row.1);
        assert!(!answer.status.is_server_error(), "{} {}", row.0, row.1);
    }
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_the_owners_and_may_not_do_what_admins_do() {
    let app = spawn_app().await;
    let (browser, own) = owner(&app).await;
    let (stranger, _) = somebody(&app, "stranger@example.com").await;
    for row in rows(&own) {
        let expected = match row.2 {
            For::Owner => 404,
            For::Admins => 403,
            For::Everybody | For::Members => continue,
        };
        assert_eq!(call(&stranger, &row).await.status, expected, "{} {}", row.0, row.1);
    }
    // And nothing of the owner's has changed.
    for row in rows(&own).iter().filter(|row| row.0 == "get" && row.2 == For::Owner) {
        assert_eq!(call(&browser, row).await.status, 200, "{}", row.1);
    }
}

#[tokio::test]
async fn somebody_disabled_has_to_sign_in_everywhere() {
    let app = spawn_app().await;
    let (browser, own) = owner(&app).await;
    let path = format!("/api/users/{}", own.user);
    app.admin().await.patch(&path, json!({ "disabled": true })).await;
    for row in rows(&own).iter().filter(|row| row.2 != For::Everybody) {
        assert!(leads_to_sign_in(&call(&browser, row).await), "{} {}", row.0, row.1);
    }
}

#[tokio::test]
async fn owners_may_but_for_what_admins_do() {
    let app = spawn_app().await;
    let (browser, own) = owner(&app).await;
    for row in rows(&own).iter().filter(|row| row.2 != For::Everybody) {
        let answer = call(&browser, row).await;
        // The session may be busy with the answer before; a change of password has signed the other device out.
        let fine = match row.2 {
            For::Admins => answer.status == 403,
            _ => answer.status == 200 || answer.status == 303 || answer.status == 409,
        };
        // An upload is no plain form.
        let fine = fine || (["/chat/import", "/library"].contains(&row.1) && answer.status == 415);
        let gone = row.1 == "/settings/devices/{id}/delete" && answer.status == 404;
        assert!((fine && !leads_to_sign_in(&answer)) || gone, "{} {}: {}", row.0, row.1, answer.status);
    }
}
