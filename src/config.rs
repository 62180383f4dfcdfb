//! What whoever runs Stoa decides: `stoa.toml`, overridden by the environment; knows nothing of what is built
//! from it.

pub mod chat;
pub mod identity;
pub mod research;
pub mod runs;
pub mod sources;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::clients::base_url::BaseUrl;
use crate::clients::models::openai::{
    DEFAULT_CONTEXT_LENGTH, DEFAULT_IDLE_TIMEOUT, EndpointSettings, ModelSettings,
};
use crate::clients::secret::Secret;
use crate::db::{DbTarget, Synchronous};
use chat::ChatConfig;
use identity::{IdentityProviderConfig, SignInConfig};
use research::ResearchConfig;
use runs::RunsConfig;

/// The file read when `STOA_CONFIG` names none; it may be absent.
const DEFAULT_FILE: &str = "stoa.toml";
/// The name of the provider that `OPENAI_BASE_URL` configures.
const ENV_PROVIDER: &str = "openai";

/// Everything that can be configured. Unknown keys are errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen, `ADDRESS:PORT`; port 0 takes a free one.
    pub listen: String,
    /// The address people use, for links, cookies and redirects; from `listen` when absent.
    pub base_url: Option<String>,
    /// Where the database, the model and the key are kept.
    pub data_dir: PathBuf,
    /// `postgres://…`, `sqlite://PATH` or a path; `stoa.db` in the data directory when absent.
    pub database_url: Option<String>,
    /// Signs cookies, at least 32 characters; made and kept in the data directory when absent.
    pub secret_key: Option<String>,
    /// Database connections: readers on SQLite, all on PostgreSQL.
    pub connections: u32,
    /// How safely SQLite writes: `full` or `normal`.
    pub synchronous: Synchronous,
    /// Whether `X-Forwarded-For` tells the reader's address: only behind a proxy that sets it.
    pub trust_forwarded: bool,
    /// Threads that serve requests; one for each core when absent.
    pub workers: Option<usize>,
    /// Seconds running answers and imports are given when the process is told to end.
    pub shutdown_grace_seconds: u64,
    /// The model asked when nobody chose one, `provider/name`.
    pub default_model: Option<String>,
    /// OpenAI-compatible endpoints.
    pub providers: Vec<ProviderConfig>,
    /// Where people can sign in besides here.
    pub identity_providers: Vec<IdentityProviderConfig>,
    /// Who may come in through them.
    pub sign_in: SignInConfig,
    /// Answers being made.
    pub runs: RunsConfig,
    /// Conversations too long for their models.
    pub chat: ChatConfig,
    /// Deep research.
    pub research: ResearchConfig,
    /// The built-in manual.
    pub guide: GuideConfig,
    /// The model in this process.
    #[cfg(feature = "local-model")]
    pub builtin_model: BuiltInConfig,
    /// The program that reads what strangers wrote; the running one when absent. Not for the file: tests, whose program is
    /// another, set it.
    #[serde(skip)]
    pub program: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            base_url: None,
            data_dir: PathBuf::from("./data"),
            database_url: None,
            secret_key: None,
            connections: 8,
            synchronous: Synchronous::default(),
            trust_forwarded: false,
            workers: None,
            shutdown_grace_seconds: 20,
            default_model: None,
            providers: Vec::new(),
            identity_providers: Vec::new(),
            sign_in: SignInConfig::default(),
            runs: RunsConfig::default(),
            chat: ChatConfig::default(),
            research: ResearchConfig::default(),
            guide: GuideConfig::default(),
            #[cfg(feature = "local-model")]
            builtin_model: BuiltInConfig::default(),
            program: None,
        }
    }
}

/// One OpenAI-compatible endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// The first part of its models' ids.
    pub name: String,
    /// Where `chat/completions` is, such as `https://api.example.com/v1`.
    pub base_url: String,
    /// Its key, if it wants one.
    #[serde(default)]
    pub api_key: Option<HiddenText>,
    /// Seconds it may be silent.
    #[serde(default)]
    pub idle_timeout_seconds: Option<u64>,
    /// The models to offer; all that it lists when empty.
    #[serde(default)]
    pub models: Vec<ModelConfig>,
}

/// One model of an endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Its name there.
    pub name: String,
    /// Tokens it sees at once.
    #[serde(default)]
    pub context_length: Option<u32>,
    /// What it can do beyond text.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// Text that never prints.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct HiddenText(String);

