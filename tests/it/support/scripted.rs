//! A server that answers each request as a test wrote it, and remembers what it was asked.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// An answer.
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

    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: vec![("content-type", "text/html".into())], body: body.into() }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub fn redirect(to: &str) -> Self {
        Self::status(302).with("location", to)
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Said> for HttpResponse {
    fn from(said: Said) -> Self {
        let mut answer = Self::build(StatusCode::from_u16(said.status).unwrap());
        for header in said.headers {
            answer.insert_header(header);
        }
        answer.body(said.body)
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

struct Play {
    says: Box<dyn FnMut(&Asked) -> Said + Send>,
    asked: Vec<Asked>,
}

/// A running server; it stops with the test's runtime.
pub struct Scripted {
    pub url: String,
    play: Arc<Mutex<Play>>,
}

impl Scripted {
    /// Gives these answers in turn, and the last one to all further requests.
    pub fn start<const N: usize>(answers: [Said; N]) -> Self {
        let mut answers = answers.into_iter();
        let mut last = None;
        Self::serve(move |_| {
            last = answers.next().or(last.take());
            last.clone().unwrap()
        })
    }

    pub fn serve(says: impl FnMut(&Asked) -> Said + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play = Arc::new(Mutex::new(Play { says: Box::new(says), asked: Vec::new() }));
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
    let asked = Asked {
        target: percent_encoding::percent_decode_str(&target).decode_utf8().unwrap().into_owned(),
        headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let said = (play.says)(&asked);
    play.asked.push(asked);
    said.into()
}
