//! Writes wait behind one another: whoever was let in may be somebody else when theirs is done.

use stoa::db::DbConn;
use stoa::error::{AppError, AppResult};
use stoa::models::user::{Role, User};
use stoa::services::accounts::{self, UpdateUser};
use stoa::services::budgets::Terms;
use stoa::services::invitations::{self, NewInvitation};
use stoa::services::members::{self, NewMember};
use stoa::services::messages::{self, SendMessage};
use stoa::services::posts::{self, UpdatePost, WritePost};
use stoa::services::products::{self, ProductInput};
use stoa::services::shares;
use stoa::services::tasks::{self, NewTask};
use stoa::services::tokens::{self, NewToken};

use crate::support::app::{TestApp, spawn_app};

async fn change(app: &TestApp, admin: &User, of: &User, input: UpdateUser) {
    let (admin, id) = (admin.clone(), of.id.clone());
    app.state.db.write(move |conn| accounts::update(conn, &admin, &id, &input)).await.unwrap();
}

/// The code with which a write is refused that asks as `caller` was once.
async fn refusal<T: Send + 'static>(
    app: &TestApp,
    caller: &User,
    job: impl FnOnce(&mut DbConn, &User) -> AppResult<T> + Send + 'static,
) -> &'static str {
    let done = app.state.write_as(caller.clone(), move |conn, user| job(conn, user).map(drop)).await;
    done.unwrap_err().code()
}

fn product() -> ProductInput {
    ProductInput { name: Some("Keyboard".into()), ..ProductInput::default() }
}

fn post() -> WritePost {
    WritePost { title: Some("Locks".into()), content: Some("One writer.".into()), ..WritePost::default() }
}

fn renamed() -> UpdateUser {
    UpdateUser { name: Some("Eve".into()), ..UpdateUser::default() }
}

/// How everything is refused that admins write.
async fn refusals(app: &TestApp, stale: &User, other: &User) -> Vec<&'static str> {
    let (boss, other) = (other.clone(), other.id.clone());
    let kept = app.state.db.write(move |conn| {
        let (invitation, _) = invitations::create(conn, &boss, &NewInvitation::default())?;
        Ok((products::create(conn, &boss, &product())?.id, invitation.id))
    });
    let (made, invitation) = kept.await.unwrap();
    let place = made.clone();
    vec![
        refusal(app, stale, |conn, user| invitations::create(conn, user, &NewInvitation::default())).await,
        refusal(app, stale, move |conn, user| invitations::revoke(conn, user, &invitation)).await,
        refusal(app, stale, |conn, user| {
            members::add(conn, user, &NewMember { name: Some("Bob".into()), ..NewMember::default() })
        })
        .await,
        refusal(app, stale, |conn, user| products::create(conn, user, &product())).await,
        refusal(app, stale, move |conn, user| products::update(conn, user, &place, &product())).await,
        refusal(app, stale, move |conn, user| products::delete(conn, user, &made)).await,
        refusal(app, stale, move |conn, user| accounts::update(conn, user, &other, &renamed())).await,
    ]
}

#[tokio::test]
async fn an_admin_who_was_demoted_while_a_write_waited_is_none_any_more() {
    let app = spawn_app().await;
    let (boss, ada) = (app.admin().await.user().clone(), app.admin().await.user().clone());
    let author = boss.clone();
    let written =
        app.state.db.write(move |conn| posts::create(conn, &author, &post())).await.unwrap().post.id;
    change(&app, &boss, &ada, UpdateUser { role: Some("member".into()), ..UpdateUser::default() }).await;
    let place = written.clone();
    assert_eq!(refusals(&app, &ada, &boss).await, ["admin_only"; 7]);
    let edit = UpdatePost { title: Some("Mine".into()), ..UpdatePost::default() };
    let edited = refusal(&app, &ada, move |conn, user| posts::update(conn, user, &place, &edit)).await;
    let deleted = refusal(&app, &ada, move |conn, user| posts::delete(conn, user, &written)).await;
    assert_eq!((edited, deleted), ("not_author", "not_author"));
}

#[tokio::test]
async fn somebody_who_was_disabled_while_a_write_waited_writes_nothing() {
    let app = spawn_app().await;
    let (boss, ada) = (app.admin().await.user().clone(), app.admin().await.user().clone());
    assert_eq!(ada.role, Role::Admin);
    change(&app, &boss, &ada, UpdateUser { disabled: Some(true), ..UpdateUser::default() }).await;
    let code = AppError::Unauthorized.code();
    assert_eq!(refusals(&app, &ada, &boss).await, [code; 7]);
    assert_eq!(refusal(&app, &ada, |conn, user| posts::create(conn, user, &post())).await, code);
    let own = ada.id.clone();
    assert_eq!(
        refusal(&app, &ada, move |conn, user| accounts::update(conn, user, &own, &renamed())).await,
        code
    );
}

#[tokio::test]
async fn a_member_who_was_disabled_while_a_write_waited_changes_nothing_of_their_own() {
    let app = spawn_app().await;
    let (boss, ada) = (app.admin().await.user().clone(), app.member().await);
    let (session, ada) = (ada.session().await, ada.user().clone());
    change(&app, &boss, &ada, UpdateUser { disabled: Some(true), ..UpdateUser::default() }).await;
    let (asked, shared) = (session.clone(), session);
    let input = SendMessage { content: Some("hi".into()), ..SendMessage::default() };
    let token = NewToken { name: Some("x".into()), expires_at: None };
    let task = NewTask { title: Some("x".into()), ..NewTask::default() };
    let codes = [
        refusal(&app, &ada, move |conn, user| messages::send(conn, user, &asked, &input, &Terms::default()))
            .await,
        refusal(&app, &ada, move |conn, user| shares::freeze(conn, user, &shared)).await,
        refusal(&app, &ada, move |conn, user| tokens::create(conn, user, &token)).await,
        refusal(&app, &ada, move |conn, user| tasks::create(conn, user, &task)).await,
    ];
    assert_eq!(codes, [AppError::Unauthorized.code(); 4]);
}
