//! A browser without scripts: it keeps cookies, reads pages and posts plain forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder};
use scraper::{Html, Selector};
use stoa::clients::http::http_client;

use super::app::TestApp;
use super::caller::{Answer, send};
use super::upload::{File, with_file};

/// A browser with its cookies.
pub struct Browser {
    client: Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self { client: http_client().unwrap(), base: format!("http://{address}"), cookies: Mutex::default() }
    }

    /// A browser in which `email` is signed in.
    pub async fn signed_in(app: &TestApp, email: &str, password: &str) -> Self {
        let browser = Self::new(app.address);
        let answer = browser.post("/login", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sets a cookie, as another program on the machine could.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// All cookies, as the header sends them.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(form).unwrap();
        let request =
            self.request(Method::POST, path).header("Content-Type", "application/x-www-form-urlencoded");
        self.send(request.header("Origin", &self.base).body(body)).await
    }

    /// Posts a form with a file.
    pub async fn give(&self, path: &str, file: File<'_>) -> Answer {
        let request = self.request(Method::POST, path).header("Origin", &self.base);
        self.send(with_file(request, file)).await
    }

    /// A request still to be sent, without cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("Accept-Language", "en")
    }

    /// Sends a request with the cookies and keeps those that come back.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = send(request.header(COOKIE, self.cookies())).await;
        for line in answer.headers.get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.lock().unwrap().remove(name),
                value => self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

impl Answer {
    /// The texts of what a CSS selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.text);
        page.select(&selector).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
    }

    /// The values of an attribute of what a CSS selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.text);
        page.select(&selector).filter_map(|found| found.attr(name).map(str::to_owned)).collect()
    }

    /// Where a redirect leads.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location")
    }
}
