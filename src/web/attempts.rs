//! Sign-ins that are under way at a provider. Each is kept in a cookie of its own by the browser that began it, so that
//! two tabs do not disturb each other and no other browser can end it; what it holds is sealed with the server's key.

use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::errors::{WebError, WebResult};
use crate::clients::identity::Remembered;
use crate::db::Time;
use crate::error::AppError;
use crate::services::secrets;
use crate::state::AppState;

/// The beginning of the cookies' names.
const COOKIE: &str = "stoa_sign_in_";
/// Where browsers send them.
const PATH: &str = "/api/auth";
/// How long a person may take at the provider, in milliseconds.
const PATIENCE: i64 = 10 * 60 * 1000;
/// How long a browser keeps the cookie: beyond our patience, so that who is late is told so.
const KEPT: Duration = Duration::hours(1);
/// Sign-ins under way in one browser; the oldest gives way.
const MOST: usize = 4;
/// The longest way back that is remembered, in bytes: cookies have little room.
const LONGEST_NEXT: usize = 512;

/// A sign-in under way.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// The provider's name.
    pub provider: String,
    /// What the provider's answer is checked against.
    pub remembered: Remembered,
    /// What for.
    pub purpose: Purpose,
    /// The path to go on to.
    pub next: String,
    /// When it began, in milliseconds.
    at: i64,
}

/// What somebody goes to a provider for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in here.
    SignIn,
    /// To be able to, from now on.
    Link {
        /// The member who is signed in.
        user_id: String,
    },
}

impl Attempt {
    /// One that begins now.
    pub fn new(provider: &str, remembered: Remembered, purpose: Purpose, next: &str) -> Self {
        let next = Some(next).filter(|next| next.len() <= LONGEST_NEXT).unwrap_or_default();
        let at = Time::now().millis();
        Self { provider: provider.to_owned(), remembered, purpose, next: next.to_owned(), at }
    }
}

/// The attempts of the browser that sends a request, as a handler's parameter.
pub struct Attempts {
    cookies: Vec<Cookie<'static>>,
    key: Key,
    secure: bool,
}

impl FromRequest for Attempts {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.app_data::<web::Data<Key>>().map(|key| key.as_ref().clone());
        let app = request.app_data::<web::Data<AppState>>();
        let (Some(key), Some(app)) = (key, app) else {
            return ready(Err(AppError::Internal(anyhow::anyhow!("no key to seal cookies with")).into()));
        };
        let cookies = request.cookies().map(|all| all.to_vec()).unwrap_or_default();
        let own = cookies.into_iter().filter(|cookie| cookie.name().starts_with(COOKIE));
        ready(Ok(Self { cookies: own.collect(), key, secure: app.base_url.starts_with("https://") }))
    }
}

impl Attempts {
    /// Lets the browser keep a new attempt.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written.
    pub fn keep(&self, mut answer: HttpResponse, attempt: &Attempt) -> WebResult<HttpResponse> {
        for name in self.names_in_the_way() {
            self.remove(&mut answer, name)?;
        }
        let json = serde_json::to_string(attempt).map_err(|error| AppError::Internal(error.into()))?;
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key).add(self.cookie(name_of(&attempt.remembered.state), json));
        for cookie in jar.iter() {
            answer.add_cookie(cookie).map_err(|error| AppError::Internal(error.into()))?;
        }
        Ok(answer)
    }

    /// The attempt that an answer with that state belongs to.
    ///
    /// # Errors
    /// `BadRequest("state_unknown")` when this browser has none such, or has ended it; `BadRequest("state_expired")` when
    /// it took too long.
    pub fn find(&self, state: &str) -> WebResult<Attempt> {
        let name = name_of(state);
        let attempt = self.cookies.iter().find(|cookie| cookie.name() == name).and_then(|c| self.open(c));
        let attempt = attempt.filter(|attempt| attempt.remembered.state == state);
        let attempt = attempt.ok_or(AppError::BadRequest("state_unknown"))?;
        match Time::now().millis() - attempt.at > PATIENCE {
            true => Err(AppError::BadRequest("state_expired").into()),
            false => Ok(attempt),
        }
    }

    /// Lets the browser forget the attempt with that state: it is used up, however it ended.
    ///
    /// # Errors
    /// `Internal`, when the cookie cannot be written.
    pub fn forget(&self, mut answer: HttpResponse, state: &str) -> WebResult<HttpResponse> {
        self.remove(&mut answer, &name_of(state))?;
        Ok(answer)
    }

    /// Cookies that cannot be read, and the oldest ones beyond those there is room for.
    fn names_in_the_way(&self) -> impl Iterator<Item = &str> {
        let mut aged: Vec<(i64, &str)> = self
            .cookies
            .iter()
            .map(|cookie| (self.open(cookie).map_or(0, |attempt| attempt.at), cookie.name()))
            .collect();
        aged.sort_unstable_by(|a, b| b.cmp(a));
        let room = MOST - 1;
        aged.into_iter()
            .enumerate()
            .filter(move |(n, (at, _))| *n >= room || *at == 0)
            .map(|(_, (_, name))| name)
    }

    fn open(&self, cookie: &Cookie<'static>) -> Option<Attempt> {
        let mut jar = CookieJar::new();
        jar.add_original(cookie.clone());
        let opened = jar.private(&self.key).get(cookie.name())?;
        serde_json::from_str(opened.value()).ok()
    }

    fn remove(&self, answer: &mut HttpResponse, name: &str) -> WebResult<()> {
        let cookie = self.cookie(name.to_owned(), String::new());
        Ok(answer.add_removal_cookie(&cookie).map_err(|error| AppError::Internal(error.into()))?)
    }

    fn cookie(&self, name: String, value: String) -> Cookie<'static> {
        Cookie::build(name, value)
            .path(PATH)
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(KEPT)
            .finish()
    }
}

