//! What every log line of a request is written under: the id its reader is shown, method and path. Never the query,
//! which holds codes and what people search for, nor the secret of an invitation.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use super::paths;

/// Opens the span of each request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        tracing::info_span!("request", request_id = id, method = %request.method(), path = told(request.path()))
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// The path without a secret in it: whoever reads the log is not invited, nor shown what was shared with others.
fn told(path: &str) -> &str {
    [paths::INVITATIONS, paths::SHARES].into_iter().find(|place| path.starts_with(place)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn secrets_in_addresses_are_not_told() {
        assert_eq!(told("/invite/abc"), "/invite/");
        assert_eq!(told("/share/abc"), "/share/");
        assert_eq!(told("/chat/1/share"), "/chat/1/share");
    }
}
