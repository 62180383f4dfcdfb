//! The whole map of paths on one screen.

use actix_session::SessionMiddleware;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::endpoint::endpoint;
use super::openapi;
use super::session_store::DbSessionStore;
use super::{api, assets, errors, pages, panics, probes, security};

/// Every path of the application. `sessions` makes the middleware that knows browsers; files and probes do without,
/// so that what caches may keep never carries a cookie.
pub fn map(config: &mut ServiceConfig, sessions: impl Fn() -> SessionMiddleware<DbSessionStore>) {
    config
        .service(endpoint("/healthz").get(probes::healthz))
        .service(endpoint("/readyz").get(probes::readyz))
        .service(
            web::scope("/api")
                .wrap(from_fn(panics::catch))
                .wrap(sessions())
                .wrap(from_fn(security::same_origin))
                .wrap(from_fn(api::problem::render))
                .wrap(security::not_kept())
                .configure(api_map)
                .default_service(web::to(errors::unknown_path)),
        )
        .service(endpoint("/static/{fingerprint}/{name:.*}").get(assets::serve))
        .service(
            web::scope("")
                .wrap(from_fn(panics::catch))
                .wrap(sessions())
                .wrap(from_fn(security::same_origin))
                .wrap(from_fn(pages::problem::render))
                .wrap(Compress::default())
                .configure(page_map)
                .default_service(web::to(errors::unknown_path)),
        );
}

fn api_map(config: &mut ServiceConfig) {
    use super::api::{
        answers, artifacts, auth, branches, documents, evidence, export, hello, import, invitations, live,
        messages, models, posts, products, research, runs, search, sessions, shares, tasks, tokens, users,
    };
    config
        .service(endpoint("/hello").get(hello::get).post(hello::post))
        .service(endpoint("/auth/login/{provider}").get(auth::start))
        .service(endpoint("/auth/link/{provider}").post(auth::link))
        .service(endpoint("/auth/callback").get(auth::callback).post(auth::callback_post))
        .service(
            endpoint("/chat/sessions")
                .get(sessions::list)
                .post(sessions::create)
                .patch(sessions::rename)
                .delete(sessions::delete_by_body),
        )
        .service(endpoint("/chat/sessions/import").post(import::import))
        .service(endpoint("/chat/sessions/imports/{id}").get(import::show))
        .service(
            endpoint("/chat/sessions/{id}")
                .get(sessions::show)
                .patch(sessions::update)
                .delete(sessions::delete),
        )
        .service(
            endpoint("/chat/sessions/{id}/share")
                .get(shares::show)
                .post(shares::freeze)
                .delete(shares::revoke),
        )
        .service(endpoint("/chat/sessions/{id}/export").get(export::download))
        .service(endpoint("/chat/sessions/{id}/messages").get(messages::list).post(messages::send))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}").delete(branches::delete))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}/edit").post(answers::edit))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}/regenerate").post(answers::regenerate))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}/continue").post(answers::go_on))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}/select").post(branches::select))
        .service(endpoint("/chat/sessions/{id}/sources").get(research::list_sources))
        .service(endpoint("/chat/sessions/{id}/sources/{number}").get(research::show_source))
        .service(endpoint("/live").get(live::follow))
        .service(endpoint("/runs/{id}").get(runs::show))
        .service(endpoint("/runs/{id}/stream").get(runs::stream))
        .service(endpoint("/runs/{id}/cancel").post(runs::cancel))
        .service(endpoint("/runs/{id}/resume").post(runs::resume))
        .service(endpoint("/runs/{id}/plan").get(research::plan))
        .service(endpoint("/models").get(models::list))
        .service(endpoint("/search").get(search::find))
        .service(endpoint("/posts").get(posts::list).post(posts::create))
        .service(endpoint("/posts/{id}").get(posts::show).put(posts::update).delete(posts::delete))
        .service(endpoint("/products").get(products::list).post(products::create))
        .service(
            endpoint("/products/{id}").get(products::show).put(products::update).delete(products::delete),
        )
        .service(endpoint("/artifacts").get(artifacts::list).post(artifacts::create))
        .service(
            endpoint("/artifacts/{id}").get(artifacts::show).put(artifacts::update).delete(artifacts::delete),
        )
        .service(endpoint("/artifacts/{id}/versions").get(artifacts::versions))
        .service(endpoint("/artifacts/{id}/raw").get(artifacts::raw))
        .service(endpoint("/documents").get(documents::list).post(documents::create))
        .service(endpoint("/documents/{id}").get(documents::show).delete(documents::delete))
        .service(endpoint("/documents/{id}/raw").get(documents::raw))
        .service(endpoint("/artifacts/{id}/report").get(research::report))
        .service(endpoint("/artifacts/{id}/evidence").get(evidence::bundle))
        .service(endpoint("/artifacts/{id}/export").get(evidence::export))
        .service(endpoint("/artifacts/{id}/report/sections/{section}").post(research::rerun_section))
        .service(endpoint("/artifacts/{id}/report/tasks").post(research::make_tasks))
        .service(endpoint("/tasks").get(tasks::list).post(tasks::create))
        .service(endpoint("/tasks/{id}").get(tasks::show).put(tasks::update).delete(tasks::delete))
        .service(endpoint("/tokens").get(tokens::list).post(tokens::create))
        .service(endpoint("/tokens/{id}").delete(tokens::delete))
        .service(endpoint("/users").get(users::list).post(users::create))
        .service(endpoint("/users/me").get(users::me))
        .service(endpoint("/users/invitations").get(invitations::list).post(invitations::create))
        .service(endpoint("/users/invitations/{id}").delete(invitations::delete))
        .service(endpoint("/users/{id}").get(users::show).patch(users::update))
        .service(endpoint("/openapi.json").get(openapi::json))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/api/openapi.json")));
}

