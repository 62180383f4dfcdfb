//! `stoa doctor`: checks everything and says what to do.

use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::clients::http::http_client;
use crate::clients::identity::Addresses;
use crate::clients::models::Provider;
use crate::clients::models::openai::OpenAiProvider;
use crate::clients::search::registry::SearchSources;
use crate::clients::search::{Query, SearchError, SearchSource};
use crate::config::Config;
use crate::config::sources::LIBRARY;
use crate::db::DbTarget;
use crate::i18n::Locale;
use crate::services::guide::Guide;
use crate::services::{health, setup};
use crate::startup;

/// Prints a line for each thing checked; fails when one of them is not well.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut report = Report { failed: false };
    report.line("configuration", Ok("read, every key known".to_owned()));
    report.line("data directory", check_folder(config));
    report.line("database", check_database(config).await);
    report.line("address", check_address(config));
    report.line("guide", check_guide(config));
    for line in check_providers(config).await? {
        report.line(&line.0, line.1);
    }
    for line in check_identity_providers(config).await? {
        report.line(&line.0, line.1);
    }
    report.line("reading", check_reading(config).await);
    let sources = startup::web_of(config, &http_client()?)?.sources;
    report.line("research", Ok(research(&sources)));
    for line in check_sources(&sources).await {
        report.line(&line.0, line.1);
    }
    #[cfg(feature = "local-model")]
    report.line("built-in model", check_built_in(config));
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// How long a source may take to be found well, with all its tries.
const SEARCH: Duration = Duration::from_secs(20);

type Finding = Result<String, String>;

struct Report {
    failed: bool,
}

impl Report {
    fn line(&mut self, what: &str, finding: Finding) {
        match finding {
            Ok(text) => println!("ok    {what}: {text}"),
            Err(text) => {
                self.failed = true;
                println!("FAIL  {what}: {text}");
            }
        }
    }
}

fn check_folder(config: &Config) -> Finding {
    let folder = &config.data_dir;
    std::fs::create_dir_all(folder).map_err(|e| format!("{} cannot be made: {e}", folder.display()))?;
    let probe = folder.join(".stoa-doctor");
    std::fs::write(&probe, b"")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| format!("{} cannot be written: {e}. Give this user write access.", folder.display()))?;
    Ok(format!("{} can be written", folder.display()))
}

async fn check_database(config: &Config) -> Finding {
    let kind = match config.db_target().map_err(|e| e.to_string())? {
        DbTarget::Sqlite(path) => format!("SQLite at {}", path.display()),
        DbTarget::Postgres(_) => "PostgreSQL".to_owned(),
    };
    let db = super::open_db(config).await.map_err(|e| format!("{kind}: {e:#}. Check DATABASE_URL."))?;
    db.read(health::check).await.map_err(|e| format!("{kind}: {e}"))?;
    match db.read(setup::is_open).await.map_err(|e| e.to_string())? {
        true => {
            Ok(format!("{kind}, up to date, no account yet: `stoa serve` prints the link that creates one"))
        }
        false => Ok(format!("{kind}, up to date")),
    }
}

fn check_address(config: &Config) -> Finding {
    match std::net::TcpListener::bind(&config.listen) {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Ok(format!("{} is in use, by a running stoa perhaps", config.listen))
        }
        Err(error) => Err(format!("cannot listen on {}: {error}. Change STOA_LISTEN.", config.listen)),
    }
}

fn check_guide(config: &Config) -> Finding {
    let guide = Guide::load(config.guide.members_chapters.as_deref()).map_err(|e| format!("{e:#}"))?;
    Ok(format!("{} chapters", guide.chapters(Locale::default()).len()))
}

async fn check_providers(config: &Config) -> anyhow::Result<Vec<(String, Finding)>> {
    let client = http_client()?;
    let mut findings = Vec::new();
    for settings in config.endpoints()? {
        let name = format!("provider {}", settings.name);
        let provider = OpenAiProvider::new(client.clone(), settings);
        let finding = match provider.list().await {
            Ok(models) if models.is_empty() => Err("it offers no model: name some under `models`".to_owned()),
            Ok(models) => Ok(format!("{} models", models.len())),
            Err(error) => Err(format!("{error}. Check its base_url and api_key.")),
        };
        findings.push((name, finding));
    }
    Ok(findings)
}

