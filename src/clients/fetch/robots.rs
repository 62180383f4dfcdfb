//! What sites want to be left alone: `robots.txt` (RFC 9309), remembered for an hour.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Url;
use texting_robots::Robot;

use super::{FetchError, Fetcher, body, redirect};

/// Our name in it.
const NAME: &str = "stoa";
/// How long it holds.
const HOLDS: Duration = Duration::from_secs(3600);
/// The most sites remembered.
const SITES: usize = 1000;
/// The most of it that is read, in bytes.
const LARGEST: usize = 512 * 1024;

/// What is known of the sites asked lately.
#[derive(Default)]
pub struct Robots {
    known: Mutex<HashMap<String, (Instant, Arc<Rules>)>>,
}

/// What a site says.
enum Rules {
    /// It has no rules, or none that can be read.
    None,
    /// It could not tell: then nothing is fetched.
    Unknown,
    /// Its rules.
    Written(Box<Robot>),
}

impl Robots {
    /// Refuses what a site does not want to be fetched.
    ///
    /// # Errors
    /// `Robots`, and `NotPublic` for a site that may not even be asked.
    pub async fn check(&self, page: &Url, fetcher: &Fetcher) -> Result<(), FetchError> {
        let site = page.origin().ascii_serialization();
        let rules = match self.find(&site) {
            Some(rules) => rules,
            None => self.keep(site, ask(page, fetcher).await?),
        };
        let allowed = match &*rules {
            Rules::None => true,
            Rules::Unknown => false,
            Rules::Written(robot) => robot.allowed(page.as_str()),
        };
        if allowed { Ok(()) } else { Err(FetchError::Robots) }
    }

    fn find(&self, site: &str) -> Option<Arc<Rules>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(site).filter(|(since, _)| since.elapsed() < HOLDS).map(|(_, rules)| Arc::clone(rules))
    }

    fn keep(&self, site: String, rules: Rules) -> Arc<Rules> {
        let rules = Arc::new(rules);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SITES {
            known.clear();
        }
        known.insert(site, (Instant::now(), Arc::clone(&rules)));
        rules
    }
}

/// Asks a site. Without rules (4xx) all is allowed, without an answer (5xx, no connection) nothing.
async fn ask(page: &Url, fetcher: &Fetcher) -> Result<Rules, FetchError> {
    let Ok(mut address) = page.join("/robots.txt") else { return Ok(Rules::None) };
    for _ in 0..=super::REDIRECTS {
        let answer = match fetcher.get(&address).await {
            Err(error @ (FetchError::NotPublic(_) | FetchError::NotWeb)) => return Err(error),
            Err(_) => return Ok(Rules::Unknown),
            Ok(answer) => answer,
        };
        match (redirect(&address, &answer), answer.status().as_u16()) {
            (Some(next), _) => address = next,
            (None, 200..300) => return Ok(read(answer).await),
            (None, 500..) => return Ok(Rules::Unknown),
            (None, _) => return Ok(Rules::None),
        }
    }
    Ok(Rules::None)
}

async fn read(answer: reqwest::Response) -> Rules {
    let Ok(text) = body::read(answer, LARGEST).await else { return Rules::Unknown };
    Robot::new(NAME, &text).map_or(Rules::None, |robot| Rules::Written(Box::new(robot)))
}
