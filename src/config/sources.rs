//! A place that research searches: `[[research.sources]]`.

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::{HiddenText, variable};
use crate::clients::base_url::BaseUrl;
use crate::clients::search::settings::{Place, SourceKind};
use crate::clients::search::{ARXIV, BRAVE, TAVILY, WIKIPEDIA};
use crate::clients::secret::Secret;

/// The name of the source over the workspace itself, which is always there.
pub const LIBRARY: &str = "library";
/// The part of an address that a language stands in for.
const LANGUAGE: &str = "{language}";
/// The edition of Wikipedia for questions in Chinese.
const CHINESE: &str = "zh";

/// A place to search.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// What it speaks.
    pub kind: SourceKind,
    /// What plans and reports call it: small letters, digits and `-`; its kind when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Where it is; the service's own address when absent. `searxng` has none.
    #[serde(default)]
    pub url: Option<String>,
    /// `tavily`, `brave`: the key; `STOA_<NAME>_API_KEY` overrides it.
    #[serde(default)]
    pub api_key: Option<HiddenText>,
    /// `wikipedia`: the editions, one for Chinese and one for all else, or a single one; Chinese and English when absent.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
}

impl SourceConfig {
    /// Takes the key from the environment, if it is there.
    pub(super) fn apply(&mut self, env: impl Fn(&str) -> Option<String>) {
        if let Some(key) = env(&self.key_variable()) {
            self.api_key = Some(HiddenText(key));
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.kind.name())
    }

    fn key_variable(&self) -> String {
        variable(self.name(), "API_KEY")
    }

    /// Where it is, checked.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn place(&self) -> anyhow::Result<Place> {
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let name = self.name();
        ensure!(
            (1..=60).contains(&name.len()) && name.chars().all(slug) && name != LIBRARY,
            "name: use 1 to 60 small letters, digits and '-', and not \"{LIBRARY}\", which is the workspace's own"
        );
        self.refuse_what_is_for_others()?;
        match self.kind {
            SourceKind::Searxng => Ok(Place::Searxng(self.address(None)?)),
            SourceKind::Tavily => Ok(Place::Tavily(self.address(Some(TAVILY))?, self.key()?)),
            SourceKind::Brave => Ok(Place::Brave(self.address(Some(BRAVE))?, self.key()?)),
            SourceKind::Wikipedia => self.editions(),
            SourceKind::Arxiv => Ok(Place::Arxiv(self.address(Some(ARXIV))?)),
        }
    }

    /// Refuses keys that mean nothing for its kind: they were meant to do something.
    fn refuse_what_is_for_others(&self) -> anyhow::Result<()> {
        let takes_key = matches!(self.kind, SourceKind::Tavily | SourceKind::Brave);
        ensure!(
            takes_key || self.api_key.is_none(),
            "api_key is for tavily and brave; {} is asked without one, so leave it out",
            self.kind
        );
        ensure!(
            self.kind == SourceKind::Wikipedia || self.languages.is_none(),
            "languages is for wikipedia; {} answers in any, so leave it out",
            self.kind
        );
        Ok(())
    }

    fn address(&self, usual: Option<&str>) -> anyhow::Result<BaseUrl> {
        let text = self.url.as_deref().or(usual).context(
            "url is missing: write the address of its start page, as in \"https://search.example.com\"",
        )?;
        BaseUrl::parse(text).with_context(|| format!("url: {text:?} cannot be used"))
    }

    fn key(&self) -> anyhow::Result<Secret> {
        let key = self.api_key.as_ref().and_then(|key| Secret::parse(&key.0));
        key.with_context(|| format!("api_key is missing: write it here or set {}", self.key_variable()))
    }

    fn editions(&self) -> anyhow::Result<Place> {
        let usual = [CHINESE.to_owned(), "en".to_owned()];
        let (chinese, others) = match self.languages.as_deref().unwrap_or(&usual) {
            [only] => (only, only),
            [chinese, others] if chinese == CHINESE && others != CHINESE => (chinese, others),
            [others, chinese] if chinese == CHINESE && others != CHINESE => (chinese, others),
            _ => bail!(
                "languages: write \"{CHINESE}\" for questions in Chinese and one more for all others, or a single one"
            ),
        };
        Ok(Place::Wikipedia { chinese: self.edition(chinese)?, others: self.edition(others)? })
    }

    fn edition(&self, language: &str) -> anyhow::Result<BaseUrl> {
        let fits = |c: char| c.is_ascii_lowercase() || c == '-';
        ensure!(
            !language.is_empty() && language.chars().all(fits),
            "languages: {language:?} is none; write it as in Wikipedia's addresses, such as \"de\""
        );
        let address = self.url.as_deref().unwrap_or(WIKIPEDIA).replace(LANGUAGE, language);
        BaseUrl::parse(&address).with_context(|| format!("url: {address:?} cannot be used"))
    }
}