/// Whether each sign-in provider answers, and what has to be registered with it.
async fn check_identity_providers(config: &Config) -> anyhow::Result<Vec<(String, Finding)>> {
    // Only the address people use counts; a name that cannot be resolved here may still be in the configuration.
    let listens = config.listen.to_socket_addrs().ok().and_then(|mut all| all.next());
    let base_url = startup::base_url(config, listens.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))));
    let Addresses { callback, signed_out } = Addresses::under(&base_url);
    let mut findings = Vec::new();
    for provider in startup::identity_providers(config, &http_client()?, &base_url)?.iter() {
        let finding = match provider.check().await {
            Ok(()) => Ok(format!(
                "it answers. Register there the redirect URI {callback} and, for signing out, {signed_out}"
            )),
            Err(error) => Err(format!("{error}. Check {} and the network.", provider.issuer())),
        };
        findings.push((format!("identity provider {}", provider.name()), finding));
    }
    Ok(findings)
}

/// Whether pages and files can be read, which happens in a process of its own.
async fn check_reading(config: &Config) -> Finding {
    let reader = startup::reader(config).map_err(|e| e.to_string())?;
    match reader.read("text/plain", b"Stoa").await {
        Ok(_) => Ok("pages and files can be read".to_owned()),
        Err(error) => {
            Err(format!("{error}. Let this user start the program again, with 384 MiB of memory for it."))
        }
    }
}

/// What research can search, and what is not set up for it.
fn research(sources: &SearchSources) -> String {
    let missing: Vec<_> = sources.missing().iter().map(|kind| kind.name()).collect();
    let places: Vec<_> = [LIBRARY].into_iter().chain(sources.names()).collect();
    let rest = if missing.is_empty() { "nothing".to_owned() } else { missing.join(", ") };
    format!("it searches {}; not set up under [[research.sources]]: {rest}", places.join(", "))
}

/// Whether each place to search answers one search.
async fn check_sources(sources: &SearchSources) -> Vec<(String, Finding)> {
    let check = async |source: &Arc<dyn SearchSource>| {
        (format!("research source {}", source.name()), check_source(source.as_ref()).await)
    };
    join_all(sources.iter().map(check)).await
}

async fn check_source(source: &dyn SearchSource) -> Finding {
    let query = Query { text: "Stoa".to_owned(), most: 1 };
    match timeout(SEARCH, source.search(&query)).await.unwrap_or(Err(SearchError::TimedOut)) {
        Ok(_) => Ok("it answers".to_owned()),
        Err(error) => Err(format!("{error}. {}", what_to_do(&error))),
    }
}

fn what_to_do(error: &SearchError) -> &'static str {
    match error {
        SearchError::Unauthorized(_) => "Check its api_key, and whether it may be used from here.",
        SearchError::RateLimited { .. } => {
            "Wait a while; if it stays so, ask for more where the key comes from."
        }
        SearchError::QuotaSpent(_) => {
            "Buy more where the key comes from, or take it out of the configuration."
        }
        SearchError::Misconfigured(_) => "Then check again.",
        SearchError::Rejected(_) | SearchError::Malformed(_) => {
            "Check its kind and its url: another service may answer there."
        }
        SearchError::Upstream(_) => "Try again later, or look at the log of whoever runs it.",
        SearchError::Unreachable(_) | SearchError::TimedOut => "Check its url and the network.",
    }
}

#[cfg(feature = "local-model")]
fn check_built_in(config: &Config) -> Finding {
    use crate::clients::models::builtin::{BuiltIn, Readiness};
    if !config.offers_built_in() {
        return Ok("not offered, because a provider is configured".to_owned());
    }
    let settings = config.builtin_model.settings.clone();
    let model = BuiltIn::new(&config.data_dir, settings).map_err(|e| e.to_string())?;
    let state = model.readiness().borrow().clone();
    match state {
        Readiness::Ready => Ok("its weights are here".to_owned()),
        _ => Ok("its weights are not here yet: `stoa serve` fetches them, or `stoa model pull` does now"
            .to_owned()),
    }
}