impl std::fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The built-in manual.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuideConfig {
    /// The chapters of which only members read more than the beginning; each chapter's own word when absent.
    pub members_chapters: Option<Vec<String>>,
}

/// The model in this process.
#[cfg(feature = "local-model")]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuiltInConfig {
    /// Whether it is offered: when absent, only if there is no other provider.
    pub enabled: Option<bool>,
    /// How it works.
    pub settings: crate::clients::models::builtin::Settings,
}

impl Config {
    /// Reads the file (`STOA_CONFIG`, else `stoa.toml` if there is one) and then the environment.
    ///
    /// # Errors
    /// When the file is missing though named, is not TOML, has an unknown key, or a value makes no sense.
    pub fn load() -> anyhow::Result<Self> {
        let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut config = match env("STOA_CONFIG") {
            Some(path) => Self::read(Path::new(&path))?,
            None if Path::new(DEFAULT_FILE).exists() => Self::read(Path::new(DEFAULT_FILE))?,
            None => Self::default(),
        };
        config.apply(env);
        config.check()?;
        Ok(config)
    }

    /// Reads a file alone.
    ///
    /// # Errors
    /// When it is missing, is not TOML, or has an unknown key.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("the configuration {} is wrong", path.display()))
    }

    /// Lets the environment, as `env` tells it, override what the file says.
    pub fn apply(&mut self, env: impl Fn(&str) -> Option<String>) {
        let set = |name: &str, to: &mut Option<String>| *to = env(name).or_else(|| to.take());
        set("DATABASE_URL", &mut self.database_url);
        set("STOA_BASE_URL", &mut self.base_url);
        set("STOA_SECRET_KEY", &mut self.secret_key);
        if let Some(listen) = env("STOA_LISTEN") {
            self.listen = listen;
        }
        if let Some(folder) = env("STOA_DATA_DIR") {
            self.data_dir = PathBuf::from(folder);
        }
        for provider in &mut self.identity_providers {
            provider.apply(&env);
        }
        for source in &mut self.research.sources {
            source.apply(&env);
        }
        if let Some(base_url) = env("OPENAI_BASE_URL") {
            self.providers.retain(|provider| provider.name != ENV_PROVIDER);
            self.providers.insert(0, env_provider(base_url, &env));
        }
        if let Some(model) = env("STOA_MODEL") {
            let qualified = self.providers.iter().any(|p| model.starts_with(&format!("{}/", p.name)));
            let in_env = self.providers.iter().any(|p| p.name == ENV_PROVIDER);
            self.default_model =
                Some(if in_env && !qualified { format!("{ENV_PROVIDER}/{model}") } else { model });
        }
    }

    /// Finds what would only fail later.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn check(&self) -> anyhow::Result<()> {
        self.db_target()?;
        self.endpoints()?;
        self.identity_settings()?;
        self.allowed_email_domains()?;
        self.runs.check()?;
        self.chat.check()?;
        self.research.check()?;
        if self.connections == 0 {
            bail!("connections must be at least 1");
        }
        if self.secret_key.as_ref().is_some_and(|key| key.len() < 32) {
            bail!("secret_key (STOA_SECRET_KEY) must have at least 32 characters");
        }
        if let Some(url) = &self.base_url {
            BaseUrl::parse(url).map_err(|e| anyhow::anyhow!("base_url (STOA_BASE_URL): {e}"))?;
        }
        Ok(())
    }

    /// Where the data is.
    ///
    /// # Errors
    /// When `database_url` has another scheme.
    pub fn db_target(&self) -> anyhow::Result<DbTarget> {
        match &self.database_url {
            Some(url) => DbTarget::parse(url).map_err(|sentence| anyhow::anyhow!(sentence)),
            None => Ok(DbTarget::Sqlite(self.data_dir.join("stoa.db"))),
        }
    }

    /// The endpoints, checked.
    ///
    /// # Errors
    /// When a name or an address makes no sense, or two have one name.
    pub fn endpoints(&self) -> anyhow::Result<Vec<EndpointSettings>> {
        let mut endpoints: Vec<EndpointSettings> = Vec::new();
        for provider in &self.providers {
            let name = &provider.name;
            if name.is_empty() || name.contains('/') || name == "builtin" {
                bail!("a provider cannot be called {name:?}: choose a word without '/'");
            }
            if endpoints.iter().any(|other| &other.name == name) {
                bail!("two providers are called {name:?}");
            }
            endpoints.push(provider.settings().with_context(|| format!("provider {name}"))?);
        }
        Ok(endpoints)
    }

    /// Whether the model in this process is offered.
    #[cfg(feature = "local-model")]
    pub fn offers_built_in(&self) -> bool {
        self.builtin_model.enabled.unwrap_or(self.providers.is_empty())
    }
}

