//! A small OpenID Connect provider over real HTTP: right in every detail until a test tells it to be wrong in one.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

use actix_web::web::{Data, Form, Json, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use ring::{digest, hmac};
use serde_json::{Value, json};
use stoa::config::identity::IdentityProviderConfig;

use super::browser::Browser;
use super::caller::Answer;

type Fields = HashMap<String, String>;

pub const CLIENT: &str = "stoa";
pub const SECRET: &str = "client-secret-that-nobody-may-see";

/// A running provider; it stops with the test's runtime.
#[derive(Clone)]
pub struct Issuer {
    pub url: String,
    play: Arc<Mutex<Play>>,
}

/// What it says and does.
pub struct Play {
    url: String,
    key: Key,
    /// Kinds of requests so far, such as `token`.
    pub asked: Vec<&'static str>,
    /// Over the claims of the id token; `null` takes one away.
    pub claims: Value,
    /// What the userinfo endpoint answers.
    pub userinfo: Value,
    /// Over the discovery document.
    pub discovery: Value,
    /// How tokens are signed.
    pub signing: Signing,
    /// Instead of a token.
    pub token_answer: Option<(u16, Value)>,
    codes: HashMap<String, Fields>,
    made: usize,
}

struct Key {
    id: String,
    pair: EcdsaKeyPair,
}

/// How an id token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    Right,
    /// With a key of somebody else, under the right key's id.
    WrongKey,
    /// `alg: none`, without a signature.
    Nothing,
    /// HMAC with the client's secret.
    ClientSecret,
    /// HMAC with the public key taken for a secret.
    PublicKey,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let play = Arc::new(Mutex::new(Play::new(url.clone())));
        let data = Data::from(Arc::clone(&play));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/jwks", web::get().to(jwks))
                .route("/authorize", web::get().to(authorize))
                .route("/token", web::post().to(token))
                .route("/me", web::get().to(userinfo))
        });
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { url, play }
    }

    /// How it is configured, under `name`.
    pub fn config(&self, name: &str) -> IdentityProviderConfig {
        toml::from_str(&format!(
            "name = '{name}'\nlabel = 'Company {name}'\nkind = 'oidc'\nissuer = '{}'\nclient_id = '{CLIENT}'\n\
             client_secret = '{SECRET}'\ntimeout_seconds = 1",
            self.url
        ))
        .unwrap()
    }

    /// What it says and does, to be changed.
    pub fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap()
    }

    /// Signs with a new key from now on; the old one is published no more.
    pub fn rotate(&self) {
        self.play().key = Key::new("second");
    }

    /// How often it was asked for something.
    pub fn asked(&self, what: &str) -> usize {
        self.play().asked.iter().filter(|asked| **asked == what).count()
    }

    /// Signs in at the provider as the address says; the path and query the browser comes back with.
    pub async fn visit(&self, url: &str) -> String {
        let client = stoa::clients::http::http_client().unwrap();
        let answer = client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    /// The whole way: to the provider and back.
    pub async fn sign_in(&self, browser: &Browser, name: &str, next: &str) -> Answer {
        let query = serde_urlencoded::to_string([("next", next)]).unwrap();
        let away = browser.get(&format!("/api/auth/login/{name}?{query}")).await;
        let back = self.visit(away.leads_to()).await;
        browser.get(&back).await
    }
}

impl Play {
    fn new(url: String) -> Self {
        Self {
            url,
            key: Key::new("first"),
            asked: Vec::new(),
            claims: json!({}),
            userinfo: json!({ "sub": "ada-1" }),
            discovery: json!({}),
            signing: Signing::Right,
            token_answer: None,
            codes: HashMap::new(),
            made: 0,
        }
    }

    fn id_token(&self, nonce: &str) -> String {
        let now = chrono::Utc::now().timestamp();
        let mut claims = json!({
            "iss": self.url, "sub": "ada-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
            "email": "ada@example.com", "email_verified": true, "name": "Ada 王", "picture": "https://example.com/ada.png",
        });
        merge(&mut claims, &self.claims);
        self.key.sign(&claims, self.signing)
    }
}

