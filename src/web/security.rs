//! What protects readers: headers on every answer, and the same-origin rule for what cookies may change.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::{Error, web};

use super::errors::WebError;
use super::{auth, session_store};
use crate::error::AppError;
use crate::state::AppState;

/// Scripts, styles and connections from ourselves alone; nothing inline, no frames, no foreign forms.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// The headers of every answer. `https`: browsers are told never to come back without it.
pub fn headers(https: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add((header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
    match https {
        true => headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")),
        false => headers,
    }
}

/// What the API answers is somebody's own: nobody keeps it, unless the answer says otherwise.
pub fn not_kept() -> DefaultHeaders {
    DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store"))
}

/// Refuses what another site makes a browser send: an unsafe request without a bearer token must come from our
/// own pages. A token is never sent by a browser on its own, so it needs no such proof.
/// It is answered with `Forbidden("cross_origin")`.
///
/// # Errors
/// Those of the services within.
pub async fn same_origin<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let guarded = !request.method().is_safe() && auth::bearer(request.request()).is_none();
    if guarded && !is_same_origin(&request) {
        let refusal = WebError::App(AppError::Forbidden("cross_origin"));
        return Ok(request.error_response(refusal).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Browsers say where a request comes from; those of old, and text browsers, by the page they come from alone.
/// Programs that are none say nothing and hold no cookie; a cookie without a word about its origin is not believed.
fn is_same_origin(request: &ServiceRequest) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let own = own_origins(request);
    match (text("origin"), text("referer")) {
        (Some(origin), _) => own.iter().any(|own| own == origin),
        (None, Some(page)) => own.iter().any(|own| page.strip_prefix(own.as_str()).is_some_and(is_path)),
        (None, None) => request.cookie(session_store::COOKIE).is_none(),
    }
}

/// What follows an origin in an address: nothing, or a path.
fn is_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// The configured address, and the one the request was made to.
fn own_origins(request: &ServiceRequest) -> Vec<String> {
    let info = request.connection_info();
    let asked = format!("{}://{}", info.scheme(), info.host());
    let configured = request.app_data::<web::Data<AppState>>().map(|app| app.base_url.clone());
    configured.into_iter().chain([asked]).collect()
}