fn page_map(config: &mut ServiceConfig) {
    use super::pages::chat::{answers, branches, edit, import, list, say, share, show};
    use super::pages::posts::{edit as post_edit, feed, list as post_list, show as post_show};
    use super::pages::products::{edit as product_edit, list as product_list, show as product_show};
    use super::pages::{
        artifacts, devices, guide, home, identities, invitations, invited, library, live, login, preferences,
        research, search, settings, setup, tasks, tokens, users,
    };
    config
        .service(endpoint("/").get(home::show))
        .service(endpoint("/login").get(login::show).post(login::sign_in))
        .service(endpoint("/logout").post(login::sign_out))
        .service(endpoint("/setup").get(setup::show).post(setup::create))
        .service(endpoint("/invite/{code}").get(invited::show).post(invited::accept))
        .service(endpoint("/live").get(live::follow))
        .service(endpoint("/preferences").post(preferences::save))
        .service(endpoint("/chat").get(list::index).post(home::create))
        .service(endpoint("/chat/import").get(import::form).post(import::import))
        .service(endpoint("/chat/import/{id}").get(import::show))
        .service(endpoint("/chat/{id}").get(show::show))
        .service(endpoint("/research").get(research::begin::show))
        .service(endpoint("/chat/{id}/runs/{run_id}/plan").post(research::plan::decide))
        .service(endpoint("/chat/{id}/sources/{number}").get(research::source::show))
        .service(endpoint("/chat/{id}/messages").post(say::send))
        .service(
            endpoint("/chat/{id}/messages/{message_id}/edit").get(answers::edit_form).post(answers::edit),
        )
        .service(
            endpoint("/chat/{id}/messages/{message_id}/regenerate")
                .get(answers::regenerate_form)
                .post(answers::regenerate),
        )
        .service(endpoint("/chat/{id}/messages/{message_id}/continue").post(answers::go_on))
        .service(endpoint("/chat/{id}/messages/{message_id}/select").post(branches::select))
        .service(
            endpoint("/chat/{id}/messages/{message_id}/delete")
                .get(branches::delete_form)
                .post(branches::delete),
        )
        .service(endpoint("/chat/{id}/stop").post(say::stop))
        .service(endpoint("/chat/{id}/rename").get(edit::rename_form).post(edit::change))
        .service(endpoint("/chat/{id}/tags").get(edit::tags_form).post(edit::change))
        .service(endpoint("/chat/{id}/pin").post(edit::change))
        .service(endpoint("/chat/{id}/archive").post(edit::change))
        .service(endpoint("/chat/{id}/delete").get(edit::delete_form).post(edit::delete))
        .service(endpoint("/posts").get(post_list::index).post(post_edit::create))
        .service(endpoint("/posts/new").get(post_edit::new_form))
        .service(endpoint("/posts/feed.xml").get(feed::show))
        .service(endpoint("/posts/{slug}").get(post_show::show))
        .service(endpoint("/posts/{slug}/edit").get(post_edit::edit_form).post(post_edit::update))
        .service(endpoint("/posts/{slug}/delete").get(post_edit::delete_form).post(post_edit::delete))
        .service(endpoint("/products").get(product_list::index).post(product_edit::create))
        .service(endpoint("/products/new").get(product_edit::new_form))
        .service(endpoint("/products/{id}").get(product_show::show))
        .service(endpoint("/products/{id}/research").post(product_show::research))
        .service(endpoint("/products/{id}/edit").get(product_edit::edit_form).post(product_edit::update))
        .service(endpoint("/products/{id}/delete").get(product_edit::delete_form).post(product_edit::delete))
        .service(endpoint("/guide").get(guide::index))
        .service(endpoint("/guide/{slug}").get(guide::show))
        .service(endpoint("/guide/{slug}/exercises/{id}").get(guide::back).post(guide::answer))
        .service(endpoint("/chat/{id}/share").get(share::form).post(share::freeze))
        .service(endpoint("/chat/{id}/share/delete").get(share::revoke_form).post(share::revoke))
        .service(endpoint("/share/{key}").get(share::read))
        .service(endpoint("/search").get(search::index))
        .service(endpoint("/users").get(users::list))
        .service(endpoint("/users/invite").get(invitations::list).post(invitations::create))
        .service(
            endpoint("/users/invite/{id}/revoke").get(invitations::revoke_form).post(invitations::revoke),
        )
        .service(endpoint("/users/{id}").get(users::show))
        .service(endpoint("/users/{id}/role").post(users::set_role))
        .service(endpoint("/users/{id}/budget").post(users::budget::set))
        .service(endpoint("/users/{id}/disable").get(users::disable_form).post(users::disable))
        .service(endpoint("/users/{id}/enable").post(users::enable))
        .service(endpoint("/chat/{id}/messages/{message_id}/artifact").post(artifacts::show::keep_answer))
        .service(endpoint("/artifacts").get(artifacts::list::index).post(artifacts::edit::create))
        .service(endpoint("/artifacts/new").get(artifacts::edit::new_form))
        .service(endpoint("/artifacts/{id}").get(artifacts::show::show))
        .service(
            endpoint("/artifacts/{id}/edit").get(artifacts::edit::edit_form).post(artifacts::edit::update),
        )
        .service(
            endpoint("/artifacts/{id}/delete")
                .get(artifacts::show::delete_form)
                .post(artifacts::show::delete),
        )
        .service(endpoint("/artifacts/{id}/versions").get(artifacts::versions::list))
        .service(endpoint("/artifacts/{id}/diff").get(artifacts::versions::diff))
        .service(endpoint("/library").get(library::list::index).post(library::list::create))
        .service(endpoint("/library/{id}").get(library::show::show))
        .service(endpoint("/library/{id}/delete").get(library::show::delete_form).post(library::show::delete))
        .service(endpoint("/artifacts/{id}/compare").get(research::compare::show))
        .service(endpoint("/artifacts/{id}/tasks").post(research::questions::note))
        .service(endpoint("/artifacts/{id}/sections").post(research::sections::again))
        .service(endpoint("/tasks").get(tasks::list::index).post(tasks::list::create))
        .service(endpoint("/tasks/{id}").get(tasks::show::show))
        .service(endpoint("/tasks/{id}/edit").get(tasks::edit::edit_form).post(tasks::edit::update))
        .service(endpoint("/tasks/{id}/status").post(tasks::show::set_status))
        .service(endpoint("/tasks/{id}/delete").get(tasks::show::delete_form).post(tasks::show::delete))
        .service(endpoint("/settings").get(settings::show).post(settings::save))
        .service(endpoint("/settings/password").post(settings::set_password))
        .service(endpoint("/settings/tokens").get(tokens::list).post(tokens::create))
        .service(endpoint("/settings/tokens/{id}/delete").get(tokens::delete_form).post(tokens::delete))
        .service(endpoint("/settings/identities").get(identities::list))
        .service(endpoint("/settings/identities/{id}/delete").post(identities::delete))
        .service(endpoint("/settings/devices").get(devices::list))
        .service(endpoint("/settings/devices/{id}/delete").post(devices::delete));
}
