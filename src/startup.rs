//! Puts the application together: from a configuration to a bound server that runs until it is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::cookie::Key;
use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use tokio_util::task::TaskTracker;
use tracing_actix_web::TracingLogger;

use crate::agents::Agents;
use crate::agents::chat::ChatAgent;
use crate::agents::research::ResearchAgent;
use crate::agents::research::library::{Library, OwnText};
use crate::agents::research::places::Places;
use crate::clients::fetch::{Fetcher, Guard, Limits};
use crate::clients::http::http_client;
use crate::clients::identity::{
    Addresses, GitHubProvider, IdentityProvider, IdentityProviders, OidcProvider,
};
use crate::clients::models::Provider;
use crate::clients::models::openai::OpenAiProvider;
use crate::clients::models::registry::Models;
use crate::clients::search::registry::SearchSources;
use crate::clients::web::Web;
use crate::config::Config;
use crate::config::identity::IdentitySettings;
use crate::db::{Db, DbOptions};
use crate::i18n::Locale;
use crate::reading::{self, Reader};
use crate::runs::Runs;
use crate::services::attempts::SignInAttempts;
use crate::services::guide::Guide;
use crate::services::identities::Admission;
use crate::services::known::{self, Known};
use crate::services::{login_sessions, secrets, setup};
use crate::state::AppState;
use crate::web::request_span::RequestSpan;
use crate::web::{importing, paths, routes, security, session_store, sockets};

/// The file in the data directory that holds the key when none is configured.
const KEY_FILE: &str = "secret.key";
/// How often what is over is swept away.
const SWEEP: Duration = Duration::from_secs(3600);

/// The application, bound to its address and ready to run.
pub struct Application {
    server: Server,
    state: web::Data<AppState>,
    address: SocketAddr,
    setup_code: Option<String>,
    grace: Duration,
}

impl Application {
    /// Opens the database, settles what a dead process left, and binds the address.
    ///
    /// # Errors
    /// When any of it cannot be done; the message says what.
    pub async fn build(config: &Config) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("the data directory {} cannot be made", config.data_dir.display()))?;
        let key = secret_key(config)?;
        let (target, options) = (
            config.db_target()?,
            DbOptions {
                connections: config.connections,
                synchronous: config.synchronous,
                watched: known::CHANGES,
            },
        );
        let db = tokio::task::spawn_blocking(move || Db::open(&target, options)).await??;
        let setup_code = db.write(setup::open).await?;

        let listener = TcpListener::bind(&config.listen)
            .with_context(|| format!("cannot listen on {}: choose another STOA_LISTEN", config.listen))?;
        sockets::cut_idle(&listener, sockets::PATIENCE)?;
        let address = listener.local_addr()?;
        let state = web::Data::new(build_state(config, db, base_url(config, address)).await?);
        let server = serve(listener, state.clone(), key, config.workers)?;
        let grace = Duration::from_secs(config.shutdown_grace_seconds);
        Ok(Self { server, state, address, setup_code, grace })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What handlers receive.
    pub fn state(&self) -> web::Data<AppState> {
        self.state.clone()
    }

    /// The address of the page that creates the first account, when there is none yet.
    pub fn setup_link(&self) -> Option<String> {
        self.setup_code.as_ref().map(|code| format!("{}/setup?code={code}", self.state.base_url))
    }

    /// Serves until `stop` is done, then lets running answers and imports finish for a while and closes.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let handle = self.server.handle();
        let sweeper = tokio::spawn(sweep(self.state.clone()));
        let server = tokio::spawn(self.server);
        stop.await;
        tracing::info!("stopping: running answers and imports get {} s to finish", self.grace.as_secs());
        tokio::join!(self.state.runs.drain(self.grace), importing::drain(&self.state, self.grace));
        handle.stop(true).await;
        sweeper.abort();
        Ok(server.await??)
    }
}

/// The address people use, without a slash at its end, of a server that listens on `address`.
pub fn base_url(config: &Config, address: SocketAddr) -> String {
    let url = config.base_url.clone().unwrap_or_else(|| reachable(address));
    url.trim_end_matches('/').to_owned()
}

/// An address people can open: one that listens everywhere is reached at localhost.
fn reachable(address: SocketAddr) -> String {
    match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    }
}

async fn build_state(config: &Config, db: Db, base_url: String) -> anyhow::Result<AppState> {
    let client = http_client()?;
    let mut providers: Vec<Arc<dyn Provider>> = Vec::new();
    for settings in config.endpoints()? {
        providers.push(Arc::new(OpenAiProvider::new(client.clone(), settings)));
    }
    #[cfg(feature = "local-model")]
    let built_in = built_in(config)?;
    #[cfg(feature = "local-model")]
    providers.extend(built_in.clone().map(|model| -> Arc<dyn Provider> { Arc::new(model) }));
    let identity_providers = identity_providers(config, &client, &base_url)?;
    let admission = Admission { domains: config.allowed_email_domains()?, sign_ups: config.sign_in.sign_ups };
    let web = web_of(config, &client)?;
    let models = Models::new(providers, config.default_model.clone());
    let guide = Guide::load(config.guide.members_chapters.as_deref())?;
    let reader = reader(config)?;
    let places = Places::new(Library::new(own_texts(&guide)), web.clone(), reader.clone());
    let search_sources = places.names();
    let agent = Arc::new(Agents {
        chat: ChatAgent::new(models.clone(), config.chat),
        research: ResearchAgent::new(models.clone(), places, config.research.clone()),
    });
    let runs = Runs::start(db.clone(), agent, config.runs).await?;
    runs.wake();
    Ok(AppState {
        db,
        runs,
        models,
        web,
        reader,
        markdown: Arc::default(),
        guide,
        known_tokens: Known::default(),
        known_lists: Known::default(),
        imports: Arc::default(),
        importing: TaskTracker::new(),
        identity_providers,
        admission,
        attempts: SignInAttempts::default(),
        #[cfg(feature = "local-model")]
        built_in,
        daily_tokens: config.runs.daily_tokens,
        search_sources,
        base_url,
        trust_forwarded: config.trust_forwarded,
    })
}

