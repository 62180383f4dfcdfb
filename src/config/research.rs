//! Where deep research looks, and how much it may take: `[research]`.

use std::ops::RangeInclusive;

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::sources::SourceConfig;
use crate::clients::fetch::Allowed;
use crate::clients::search::settings::SourceSettings;

/// Deep research.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResearchConfig {
    /// How many sub-questions of one research are worked on at once.
    pub parallel: u32,
    /// Whether plans begin without being asked about.
    pub auto_approve: bool,
    /// What a plan may spend unless it says otherwise, in tokens of the model.
    pub tokens: u32,
    /// The same in pages that are fetched.
    pub pages: u32,
    /// The same in minutes of work; waiting for people does not count.
    pub minutes: u32,
    /// How often a sub-question is searched for at the most.
    pub rounds: u32,
    /// How many hits are asked of a source.
    pub results: u32,
    /// What may be fetched besides the public web.
    pub allow_hosts: Vec<Allowed>,
    /// Where is searched besides the workspace's own library.
    pub sources: Vec<SourceConfig>,
}

impl Default for ResearchConfig {
    fn default() -> Self {
        Self {
            parallel: 3,
            auto_approve: false,
            tokens: 60_000,
            pages: 40,
            minutes: 20,
            rounds: 5,
            results: 8,
            allow_hosts: Vec::new(),
            sources: Vec::new(),
        }
    }
}

impl ResearchConfig {
    /// Refuses what no research could work with.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let limits: [(&str, u32, RangeInclusive<u32>); 6] = [
            ("parallel", self.parallel, 1..=8),
            ("tokens", self.tokens, 1_000..=1_000_000_000),
            ("pages", self.pages, 1..=1_000),
            ("minutes", self.minutes, 1..=1_440),
            ("rounds", self.rounds, 1..=5),
            ("results", self.results, 1..=20),
        ];
        for (key, value, fits) in limits {
            let (least, most) = (fits.start(), fits.end());
            ensure!(fits.contains(&value), "research.{key} must be a number from {least} to {most}");
        }
        self.search_settings().map(drop)
    }

    /// The places to search besides the library, checked.
    ///
    /// # Errors
    /// A sentence that names the source and the key.
    pub fn search_settings(&self) -> anyhow::Result<Vec<SourceSettings>> {
        let mut all: Vec<SourceSettings> = Vec::new();
        for source in &self.sources {
            let name = source.name();
            ensure!(
                all.iter().all(|other| other.name != name),
                "two research sources are called {name:?}: give one of them another name"
            );
            let place = source.place().with_context(|| format!("research source {name:?}"))?;
            all.push(SourceSettings { name: name.to_owned(), place });
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn read(text: &str) -> Config {
        toml::from_str(text).unwrap()
    }

    fn places(text: &str) -> Vec<(String, String)> {
        let all = read(text).research.search_settings().unwrap();
        all.into_iter().map(|one| (one.name, format!("{:?}", one.place))).collect()
    }

    #[test]
    fn each_kind_is_read_with_what_is_usual_for_it() {
        let all = places(
            "[[research.sources]]\nkind = 'searxng'\nname = 'own'\nurl = 'http://10.0.0.9:8888/'\n\
             [[research.sources]]\nkind = 'tavily'\napi_key = 'hush'\n\
             [[research.sources]]\nkind = 'wikipedia'\n\
             [[research.sources]]\nkind = 'arxiv'\n",
        );
        let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["own", "tavily", "wikipedia", "arxiv"]);
        assert_eq!(all[0].1, "Searxng(http://10.0.0.9:8888/)");
        assert_eq!(all[1].1, "Tavily(https://api.tavily.com/, [redacted])");
        assert!(all[2].1.contains("chinese: https://zh.w") && all[2].1.contains("others: https://en.w"));
        assert_eq!(all[3].1, "Arxiv(https://export.arxiv.org/)");
    }

    #[test]
    fn the_editions_of_wikipedia_are_chosen_by_language() {
        let chosen =
            |rest: &str| places(&format!("[[research.sources]]\nkind = 'wikipedia'\n{rest}")).remove(0).1;
        assert_eq!(
            chosen("languages = ['de', 'zh']"),
            "Wikipedia { chinese: https://zh.wikipedia.org/, others: https://de.wikipedia.org/ }"
        );
        assert_eq!(
            chosen("languages = ['fr']"),
            "Wikipedia { chinese: https://fr.wikipedia.org/, others: https://fr.wikipedia.org/ }"
        );
        assert_eq!(
            chosen("url = 'https://mirror.example.com/{language}'"),
            "Wikipedia { chinese: https://mirror.example.com/zh, others: https://mirror.example.com/en }"
        );
    }

    #[test]
    fn the_environment_keeps_keys_out_of_the_file() {
        let mut config = read(
            "[[research.sources]]\nkind = 'brave'\n[[research.sources]]\nkind = 'tavily'\nname = 'my-t'\n",
        );
        config.apply(|name| match name {
            "STOA_BRAVE_API_KEY" | "STOA_MY_T_API_KEY" => Some("hush".to_owned()),
            _ => None,
        });
        assert!(config.check().is_ok());
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_to_do() {
        let wrong = |text: &str| format!("{:#}", read(text).check().unwrap_err());
        for (key, value) in [
            ("parallel", 0),
            ("parallel", 9),
            ("tokens", 0),
            ("pages", 0),
            ("minutes", 0),
            ("rounds", 6),
            ("results", 21),
        ] {
            let said = wrong(&format!("[research]\n{key} = {value}"));
            assert!(said.contains(&format!("research.{key} must be a number from")), "{said}");
        }
        for (source, said) in [
            ("kind = 'searxng'", "url is missing"),
            ("kind = 'searxng'\nurl = 'search.example.com'", "not an http or https address"),
            ("kind = 'brave'", "STOA_BRAVE_API_KEY"),
            ("kind = 'brave'\napi_key = ' '", "api_key is missing"),
            ("kind = 'arxiv'\napi_key = 'k'", "api_key is for tavily and brave"),
            ("kind = 'arxiv'\nlanguages = ['en']", "languages is for wikipedia"),
            ("kind = 'arxiv'\nname = 'library'", "the workspace's own"),
            ("kind = 'arxiv'\nname = 'A b'", "small letters"),
            ("kind = 'wikipedia'\nlanguages = []", "or a single one"),
            ("kind = 'wikipedia'\nlanguages = ['de', 'en']", "or a single one"),
            ("kind = 'wikipedia'\nlanguages = ['en/x']", "\"en/x\" is none"),
            (
                "kind = 'arxiv'\n[[research.sources]]\nkind = 'arxiv'",
                "two research sources are called \"arxiv\"",
            ),
        ] {
            let answer = wrong(&format!("[[research.sources]]\n{source}"));
            assert!(answer.contains(said), "{answer}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let wrong = |text: &str| toml::from_str::<Config>(text).unwrap_err().to_string();
        assert!(wrong("[research]\nallow_hosts = ['http://wiki']").contains("neither a host's name nor"));
        assert!(wrong("[research]\nparalel = 2").contains("paralel"));
        assert!(wrong("[[research.sources]]\nkind = 'google'").contains("google"));
        assert!(wrong("[[research.sources]]\nkind = 'arxiv'\nkey = 'x'").contains("key"));
    }
}
