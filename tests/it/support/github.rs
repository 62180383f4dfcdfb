//! A stand-in for GitHub over real HTTP, with its habits: refusals with status 200, scopes with commas, and addresses
//! apart from the account.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

use actix_web::web::{Data, Form, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use ring::digest;
use serde_json::{Value, json};
use stoa::config::identity::IdentityProviderConfig;

use super::browser::Browser;
use super::caller::Answer;

type Fields = HashMap<String, String>;

const SECRET: &str = "github-secret";

/// A running stand-in; it stops with the test's runtime.
pub struct GitHub {
    pub url: String,
    play: Arc<Mutex<Play>>,
}

/// What it says.
pub struct Play {
    /// `GET /user`.
    pub user: Value,
    /// `GET /user/emails`; refused when `None`.
    pub emails: Option<Value>,
    /// Instead of a token, with status 200.
    pub refusal: Option<&'static str>,
    challenge: String,
}

impl GitHub {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play = Arc::new(Mutex::new(Play {
            user: json!({ "id": 583_231, "login": "octocat", "name": "Octo Cat", "email": null, "avatar_url": "https://avatars.example.com/u/1" }),
            emails: Some(json!([
                { "email": "old@example.com", "primary": false, "verified": true },
                { "email": "octo@example.com", "primary": true, "verified": true },
            ])),
            refusal: None,
            challenge: String::new(),
        }));
        let data = Data::from(Arc::clone(&play));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/login/oauth/authorize", web::get().to(authorize))
                .route("/login/oauth/access_token", web::post().to(token))
                .route("/api/v3/user", web::get().to(user))
                .route("/api/v3/user/emails", web::get().to(emails))
        });
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { url, play }
    }

    pub fn config(&self) -> IdentityProviderConfig {
        toml::from_str(&format!(
            "name = 'github'\nlabel = 'GitHub'\nkind = 'github'\nbase_url = '{}'\nclient_id = 'stoa'\n\
             client_secret = '{SECRET}'",
            self.url
        ))
        .unwrap()
    }

    /// What it says, to be changed.
    pub fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap()
    }

    /// The whole way: there and back.
    pub async fn sign_in(&self, browser: &Browser) -> Answer {
        let away = browser.get("/api/auth/login/github").await;
        let client = stoa::clients::http::http_client().unwrap();
        let answer = client.get(away.leads_to()).send().await.unwrap();
        let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await
    }
}

async fn authorize(play: Data<Mutex<Play>>, asked: Query<Fields>) -> HttpResponse {
    assert_eq!((asked["client_id"].as_str(), asked["scope"].as_str()), ("stoa", "read:user user:email"));
    play.lock().unwrap().challenge = asked["code_challenge"].clone();
    let facts = [("code", "github-code"), ("state", &asked["state"])];
    let back = Url::parse_with_params(&asked["redirect_uri"], facts).unwrap();
    HttpResponse::SeeOther().insert_header(("Location", back.as_str())).finish()
}

async fn token(play: Data<Mutex<Play>>, request: HttpRequest, form: Form<Fields>) -> HttpResponse {
    let play = play.lock().unwrap();
    assert_eq!(request.headers().get("accept").unwrap(), "application/json");
    let challenge = digest::digest(&digest::SHA256, form["code_verifier"].as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(challenge), play.challenge);
    let right = form["client_secret"] == SECRET && form["code"] == "github-code";
    match play.refusal.or((!right).then_some("bad_verification_code")) {
        Some(error) => HttpResponse::Ok().json(json!({ "error": error, "error_description": "no" })),
        None => HttpResponse::Ok().json(
            json!({ "access_token": "gho_x", "token_type": "bearer", "scope": "read:user,user:email" }),
        ),
    }
}

fn is_known(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    header("authorization") == Some("Bearer gho_x") && header("user-agent").is_some()
}

async fn user(play: Data<Mutex<Play>>, request: HttpRequest) -> HttpResponse {
    match is_known(&request) {
        true => HttpResponse::Ok().json(&play.lock().unwrap().user),
        false => HttpResponse::Unauthorized().finish(),
    }
}

async fn emails(play: Data<Mutex<Play>>, request: HttpRequest) -> HttpResponse {
    match &play.lock().unwrap().emails {
        Some(emails) if is_known(&request) => HttpResponse::Ok().json(emails),
        _ => HttpResponse::NotFound().json(json!({ "message": "Not Found" })),
    }
}