impl ProviderConfig {
    fn settings(&self) -> anyhow::Result<EndpointSettings> {
        let base_url = BaseUrl::parse(&self.base_url).context("base_url")?;
        let models = self.models.iter().map(|model| ModelSettings {
            name: model.name.clone(),
            context_length: model.context_length.unwrap_or(DEFAULT_CONTEXT_LENGTH),
            capabilities: model.capabilities.clone(),
        });
        Ok(EndpointSettings {
            name: self.name.clone(),
            base_url,
            api_key: self.api_key.as_ref().and_then(|key| Secret::parse(&key.0)),
            models: models.collect(),
            idle_timeout: self
                .idle_timeout_seconds
                .map_or(DEFAULT_IDLE_TIMEOUT, std::time::Duration::from_secs),
        })
    }
}

/// The environment variable that holds a secret of what is called `name` in the file.
fn variable(name: &str, secret: &str) -> String {
    format!("STOA_{}_{secret}", name.to_uppercase().replace('-', "_"))
}

fn env_provider(base_url: String, env: &impl Fn(&str) -> Option<String>) -> ProviderConfig {
    let model = env("STOA_MODEL").map(|name| {
        let name = name.strip_prefix("openai/").map(str::to_owned).unwrap_or(name);
        ModelConfig { name, context_length: None, capabilities: Vec::new() }
    });
    ProviderConfig {
        name: ENV_PROVIDER.to_owned(),
        base_url,
        api_key: env("OPENAI_API_KEY").map(HiddenText),
        idle_timeout_seconds: None,
        models: model.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::DailyTokens;

    fn with_env(pairs: &[(&str, &str)]) -> Config {
        let mut config = Config::default();
        config.apply(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()));
        config
    }

    #[test]
    fn three_variables_make_a_provider() {
        let config = with_env(&[
            ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1"),
            ("OPENAI_API_KEY", "sk-secret"),
            ("STOA_MODEL", "org/model"),
        ]);
        assert_eq!(config.default_model.as_deref(), Some("openai/org/model"));
        let endpoints = config.endpoints().unwrap();
        assert_eq!(endpoints[0].models[0].name, "org/model");
        assert!(!format!("{config:?}").contains("sk-secret"));
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(toml::from_str::<Config>("lisen = '0.0.0.0:80'").is_err());
        assert!(toml::from_str::<Config>("listen = '0.0.0.0:80'").is_ok());
    }

    #[test]
    fn values_that_make_no_sense_are_named() {
        let wrong = |text: &str| toml::from_str::<Config>(text).unwrap().check().unwrap_err().to_string();
        assert!(wrong("secret_key = 'short'").contains("STOA_SECRET_KEY"));
        assert!(wrong("database_url = 'mysql://x'").contains("DATABASE_URL"));
        assert!(wrong("[chat]\nsummary_timeout_seconds = 0").contains("chat.summary_timeout_seconds"));
        assert!(wrong("base_url = 'ftp://x'").contains("STOA_BASE_URL"));
        assert!(wrong("[[providers]]\nname='a/b'\nbase_url='http://x'").contains("a/b"));
        for budget in ["0", "-1", "1000000000001"] {
            assert!(wrong(&format!("[runs]\ndaily_tokens = {budget}")).contains("runs.daily_tokens"));
        }
    }

    #[test]
    fn a_daily_budget_is_a_number_or_unlimited() {
        let budget = |text: &str| toml::from_str::<Config>(text).map(|config| config.runs.daily_tokens);
        assert_eq!(budget(""), Ok(DailyTokens::Unlimited));
        assert_eq!(budget("[runs]\ndaily_tokens = 'unlimited'"), Ok(DailyTokens::Unlimited));
        assert_eq!(budget("[runs]\ndaily_tokens = 200000"), Ok(DailyTokens::Most(200_000)));
        let said = budget("[runs]\ndaily_tokens = 'lots'").unwrap_err().to_string();
        assert!(said.contains("a number of tokens or \"unlimited\""), "{said}");
    }
}
