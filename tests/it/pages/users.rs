//! The directory of members and what admins do there, without scripts.

use stoa::models::user::{Role, User};
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn signed_in(app: &TestApp, email: &str, role: Role) -> (Browser, User) {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    let user = app.add_user(email, role, Some(hash)).await;
    (Browser::signed_in(app, email, PASSWORD).await, user)
}

#[tokio::test]
async fn members_see_names_and_roles_and_no_buttons() {
    let app = spawn_app().await;
    let (_, boss) = signed_in(&app, "boss@example.com", Role::Admin).await;
    let (ada, _) = signed_in(&app, "ada@example.com", Role::Member).await;
    let list = ada.get("/users").await;
    assert!(list.text.contains("Administrator") && list.text.contains("ada@example.com"));
    assert!(!list.text.contains("boss@example.com") && !list.text.contains("/users/invite"));
    let one = format!("/users/{}", boss.id);
    let page = ada.get(&one).await;
    assert!(!page.text.contains("boss@example.com"));
    assert!(page.attributes("main form", "action").is_empty());
    for path in [format!("{one}/disable"), "/users/invite".to_owned()] {
        assert_eq!(ada.get(&path).await.status, 403, "{path}");
    }
    assert_eq!(ada.post(&format!("{one}/role"), &[("role", "member")]).await.status, 403);
}

#[tokio::test]
async fn an_admin_changes_a_role_and_shuts_somebody_out_after_a_question() {
    let app = spawn_app().await;
    let (boss, own) = signed_in(&app, "boss@example.com", Role::Admin).await;
    let (ada, user) = signed_in(&app, "ada@example.com", Role::Member).await;
    let one = format!("/users/{}", user.id);
    assert_eq!(boss.post(&format!("{one}/role"), &[("role", "admin")]).await.leads_to(), one);
    assert_eq!(boss.get(&one).await.attributes("option[selected]", "value"), ["admin"]);
    let question = boss.get(&format!("{one}/disable")).await;
    let action = question.attributes("form.ask", "action");
    assert_eq!(ada.get("/chat").await.status, 200);
    assert_eq!(boss.post(&action[0], &[]).await.leads_to(), one);
    assert!(boss.get("/users?q=ada").await.text.contains("Disabled"));
    assert!(ada.get("/chat").await.leads_to().starts_with("/login"));
    boss.post(&format!("{one}/enable"), &[]).await.leads_to();
    assert!(ada.get("/chat").await.leads_to().starts_with("/login"));
    Browser::signed_in(&app, "ada@example.com", PASSWORD).await;
    assert_eq!(boss.post(&format!("/users/{}/disable", own.id), &[]).await.status, 409);
}

#[tokio::test]
async fn a_link_is_shown_once_and_can_be_taken_back() {
    let app = spawn_app().await;
    let (boss, _) = signed_in(&app, "boss@example.com", Role::Admin).await;
    let wrong = boss.post("/users/invite", &[("email", "nowhere"), ("role", "member")]).await;
    assert_eq!(wrong.attributes("[aria-invalid=true]", "value"), ["nowhere"]);
    let made = boss.post("/users/invite", &[("email", ""), ("role", "admin")]).await;
    let link = made.texts("#secret").remove(0);
    let path = link.strip_prefix(&app.state.base_url).unwrap();
    assert_eq!(app.anonymous().get(path).await.status, 200);
    let list = boss.get("/users/invite").await;
    assert!(!list.text.contains(path));
    let question = list.attributes("a[href$='/revoke']", "href").remove(0);
    let revoke = boss.get(&question).await.attributes("form.ask", "action");
    boss.post(&revoke[0], &[]).await.leads_to();
    assert_eq!(app.anonymous().get(path).await.status, 403);
}

#[tokio::test]
async fn who_joined_without_a_password_sets_one_without_having_one() {
    let app = spawn_app().await;
    let (browser, user) = signed_in(&app, "ada@example.com", Role::Member).await;
    let forget = move |conn: &mut stoa::db::DbConn| {
        let changes = stoa::models::user::UserChanges { password_hash: Some(None), ..Default::default() };
        stoa::repositories::users::update(conn, &user.id, &changes)
    };
    app.state.db.write(forget).await.unwrap();
    assert!(browser.get("/settings").await.attributes("#current_password", "id").is_empty());
    let short = browser.post("/settings/password", &[("password", "short")]).await;
    assert_eq!(short.attributes("[aria-invalid=true]", "name"), ["password"]);
    browser.post("/settings/password", &[("password", "another horse")]).await.leads_to();
    Browser::signed_in(&app, "ada@example.com", "another horse").await;
    let now = browser.post("/settings/password", &[("password", "a third horse")]).await;
    assert_eq!(now.attributes("[aria-invalid=true]", "name"), ["current_password"]);
}

#[tokio::test]
async fn an_account_without_a_password_has_a_button_that_makes_its_link() {
    let app = spawn_app().await;
    let (boss, _) = signed_in(&app, "boss@example.com", Role::Admin).await;
    let (_, ada) = signed_in(&app, "ada@example.com", Role::Member).await;
    let waiting = app.add_user("li@example.com", Role::Member, None).await;
    let invites = async |id: &str| {
        let page = boss.get(&format!("/users/{id}")).await;
        page.attributes("form[action='/users/invite'] [name=email]", "value")
    };
    assert!(invites(&ada.id).await.is_empty());
    assert_eq!(invites(&waiting.id).await, ["li@example.com"]);
    let made = boss.post("/users/invite", &[("email", "li@example.com"), ("role", "member")]).await;
    let link = made.texts("#secret").remove(0);
    let path = link.strip_prefix(&app.state.base_url).unwrap();
    let newcomer = Browser::new(app.address);
    newcomer.post(path, &[("name", "Li"), ("password", PASSWORD)]).await.leads_to();
    assert_eq!(newcomer.get("/api/users/me").await.json()["id"], waiting.id);
    assert!(invites(&waiting.id).await.is_empty());
}
