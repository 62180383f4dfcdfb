//! A server that answers each request with what a test wrote for it, and remembers what it was asked.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// An answer; the last one is given to all further requests.
#[derive(Clone)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Said {
    pub fn json(status: u16, body: &str) -> Self {
        Self { status, headers: vec![("content-type", "application/json".into())], body: body.into() }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Path and query, decoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Play {
    answers: VecDeque<Said>,
    asked: Vec<Asked>,
}

/// A running server; it stops with the test's runtime.
pub struct Scripted {
    pub url: String,
    play: Arc<Mutex<Play>>,
}

impl Scripted {
    pub fn start(answers: impl IntoIterator<Item = Said>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play = Arc::new(Mutex::new(Play { answers: answers.into_iter().collect(), asked: Vec::new() }));
        let data = Data::from(Arc::clone(&play));
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)));
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { url, play }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.play.lock().unwrap().asked.clone()
    }
}

async fn answer(request: HttpRequest, body: Bytes, play: Data<Mutex<Play>>) -> HttpResponse {
    let mut play = play.lock().unwrap();
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
    let target = request.uri().to_string().replace('+', " ");
    play.asked.push(Asked {
        target: percent_encoding::percent_decode_str(&target).decode_utf8().unwrap().into_owned(),
        headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let said = match play.answers.len() {
        0 | 1 => play.answers.front().cloned().unwrap(),
        _ => play.answers.pop_front().unwrap(),
    };
    let mut answer = HttpResponse::build(StatusCode::from_u16(said.status).unwrap());
    for header in said.headers {
        answer.insert_header(header);
    }
    answer.body(said.body)
}