/// The guide as everybody finds it in their library.
fn own_texts(guide: &Guide) -> Vec<OwnText> {
    let chapters = Locale::ALL.into_iter().flat_map(|locale| {
        guide.chapters(locale).iter().map(move |chapter| OwnText {
            locale,
            title: chapter.title.clone(),
            url: paths::chapter(&chapter.slug),
            text: chapter.markdown(),
        })
    });
    chapters.collect()
}

/// Where people can sign in; `base_url` is where they come back to.
///
/// # Errors
/// When the configuration makes no sense.
pub fn identity_providers(
    config: &Config,
    client: &reqwest::Client,
    base_url: &str,
) -> anyhow::Result<IdentityProviders> {
    let addresses = Addresses::under(base_url);
    let build = |settings| -> Arc<dyn IdentityProvider> {
        let (client, addresses) = (client.clone(), addresses.clone());
        match settings {
            IdentitySettings::Oidc(settings) => Arc::new(OidcProvider::new(client, settings, addresses)),
            IdentitySettings::GitHub(settings) => Arc::new(GitHubProvider::new(client, settings, addresses)),
        }
    };
    Ok(IdentityProviders::new(config.identity_settings()?.into_iter().map(build).collect()))
}

/// Where researches look outside the workspace.
///
/// # Errors
/// When the configuration makes no sense, or TLS cannot be set up.
pub fn web_of(config: &Config, client: &reqwest::Client) -> anyhow::Result<Web> {
    let guard = Guard::new(config.research.allow_hosts.clone());
    Ok(Web {
        sources: SearchSources::build(client, config.research.search_settings()?),
        fetcher: Fetcher::new(guard, Limits::default())?,
    })
}

/// Reads pages and files that strangers wrote.
///
/// # Errors
/// When this program cannot be found.
pub fn reader(config: &Config) -> anyhow::Result<Reader> {
    let program = config.program.clone().map_or_else(own_program, Ok)?;
    Ok(Reader::new(program, reading::Limits::default()))
}

/// On Linux also after the file has been replaced by a newer one.
fn own_program() -> std::io::Result<PathBuf> {
    match cfg!(target_os = "linux") {
        true => Ok(PathBuf::from("/proc/self/exe")),
        false => std::env::current_exe(),
    }
}

#[cfg(feature = "local-model")]
fn built_in(config: &Config) -> anyhow::Result<Option<crate::clients::models::builtin::BuiltIn>> {
    use crate::clients::models::builtin::BuiltIn;
    if !config.offers_built_in() {
        return Ok(None);
    }
    let model = BuiltIn::new(&config.data_dir, config.builtin_model.settings.clone())?;
    model.start_fetch();
    Ok(Some(model))
}

fn serve(
    listener: TcpListener,
    state: web::Data<AppState>,
    key: Key,
    workers: Option<usize>,
) -> anyhow::Result<Server> {
    let https = state.base_url.starts_with("https://");
    let server = HttpServer::new(move || {
        let sessions = || session_store::middleware(state.db.clone(), key.clone(), https);
        App::new()
            .app_data(state.clone())
            .app_data(web::Data::new(key.clone()))
            .wrap(security::headers(https))
            .wrap(TracingLogger::<RequestSpan>::new())
            .configure(|config| routes::map(config, sessions))
    });
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    // A piece of an answer must not wait until the reader's machine has confirmed the one before.
    let server = server.tcp_nodelay(true);
    // Signals are for the command line; answers are drained before connections are closed.
    Ok(server.disable_signals().shutdown_timeout(5).listen_auto_h2c(listener)?.run())
}

/// Forgets expired sessions and full allowances and has left imports found, every now and then.
async fn sweep(state: web::Data<AppState>) {
    loop {
        importing::index(&state).await;
        if let Err(error) = state.db.write(login_sessions::delete_expired).await {
            tracing::warn!(%error, "expired sessions could not be swept away");
        }
        state.attempts.forget_idle();
        tokio::time::sleep(SWEEP).await;
    }
}

/// The configured key, else the one in the data directory, made at the first start.
fn secret_key(config: &Config) -> anyhow::Result<Key> {
    if let Some(secret) = &config.secret_key {
        return Ok(Key::derive_from(secret.as_bytes()));
    }
    let path = config.data_dir.join(KEY_FILE);
    if !path.exists() {
        write_private(&path, &secrets::random())
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let secret =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    anyhow::ensure!(secret.trim().len() >= 32, "{} is damaged: delete it to make a new one", path.display());
    Ok(Key::derive_from(secret.trim().as_bytes()))
}

/// Writes a file only its owner can read; one that appeared meanwhile is left as it is.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
