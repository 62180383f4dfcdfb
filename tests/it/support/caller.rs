//! Somebody who calls the application over HTTP.

use std::net::SocketAddr;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use stoa::clients::http::http_client;
use stoa::models::user::User;

use super::frames::{Frame, Frames};
use super::upload::{File, with_file};

/// Somebody with a token, or nobody.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    base: String,
    token: Option<String>,
    user: Option<User>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {:?}", self.text))
    }

    /// A header as text; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Status and `code` of an error.
    #[track_caller]
    pub fn problem(&self) -> (u16, String) {
        let body = self.json();
        assert!(body["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
        assert!(body["error"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{body}");
        (self.status.as_u16(), body["code"].as_str().unwrap().to_owned())
    }

    /// The names of the fields an error complains about.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        assert_eq!(self.problem(), (400, "invalid_fields".to_owned()));
        self.json()["fields"].as_object().unwrap().keys().cloned().collect()
    }
}

impl Caller {
    pub fn new(address: SocketAddr, known: Option<(String, User)>) -> Self {
        let (token, user) = known.unzip();
        Self { client: http_client().unwrap(), base: format!("http://{address}"), token, user }
    }

    /// The same caller with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller at another process.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { base: format!("http://{address}"), ..self.clone() }
    }

    /// Who it is.
    pub fn user(&self) -> &User {
        self.user.as_ref().unwrap()
    }

    /// A request still to be sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::DELETE, path).json(&body)).await
    }

    /// Gives a file to be read.
    pub async fn give(&self, file: File<'_>) -> Answer {
        send(with_file(self.request(Method::POST, "/api/documents"), file)).await
    }

    /// A new session's id. It has a name, so that the model is asked for none.
    pub async fn session(&self) -> String {
        let answer = self.post("/api/chat/sessions", serde_json::json!({ "name": "test" })).await;
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Says something; the answer's body.
    pub async fn say(&self, session: &str, content: &str) -> Value {
        let path = format!("/api/chat/sessions/{session}/messages");
        let answer = self.post(&path, serde_json::json!({ "content": content })).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()
    }

    /// Says something and waits for the end of the answer; its frames.
    pub async fn ask(&self, session: &str, content: &str) -> Vec<Frame> {
        let run = self.say(session, content).await["run"]["id"].as_str().unwrap().to_owned();
        self.follow(&run, "").await.rest().await
    }

    /// Follows a run; `query` begins with `?` or is empty.
    pub async fn follow(&self, run: &str, query: &str) -> Frames {
        let response =
            self.request(Method::GET, &format!("/api/runs/{run}/stream{query}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Frames::new(response)
    }

    /// Follows what happens to their sessions; `last` is the id of the event seen last.
    pub async fn watch(&self, last: Option<i64>) -> Frames {
        let request = self.request(Method::GET, "/api/live");
        let request = last.into_iter().fold(request, |request, id| request.header("Last-Event-ID", id));
        Frames::new(request.send().await.unwrap())
    }

    /// The messages of a session, oldest first.
    pub async fn messages(&self, session: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/chat/sessions/{session}/messages")).await;
        answer.json()["messages"].as_array().unwrap().clone()
    }
}

/// Sends a request and reads the whole answer.
pub async fn send(request: RequestBuilder) -> Answer {
    read(request.send().await.unwrap()).await
}

/// Reads a whole answer; nothing of one that never ends.
async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let endless = response.url().path().ends_with("/live") && status == 200;
    let text = if endless { String::new() } else { response.text().await.unwrap() };
    Answer { status, headers, text }
}
