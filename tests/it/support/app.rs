//! The real application on a port of its own, with a database and a model server of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::web::Data;
use stoa::config::{Config, ProviderConfig};
use stoa::models::user::{Role, User};
use stoa::services::accounts::{self, NewAccount};
use stoa::services::text::{Email, ShortName};
use stoa::services::tokens::{self, NewToken};
use stoa::startup::Application;
use stoa::state::AppState;
use tempfile::TempDir;

use super::caller::Caller;
use super::database::test_database;
use super::upstream::{Script, Upstream};

/// A running application.
pub struct TestApp {
    pub address: SocketAddr,
    pub state: Data<AppState>,
    pub setup_link: Option<String>,
    /// `None` on SQLite.
    pub database_url: Option<String>,
    /// Plays the provider `test` with the model `test/small`.
    pub upstream: Upstream,
    members: AtomicU64,
    _folder: TempDir,
}

/// An application whose model answers "Hello there." until told otherwise.
pub async fn spawn_app() -> TestApp {
    spawn_app_with(|_| {}).await
}

/// The same, with changes to its configuration.
pub async fn spawn_app_with(change: impl FnOnce(&mut Config)) -> TestApp {
    let folder = TempDir::new().unwrap();
    let upstream = Upstream::start().await;
    upstream.play([Script::answer(&["Hello", " there."])]);
    let mut config = test_config(&folder, &upstream);
    change(&mut config);
    let database_url = config.database_url.clone();
    let application = Application::build(&config).await.unwrap();
    let (address, state) = (application.address(), application.state());
    let setup_link = application.setup_link();
    tokio::spawn(application.run_until(std::future::pending()));
    TestApp {
        address,
        state,
        setup_link,
        database_url,
        upstream,
        members: AtomicU64::new(0),
        _folder: folder,
    }
}

fn test_config(folder: &TempDir, upstream: &Upstream) -> Config {
    let provider: ProviderConfig = toml::from_str(&format!(
        "name = 'test'\nbase_url = '{}'\nmodels = [{{ name = 'small' }}]",
        upstream.base_url
    ))
    .unwrap();
    Config {
        listen: "127.0.0.1:0".to_owned(),
        data_dir: folder.path().to_owned(),
        database_url: test_database(),
        connections: 4,
        workers: Some(2),
        providers: vec![provider],
        program: Some(env!("CARGO_BIN_EXE_stoa").into()),
        ..Config::default()
    }
}

impl TestApp {
    /// Nobody.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.address, None)
    }

    /// A new member with a token.
    pub async fn member(&self) -> Caller {
        self.somebody(Role::Member).await
    }

    /// A new administrator with a token.
    pub async fn admin(&self) -> Caller {
        self.somebody(Role::Admin).await
    }

    async fn somebody(&self, role: Role) -> Caller {
        let number = self.members.fetch_add(1, Ordering::Relaxed);
        let user = self.add_user(&format!("member{number}@example.com"), role, None).await;
        let made = self.state.db.write(move |conn| {
            let input = NewToken { name: Some("test".into()), expires_at: None };
            Ok((tokens::create(conn, &user, &input)?.1, user))
        });
        let (secret, user) = made.await.unwrap();
        Caller::new(self.address, Some((secret, user)))
    }

    /// A new member who may have a password.
    pub async fn add_user(&self, email: &str, role: Role, password_hash: Option<String>) -> User {
        let account = NewAccount {
            email: Email::parse(email).unwrap(),
            name: ShortName::parse("Ada").unwrap(),
            role,
            password_hash,
        };
        self.state.db.write(move |conn| accounts::create(conn, account)).await.unwrap()
    }
}
