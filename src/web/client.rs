//! What a request tells of its sender: the language it asks for and the address it comes from.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};

use crate::i18n::Locale;
use crate::state::AppState;

/// The cookie that keeps a language chosen by hand.
pub const LOCALE_COOKIE: &str = "stoa_locale";
/// The cookie that keeps a theme chosen by hand.
pub const THEME_COOKIE: &str = "stoa_theme";

/// The language to answer a program in: its `Accept-Language`, else Chinese.
pub fn api_locale(request: &HttpRequest) -> Locale {
    header_text(request, &header::ACCEPT_LANGUAGE).map(Locale::negotiate).unwrap_or_default()
}

/// The language to show a page in: the one chosen by hand, else the browser's.
pub fn page_locale(request: &HttpRequest) -> Locale {
    let chosen = request.cookie(LOCALE_COOKIE).and_then(|cookie| Locale::parse(cookie.value()));
    chosen.unwrap_or_else(|| api_locale(request))
}

/// A header as text; `None` when it is absent or not text.
pub fn header_text<'a>(request: &'a HttpRequest, name: &header::HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// The language a program asked for, as a handler's parameter.
#[derive(Clone, Copy, Debug)]
pub struct ApiLocale(pub Locale);

impl FromRequest for ApiLocale {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(api_locale(request))))
    }
}

/// Where a request comes from, as it is shown under signed-in devices and counted at sign-in.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The address, without the port.
    pub address: String,
    /// What the browser calls itself, at most 300 characters.
    pub user_agent: String,
}

impl FromRequest for Sender {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let trust = request.app_data::<web::Data<AppState>>().is_some_and(|app| app.trust_forwarded);
        let info = request.connection_info();
        let address = if trust { info.realip_remote_addr() } else { info.peer_addr() };
        let user_agent = header_text(request, &header::USER_AGENT).unwrap_or_default();
        ready(Ok(Self {
            address: address.unwrap_or_default().chars().take(100).collect(),
            user_agent: user_agent.chars().take(300).collect(),
        }))
    }
}
