//! The configured places to search, each asked at the pace it wants, by all researches of the process together.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;

use super::settings::{Place, SourceKind, SourceSettings};
use super::{Arxiv, Brave, Pace, Patient, SearchSource, Searxng, Tavily, Wikipedia};

/// Everywhere outside that can be searched; nothing when none is configured.
#[derive(Clone)]
pub struct SearchSources {
    all: Arc<[Arc<dyn SearchSource>]>,
    missing: Arc<[SourceKind]>,
}

impl SearchSources {
    /// The places of `settings`, whose names differ.
    pub fn build(client: &Client, settings: Vec<SourceSettings>) -> Self {
        let set_up: Vec<_> = settings.iter().map(|one| one.place.kind()).collect();
        let missing = SourceKind::ALL.into_iter().filter(|kind| !set_up.contains(kind)).collect();
        Self { all: settings.into_iter().map(|one| source(client.clone(), one)).collect(), missing }
    }

    /// The place of that name.
    pub fn find(&self, name: &str) -> Option<Arc<dyn SearchSource>> {
        self.iter().find(|source| source.name() == name).cloned()
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn SearchSource>> {
        self.all.iter()
    }

    /// Their names, in the order of the configuration.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|source| source.name())
    }

    /// The kinds that are known and not set up.
    pub fn missing(&self) -> &[SourceKind] {
        &self.missing
    }
}

fn source(client: Client, SourceSettings { name, place }: SourceSettings) -> Arc<dyn SearchSource> {
    let pace = pace(place.kind());
    match place {
        Place::Searxng(base) => Arc::new(Patient::new(name, Searxng::new(client, &base), pace)),
        Place::Tavily(base, key) => Arc::new(Patient::new(name, Tavily::new(client, &base, key), pace)),
        Place::Brave(base, key) => Arc::new(Patient::new(name, Brave::new(client, &base, key), pace)),
        Place::Wikipedia { chinese, others } => {
            Arc::new(Patient::new(name, Wikipedia::new(client, chinese, others), pace))
        }
        Place::Arxiv(base) => Arc::new(Patient::new(name, Arxiv::new(client, &base), pace)),
    }
}

/// What each service asks of those who use it; Brave and Tavily of those who pay least.
fn pace(kind: SourceKind) -> Pace {
    let usual = Pace::default();
    match kind {
        SourceKind::Searxng => usual,
        SourceKind::Tavily => Pace { apart: Duration::from_millis(600), ..usual },
        SourceKind::Brave => Pace { at_once: 1, apart: Duration::from_millis(1100), ..usual },
        SourceKind::Wikipedia => Pace { at_once: 2, apart: Duration::from_millis(100), ..usual },
        SourceKind::Arxiv => {
            Pace { at_once: 1, apart: Duration::from_secs(3), timeout: Duration::from_secs(30), ..usual }
        }
    }
}
