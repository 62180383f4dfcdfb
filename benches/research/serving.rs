//! A small server that answers each request as a function says; knows nothing of what it answers.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// What is answered to a path with its query and a body.
pub type Answers = dyn Fn(&str, &[u8]) -> HttpResponse + Send + Sync;

/// The longest body of a request, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// Starts it on a port of its own; returns its address. It ends with this process.
pub fn start(answers: Arc<Answers>) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let answers: Data<Answers> = Data::from(answers);
    let app = move || {
        let limit = PayloadConfig::new(LONGEST);
        App::new().app_data(limit).app_data(answers.clone()).default_service(web::to(answer))
    };
    tokio::spawn(HttpServer::new(app).workers(2).disable_signals().listen(listener)?.run());
    Ok(address)
}

async fn answer(request: HttpRequest, body: Bytes, answers: Data<Answers>) -> HttpResponse {
    answers(&request.uri().to_string(), &body)
}
