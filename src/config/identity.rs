//! Where people can sign in besides here, and who may: `[[identity_providers]]` and `[sign_in]`.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use oauth2::{ClientId, ClientSecret, Scope};
use serde::Deserialize;

use super::{Config, HiddenText, variable};
use crate::clients::identity::{Credentials, GitHubSettings, OidcSettings, parse_address};

const GITHUB: &str = "https://github.com";
const TIMEOUT: Duration = Duration::from_secs(10);
const GITHUB_API: &str = "https://api.github.com";
const OIDC_SCOPES: [&str; 2] = ["email", "profile"];
const GITHUB_SCOPES: [&str; 2] = ["read:user", "user:email"];

/// One provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviderConfig {
    /// Its name in addresses: small letters, digits and `-`.
    pub name: String,
    /// What its button says; its name when absent.
    #[serde(default)]
    pub label: Option<String>,
    /// What it speaks.
    pub kind: IdentityKind,
    /// `oidc`: its own name, exactly as it writes it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Its name for Stoa.
    pub client_id: String,
    /// What proves that it is Stoa; `STOA_<NAME>_CLIENT_SECRET` overrides it.
    #[serde(default)]
    pub client_secret: Option<HiddenText>,
    /// What is asked for, when the usual scopes will not do.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// `oidc`: whether addresses count as verified although it does not say so.
    #[serde(default)]
    pub trust_email: bool,
    /// `github`: where people sign in, for GitHub Enterprise.
    #[serde(default)]
    pub base_url: Option<String>,
    /// `github`: where programs ask; `/api/v3` under `base_url` when that is given.
    #[serde(default)]
    pub api_url: Option<String>,
    /// Seconds it may take for one answer; 10 when absent.
    #[serde(default)]
    pub timeout_seconds: Option<u64>,
}

/// What a provider speaks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum IdentityKind {
    /// OpenID Connect.
    Oidc,
    /// GitHub's OAuth.
    GitHub,
}

/// Who may come in through a provider for the first time. Members are not asked again; disable those who may not stay.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInConfig {
    /// Only people with a verified address in one of these domains; everybody when empty.
    pub allowed_email_domains: Vec<String>,
    /// Whether people who are no members yet become members.
    pub sign_ups: bool,
}

impl Default for SignInConfig {
    fn default() -> Self {
        Self { allowed_email_domains: Vec::new(), sign_ups: true }
    }
}

/// A provider, checked.
#[derive(Clone, Debug)]
pub enum IdentitySettings {
    /// An OpenID Connect issuer.
    Oidc(OidcSettings),
    /// GitHub.
    GitHub(GitHubSettings),
}

impl Config {
    /// The providers, checked.
    ///
    /// # Errors
    /// A sentence that names the provider and the key.
    pub fn identity_settings(&self) -> anyhow::Result<Vec<IdentitySettings>> {
        let mut names = Vec::new();
        let mut all = Vec::new();
        for provider in &self.identity_providers {
            ensure!(
                !names.contains(&&provider.name),
                "two identity providers are called {:?}",
                provider.name
            );
            names.push(&provider.name);
            let settings = provider.settings();
            all.push(settings.with_context(|| format!("identity provider {:?}", provider.name))?);
        }
        Ok(all)
    }

    /// The domains people may come from, in lower case.
    ///
    /// # Errors
    /// A sentence that names the domain that is none.
    pub fn allowed_email_domains(&self) -> anyhow::Result<Vec<String>> {
        let mut domains = Vec::new();
        for domain in &self.sign_in.allowed_email_domains {
            let domain = domain.trim().to_lowercase();
            let odd = |c: char| c.is_whitespace() || matches!(c, '@' | '*' | '/');
            if domain.is_empty() || domain.starts_with('.') || domain.contains(odd) {
                bail!(
                    "sign_in.allowed_email_domains: {domain:?} is no domain; write it as in \"example.com\""
                );
            }
            domains.push(domain);
        }
        Ok(domains)
    }
}

impl IdentityProviderConfig {
    /// Takes the secret from the environment, if it is there.
    pub(super) fn apply(&mut self, env: impl Fn(&str) -> Option<String>) {
        if let Some(secret) = env(&self.secret_variable()) {
            self.client_secret = Some(HiddenText(secret));
        }
    }

    /// The variable that may hold the secret.
    fn secret_variable(&self) -> String {
        variable(&self.name, "CLIENT_SECRET")
    }

    fn settings(&self) -> anyhow::Result<IdentitySettings> {
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || !self.name.chars().all(slug) {
            bail!("name: it is part of addresses, so use small letters, digits and '-' only");
        }
        let label = self.label.as_deref().unwrap_or(&self.name).trim();
        ensure!(
            (1..=60).contains(&label.chars().count()),
            "label: its button has room for 1 to 60 characters"
        );
        match self.kind {
            IdentityKind::Oidc => self.oidc(label.to_owned()).map(IdentitySettings::Oidc),
            IdentityKind::GitHub => self.github(label.to_owned()).map(IdentitySettings::GitHub),
        }
    }

