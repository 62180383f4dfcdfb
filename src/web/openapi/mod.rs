//! The description of the API, made from the handlers themselves: they say what is their own, and what follows from it
//! is added here.

pub mod errors;
mod examples;
mod operations;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use self::operations::Complete;
use super::{api, session_store};

/// OpenAPI 3.1 of all routes under `/api`.
#[derive(OpenApi)]
#[openapi(
    info(title = "Stoa", description = "AI conversation and deep research: the JSON API."),
    paths(
        api::hello::get,
        api::hello::post,
        api::auth::start,
        api::auth::link,
        api::auth::callback,
        api::auth::callback_post,
        api::sessions::list,
        api::sessions::create,
        api::sessions::rename,
        api::sessions::delete_by_body,
        api::sessions::show,
        api::sessions::update,
        api::sessions::delete,
        api::export::download,
        api::import::import,
        api::import::show,
        api::shares::show,
        api::shares::freeze,
        api::shares::revoke,
        api::live::follow,
        api::messages::list,
        api::messages::send,
        api::answers::edit,
        api::answers::regenerate,
        api::answers::go_on,
        api::branches::select,
        api::branches::delete,
        api::runs::show,
        api::runs::stream,
        api::runs::cancel,
        api::runs::resume,
        api::research::plan,
        api::research::list_sources,
        api::research::show_source,
        api::research::report,
        api::research::rerun_section,
        api::research::make_tasks,
        api::evidence::bundle,
        api::evidence::export,
        api::models::list,
        api::search::find,
        api::posts::list,
        api::posts::create,
        api::posts::show,
        api::posts::update,
        api::posts::delete,
        api::products::list,
        api::products::create,
        api::products::show,
        api::products::update,
        api::products::delete,
        api::artifacts::list,
        api::artifacts::create,
        api::artifacts::show,
        api::artifacts::update,
        api::artifacts::delete,
        api::artifacts::versions,
        api::artifacts::raw,
        api::documents::list,
        api::documents::create,
        api::documents::show,
        api::documents::raw,
        api::documents::delete,
        api::tasks::list,
        api::tasks::create,
        api::tasks::show,
        api::tasks::update,
        api::tasks::delete,
        api::tokens::list,
        api::tokens::create,
        api::tokens::delete,
        api::users::list,
        api::users::create,
        api::users::me,
        api::users::show,
        api::users::update,
        api::invitations::list,
        api::invitations::create,
        api::invitations::delete,
    ),
    modifiers(&Credentials, &Complete),
    components(schemas(api::problem::Problem)),
    security(("token" = []), ("cookie" = []))
)]
pub struct ApiDoc;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A personal access token"));
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session_store::COOKIE)));
        components.add_security_scheme("cookie", cookie);
    }
}

/// `GET /api/openapi.json`.
pub async fn json() -> HttpResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| ApiDoc::openapi().to_json().unwrap_or_default());
    HttpResponse::Ok().content_type("application/json").body(TEXT.as_str())
}
