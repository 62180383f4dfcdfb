//! The HTTP client every outgoing request uses; knows nothing of what is asked.

use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;
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

/// The same for addresses that others have written: names are resolved by `names`, no proxy stands between, which would
/// resolve them by itself, and answers may be packed, in ways that need little memory to unpack.
///
/// # Errors
/// When the TLS library cannot be set up.
pub fn strangers_client(names: impl Resolve + 'static) -> Result<Client, reqwest::Error> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let names = Arc::new(names);
    let builder = || builder().no_proxy().gzip(true).deflate(true).dns_resolver(Arc::clone(&names));
    builder().build().or_else(|_| builder().tls_certs_only([]).build())
}

fn builder() -> ClientBuilder {
    // Packed streams come in lumps: models and providers are asked for plain ones.
    Client::builder()
        .no_gzip()
        .no_deflate()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")))
}