    fn oidc(&self, label: String) -> anyhow::Result<OidcSettings> {
        if self.base_url.is_some() || self.api_url.is_some() {
            bail!("base_url and api_url are for kind = \"github\"; an OpenID provider has an issuer");
        }
        let issuer = self.issuer.as_deref().context("issuer is missing")?;
        Ok(OidcSettings {
            name: self.name.clone(),
            label,
            issuer: parse_address(issuer).context("issuer")?,
            credentials: self.credentials()?,
            timeout: self.timeout(),
            scopes: self.scopes(&OIDC_SCOPES),
            trust_email: self.trust_email,
        })
    }

    fn github(&self, label: String) -> anyhow::Result<GitHubSettings> {
        if self.issuer.is_some() || self.trust_email {
            bail!("issuer and trust_email are for kind = \"oidc\"; GitHub Enterprise has a base_url");
        }
        let credentials = self.credentials()?;
        ensure!(credentials.secret.is_some(), "client_secret is missing ({})", self.secret_variable());
        let address = |key: &'static str, text: &str| {
            parse_address(text).map(|url| url.trim_end_matches('/').to_owned()).context(key)
        };
        let base_url = address("base_url", self.base_url.as_deref().unwrap_or(GITHUB))?;
        let own_api = self.base_url.as_ref().map(|_| format!("{base_url}/api/v3"));
        let api_url = self.api_url.clone().or(own_api).unwrap_or_else(|| GITHUB_API.to_owned());
        Ok(GitHubSettings {
            name: self.name.clone(),
            label,
            api_url: address("api_url", &api_url)?,
            base_url,
            credentials,
            timeout: self.timeout(),
            scopes: self.scopes(&GITHUB_SCOPES),
        })
    }

    fn timeout(&self) -> Duration {
        self.timeout_seconds.map_or(TIMEOUT, Duration::from_secs)
    }

    fn credentials(&self) -> anyhow::Result<Credentials> {
        let id = self.client_id.trim();
        ensure!(!id.is_empty(), "client_id is empty");
        let secret = self.client_secret.as_ref().map(|secret| secret.0.trim());
        ensure!(
            secret != Some(""),
            "client_secret is empty: leave it out, or set {}",
            self.secret_variable()
        );
        Ok(Credentials {
            id: ClientId::new(id.to_owned()),
            secret: secret.map(|secret| ClientSecret::new(secret.to_owned())),
        })
    }

    /// `openid` is asked for in any case where there is such a thing.
    fn scopes(&self, usual: &[&str]) -> Vec<Scope> {
        let usual = || usual.iter().map(ToString::to_string).collect();
        let asked = self.scopes.clone().unwrap_or_else(usual);
        asked.into_iter().filter(|scope| scope != "openid").map(Scope::new).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPANY: &str = "[[identity_providers]]\nname = 'company'\nkind = 'oidc'\n\
        issuer = 'https://id.example.com'\nclient_id = 'stoa'\n";
    const GITHUB: &str = "[[identity_providers]]\nname = 'git-hub'\nkind = 'github'\nclient_id = 'x'\nclient_secret = 'hush'\n";

    fn read(text: &str) -> Config {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn providers_are_read_with_what_is_usual_for_them() {
        let config = read(&format!("{COMPANY}{GITHUB}"));
        let all = config.identity_settings().unwrap();
        let [IdentitySettings::Oidc(company), IdentitySettings::GitHub(github)] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((company.label.as_str(), company.scopes.len()), ("company", 2));
        assert_eq!(
            (github.base_url.as_str(), github.api_url.as_str()),
            ("https://github.com", "https://api.github.com")
        );
        assert!(!format!("{config:?}{all:?}").contains("hush"));
    }

    #[test]
    fn an_enterprise_server_has_its_interface_under_its_own_address() {
        let config = read(&format!("{GITHUB}base_url = 'https://git.example.com/'\n"));
        let all = config.identity_settings().unwrap();
        let [IdentitySettings::GitHub(github)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(github.api_url, "https://git.example.com/api/v3");
    }

    #[test]
    fn the_environment_keeps_the_secret_out_of_the_file() {
        let mut config = read(GITHUB);
        config.apply(|name| (name == "STOA_GIT_HUB_CLIENT_SECRET").then(|| "other".to_owned()));
        let all = config.identity_settings().unwrap();
        let [IdentitySettings::GitHub(github)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(github.credentials.secret.as_ref().unwrap().secret(), "other");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let wrong = |text: &str| format!("{:#}", read(text).check().unwrap_err());
        for (text, word) in [
            (COMPANY.replace("'company'", "'My Company'"), "name"),
            (COMPANY.replace("https", "http"), "https"),
            (COMPANY.replace("issuer", "base_url"), "issuer"),
            (GITHUB.replace("client_secret = 'hush'", ""), "STOA_GIT_HUB_CLIENT_SECRET"),
            (format!("{COMPANY}{COMPANY}"), "two"),
            (format!("{COMPANY}client_secret = ' '"), "client_secret"),
            ("[sign_in]\nallowed_email_domains = ['@example.com']".to_owned(), "allowed_email_domains"),
        ] {
            assert!(wrong(&text).contains(word), "{text}: {}", wrong(&text));
        }
        assert!(toml::from_str::<Config>(&format!("{COMPANY}secret = 'x'")).is_err());
        assert!(toml::from_str::<Config>("[sign_in]\nopen = true").is_err());
    }
}