/// The name under which the attempt with that state is kept; the state is anything anybody may send.
fn name_of(state: &str) -> String {
    let hash = secrets::hash(state);
    format!("{COOKIE}{}", hash.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use actix_web::cookie::Cookie;

    use super::*;

    fn attempts(cookies: Vec<Cookie<'static>>) -> Attempts {
        Attempts { cookies, key: Key::from(&[7; 64]), secure: false }
    }

    fn attempt(state: &str, age: i64) -> Attempt {
        let word = || "x".repeat(43);
        let remembered = Remembered { state: state.to_owned(), nonce: word(), verifier: word() };
        let mut attempt =
            Attempt::new("company", remembered, Purpose::SignIn, &format!("/{}", "n".repeat(510)));
        attempt.at -= age;
        attempt
    }

    /// The cookies a browser has after keeping these.
    fn kept(all: &[Attempt]) -> Vec<Cookie<'static>> {
        let keep = |attempt| {
            let answer = attempts(Vec::new()).keep(HttpResponse::Ok().finish(), attempt).unwrap();
            answer.cookies().next().unwrap().into_owned()
        };
        all.iter().map(keep).collect()
    }

    fn code(found: WebResult<Attempt>) -> &'static str {
        found.map_or_else(|error| error.code(), |_| "found")
    }

    #[test]
    fn who_takes_too_long_is_told_so() {
        let browser = attempts(kept(&[attempt("late", PATIENCE + 1), attempt("early", PATIENCE - 1000)]));
        assert_eq!(code(browser.find("early")), "found");
        assert_eq!(code(browser.find("late")), "state_expired");
        assert_eq!(code(browser.find("other")), "state_unknown");
    }

    #[test]
    fn another_key_opens_nothing() {
        let cookies = kept(&[attempt("state", 0)]);
        let other = Attempts { cookies, key: Key::from(&[8; 64]), secure: false };
        assert_eq!(code(other.find("state")), "state_unknown");
    }

    #[test]
    fn the_oldest_give_way_and_so_does_what_cannot_be_read() {
        let mut cookies = kept(&[attempt("a", 30), attempt("b", 10), attempt("c", 20), attempt("d", 40)]);
        cookies.push(Cookie::new("stoa_sign_in_junk", "junk"));
        let browser = attempts(cookies);
        let mut gone: Vec<&str> = browser.names_in_the_way().collect();
        gone.sort_unstable();
        let mut expected = vec![name_of("d"), "stoa_sign_in_junk".to_owned()];
        expected.sort_unstable();
        assert_eq!(gone, expected);
    }

    #[test]
    fn all_of_them_fit_into_the_headers_that_servers_read() {
        let most: Vec<Attempt> = (0..MOST).map(|n| attempt(&n.to_string(), 0)).collect();
        let length: usize = kept(&most).iter().map(|cookie| cookie.encoded().to_string().len()).sum();
        assert!(length < 7000, "{length}");
    }
}
