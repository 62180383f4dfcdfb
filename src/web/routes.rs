//! The whole map of paths on one screen.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use super::endpoint::endpoint;
use super::openapi::{self, ApiDoc};
use super::{api, errors, probes, security};

/// Every path of the application.
pub fn map(config: &mut ServiceConfig) {
    config
        .service(endpoint("/healthz").get(probes::healthz))
        .service(endpoint("/readyz").get(probes::readyz))
        .service(
            web::scope("/api")
                .wrap(from_fn(security::same_origin))
                .wrap(from_fn(api::problem::render))
                .configure(api_map)
                .default_service(web::to(errors::unknown_path)),
        );
}

fn api_map(config: &mut ServiceConfig) {
    use super::api::{hello, messages, models, runs, sessions, tokens, users};
    config
        .service(endpoint("/hello").get(hello::get).post(hello::post))
        .service(
            endpoint("/chat/sessions")
                .get(sessions::list)
                .post(sessions::create)
                .patch(sessions::rename)
                .delete(sessions::delete_by_body),
        )
        .service(
            endpoint("/chat/sessions/{id}")
                .get(sessions::show)
                .patch(sessions::update)
                .delete(sessions::delete),
        )
        .service(endpoint("/chat/sessions/{id}/messages").get(messages::list).post(messages::send))
        .service(endpoint("/chat/sessions/{id}/messages/{message_id}/regenerate").post(messages::regenerate))
        .service(endpoint("/runs/{id}").get(runs::show))
        .service(endpoint("/runs/{id}/stream").get(runs::stream))
        .service(endpoint("/runs/{id}/cancel").post(runs::cancel))
        .service(endpoint("/models").get(models::list))
        .service(endpoint("/tokens").get(tokens::list).post(tokens::create))
        .service(endpoint("/tokens/{id}").delete(tokens::delete))
        .service(endpoint("/users/me").get(users::me))
        .service(endpoint("/users/{id}").patch(users::update))
        .service(endpoint("/openapi.json").get(openapi::json))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/api/openapi.json", ApiDoc::openapi()));
}