impl Key {
    fn new(id: &str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        Self { id: id.to_owned(), pair }
    }

    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (encode(&point[1..33]), encode(&point[33..65]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": x, "y": y })
    }

    fn sign(&self, claims: &Value, signing: Signing) -> String {
        let alg = match signing {
            Signing::Right | Signing::WrongKey => "ES256",
            Signing::Nothing => "none",
            Signing::ClientSecret | Signing::PublicKey => "HS256",
        };
        let header = json!({ "alg": alg, "typ": "JWT", "kid": self.id });
        let text = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let hmac =
            |secret: &[u8]| encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes()));
        let ecdsa = |pair: &EcdsaKeyPair| encode(pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap());
        let signature = match signing {
            Signing::Right => ecdsa(&self.pair),
            Signing::WrongKey => ecdsa(&Self::new("other").pair),
            Signing::Nothing => String::new(),
            Signing::ClientSecret => hmac(SECRET.as_bytes()),
            Signing::PublicKey => hmac(self.pair.public_key().as_ref()),
        };
        format!("{text}.{signature}")
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Puts the members of `over` into `base`; `null` takes one away.
fn merge(base: &mut Value, over: &Value) {
    let base = base.as_object_mut().unwrap();
    for (name, value) in over.as_object().unwrap() {
        match value {
            Value::Null => base.remove(name),
            value => base.insert(name.clone(), value.clone()),
        };
    }
}

async fn discovery(play: Data<Mutex<Play>>) -> Json<Value> {
    let mut play = play.lock().unwrap();
    play.asked.push("discovery");
    let url = &play.url;
    let mut document = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/me"), "jwks_uri": format!("{url}/jwks"),
        "end_session_endpoint": format!("{url}/end"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    });
    merge(&mut document, &play.discovery);
    Json(document)
}

async fn jwks(play: Data<Mutex<Play>>) -> Json<Value> {
    let mut play = play.lock().unwrap();
    play.asked.push("jwks");
    Json(json!({ "keys": [play.key.public()] }))
}

/// Everybody who comes here with a proper question consents.
async fn authorize(play: Data<Mutex<Play>>, asked: Query<Fields>) -> HttpResponse {
    let mut play = play.lock().unwrap();
    play.asked.push("authorize");
    let wrong = |what: &str| HttpResponse::BadRequest().body(what.to_owned());
    let word = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    if (word("response_type"), word("client_id"), word("code_challenge_method")) != ("code", CLIENT, "S256") {
        return wrong("response_type, client_id or PKCE");
    }
    if word("state").len() < 16
        || word("nonce").len() < 16
        || !word("scope").split(' ').any(|s| s == "openid")
    {
        return wrong("state, nonce or scope");
    }
    play.made += 1;
    let code = format!("code-{}", play.made);
    play.codes.insert(code.clone(), asked.0.clone());
    let url = play.url.clone();
    let facts = [("code", code.as_str()), ("state", word("state")), ("iss", &url)];
    let back = Url::parse_with_params(word("redirect_uri"), facts).unwrap();
    HttpResponse::SeeOther().insert_header(("Location", back.as_str())).finish()
}

/// Redeems each code once, for whoever knows the client's secret and the verifier.
async fn token(play: Data<Mutex<Play>>, request: HttpRequest, form: Form<Fields>) -> HttpResponse {
    let mut play = play.lock().unwrap();
    play.asked.push("token");
    if let Some((status, body)) = play.token_answer.clone() {
        return HttpResponse::build(status.try_into().unwrap()).json(body);
    }
    let refuse = |status: u16, error: &str| {
        HttpResponse::build(status.try_into().unwrap()).json(json!({ "error": error }))
    };
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    if given != Some(&basic) {
        return refuse(401, "invalid_client");
    }
    let word = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Some(asked) = play.codes.remove(word("code")) else { return refuse(400, "invalid_grant") };
    let challenge = encode(digest::digest(&digest::SHA256, word("code_verifier").as_bytes()));
    if asked["code_challenge"] != challenge || asked["redirect_uri"] != word("redirect_uri") {
        return refuse(400, "invalid_grant");
    }
    let id_token = play.id_token(&asked["nonce"]);
    HttpResponse::Ok().json(
        json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 1, "id_token": id_token }),
    )
}

async fn userinfo(play: Data<Mutex<Play>>, request: HttpRequest) -> HttpResponse {
    let mut play = play.lock().unwrap();
    play.asked.push("userinfo");
    let bearer = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    match bearer {
        Some("Bearer access") => HttpResponse::Ok().json(&play.userinfo),
        _ => HttpResponse::Unauthorized().finish(),
    }
}
