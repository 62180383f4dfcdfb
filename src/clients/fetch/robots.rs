//! What sites want to be left alone: `robots.txt` (RFC 9309), remembered for an hour.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Url;
use texting_robots::Robot;
use tokio::time::timeout;

use super::address::redirect;
use super::{FetchError, Fetcher, body};

/// Our name in it.
const NAME: &str = "stoa";
/// How long it holds.
const HOLDS: Duration = Duration::from_secs(3600);
/// How long it holds that a site cannot tell.
const UNKNOWN_HOLDS: Duration = Duration::from_secs(300);
/// The most memory that all rules remembered may take, about.
const REMEMBERED: usize = 16 * 1024 * 1024;
/// The most of a file that is read, in bytes; what comes later does not count (RFC 9309 asks for 500 KiB).
const LARGEST: usize = 512 * 1024;
/// The most rules with a `$`. Each becomes an automaton of its own.
const ENDINGS: usize = 200;
/// About what such an automaton takes at the most, in bytes, as measured.
const AUTOMATON: usize = 48 * 1024;

/// What is known of the sites asked lately.
#[derive(Default)]
pub struct Robots {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    sites: HashMap<String, (Instant, Arc<Rules>)>,
    weight: usize,
}

/// What a site says.
enum Rules {
    /// It has no rules, or none that can be read.
    None,
    /// It could not tell: then nothing is fetched.
    Unknown,
    /// Its rules, and about what they take in memory.
    Written(Box<Robot>, usize),
}

impl Rules {
    fn allow(&self, page: &Url) -> bool {
        match self {
            Self::None => true,
            Self::Unknown => false,
            Self::Written(robot, _) => robot.allowed(page.as_str()),
        }
    }

    fn holds(&self) -> Duration {
        if matches!(self, Self::Unknown) { UNKNOWN_HOLDS } else { HOLDS }
    }

    fn weight(&self) -> usize {
        // What a site without rules takes: its name, times, pointers.
        256 + if let Self::Written(_, weight) = self { *weight } else { 0 }
    }
}

impl Robots {
    /// Refuses what a site does not want to be fetched.
    ///
    /// # Errors
    /// `Robots`; and what else keeps the site from being asked, which would keep the page from being fetched.
    pub async fn check(&self, page: &Url, fetcher: &Fetcher) -> Result<(), FetchError> {
        let site = page.origin().ascii_serialization();
        let rules = match self.find(&site) {
            Some(rules) => rules,
            None => self.keep(site, ask_in_time(page, fetcher).await?),
        };
        if rules.allow(page) { Ok(()) } else { Err(FetchError::Robots) }
    }

    fn find(&self, site: &str) -> Option<Arc<Rules>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, rules) = known.sites.get(site)?;
        (since.elapsed() < rules.holds()).then(|| Arc::clone(rules))
    }

    fn keep(&self, site: String, rules: Rules) -> Arc<Rules> {
        let rules = Arc::new(rules);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.weight + rules.weight() > REMEMBERED {
            *known = Known::default();
        }
        known.weight += rules.weight();
        known.sites.insert(site, (Instant::now(), Arc::clone(&rules)));
        rules
    }
}

/// Asks a site, which has half of the page's time for it.
async fn ask_in_time(page: &Url, fetcher: &Fetcher) -> Result<Rules, FetchError> {
    timeout(fetcher.limits.patience / 2, ask(page, fetcher)).await.unwrap_or(Err(FetchError::TimedOut))
}

/// Asks a site. Without rules (4xx) all is allowed, with a failure (5xx) nothing.
async fn ask(page: &Url, fetcher: &Fetcher) -> Result<Rules, FetchError> {
    let Ok(mut address) = page.join("/robots.txt") else { return Ok(Rules::None) };
    for _ in 0..=super::REDIRECTS {
        let answer = fetcher.get(&address).await?;
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
    let Ok(text) = body::beginning(answer, LARGEST).await else { return Rules::Unknown };
    // The last line may have been cut in the middle, into another rule.
    let whole = text.iter().rposition(|byte| *byte == b'\n').filter(|_| text.len() == LARGEST);
    let text = text.get(..whole.unwrap_or(text.len())).unwrap_or_default();
    let endings = text.iter().filter(|byte| **byte == b'$').count();
    if endings > ENDINGS {
        return Rules::Unknown;
    }
    let weight = text.len() + endings * AUTOMATON;
    Robot::new(NAME, text).map_or(Rules::None, |robot| Rules::Written(Box::new(robot), weight))
}
