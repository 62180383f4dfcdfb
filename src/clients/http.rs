//! The HTTP client every outgoing request uses; knows nothing of what is asked.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client over rustls with ring. Redirects are never followed, so that a key is sent only where the
/// configuration says. It has no timeout for a whole request, because an answer may take minutes: whoever
/// reads sets its own.
///
/// # Errors
/// When the TLS library cannot be set up.
pub fn http_client() -> Result<Client, reqwest::Error> {
    // An error only says that a provider is installed already, by an earlier call.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder().build().or_else(|error| {
        // A bare container has no certificates; a model server next door needs none.
        tracing::warn!(%error, "no system certificates: https will fail, http works");
        builder().tls_certs_only([]).build()
    })
}

fn builder() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")))
}
