//! A handler that panics answers 500 like any other internal error, and the worker lives on.

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt;

use super::errors::WebError;
use crate::error::AppError;

/// Turns a panic further in into an error for the scope to render.
///
/// # Errors
/// `Internal` for a panic, and those of the services within.
pub async fn catch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answered) => answered,
        Err(_) => Err(WebError::App(AppError::Internal(anyhow::anyhow!("a handler panicked"))).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::dev::Service;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};

    use super::*;
    use crate::web::api::problem;

    async fn panics() -> HttpResponse {
        if std::hint::black_box(true) {
            panic!("on purpose")
        }
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn a_panic_is_a_500_and_the_next_request_is_served() {
        let scope = web::scope("/api").wrap(from_fn(catch)).wrap(from_fn(problem::render));
        let scope =
            scope.route("/panics", web::get().to(panics)).route("/works", web::get().to(HttpResponse::Ok));
        let app = init_service(App::new().service(scope)).await;
        let error = app.call(TestRequest::get().uri("/api/panics").to_request()).await.unwrap_err();
        let answer = error.error_response();
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers().get("content-type").unwrap(), "application/json");
        let works = call_service(&app, TestRequest::get().uri("/api/works").to_request()).await;
        assert_eq!(works.status(), 200);
    }
}
