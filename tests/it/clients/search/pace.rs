//! How often sources are asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use stoa::clients::search::{Hit, Pace, Patient, Query, SearchError, SearchSource};
use tokio::time::{Instant, sleep};

use super::query;

/// Fails as often as it is told to, and counts.
#[derive(Clone, Default)]
struct Played {
    failures: usize,
    error: Option<SearchError>,
    asked: Arc<AtomicUsize>,
    at_once: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
}

impl SearchSource for Played {
    fn name(&self) -> &str {
        "played"
    }

    fn search<'a>(&'a self, _: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        async {
            let at_once = self.at_once.fetch_add(1, Ordering::Relaxed) + 1;
            self.most_at_once.fetch_max(at_once, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            self.at_once.fetch_sub(1, Ordering::Relaxed);
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            match &self.error {
                Some(error) if asked < self.failures => Err(error.clone()),
                _ => Ok(Vec::new()),
            }
        }
        .boxed()
    }
}

fn busy(seconds: Option<u64>) -> SearchError {
    let retry_after = seconds.map(Duration::from_secs);
    SearchError::RateLimited { retry_after, message: "busy".into() }
}

/// The result of a search that fails so often, how often was asked, and how long it took in all.
async fn after(failures: usize, error: SearchError) -> (bool, usize, Duration) {
    let source = Played { failures, error: Some(error), ..Played::default() };
    let begun = Instant::now();
    let result = Patient::new("played".into(), source.clone(), Pace::default()).search(&query("x")).await;
    (result.is_ok(), source.asked.load(Ordering::Relaxed), begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again_after_longer_and_longer_waits() {
    let failed = SearchError::Upstream("oh".into());
    assert_eq!(after(1, failed.clone()).await, (true, 2, Duration::from_millis(2500)));
    assert_eq!(after(2, failed.clone()).await, (true, 3, Duration::from_millis(4500)));
    assert_eq!(after(9, failed).await, (false, 3, Duration::from_millis(4500)));
    assert_eq!(
        after(1, busy(Some(7))).await,
        (true, 2, Duration::from_secs(9)),
        "as long as the source asks for"
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_not_tried_again() {
    for error in
        [SearchError::Unauthorized("no".into()), SearchError::QuotaSpent("no".into()), busy(Some(3600))]
    {
        assert_eq!(after(1, error.clone()).await, (false, 1, Duration::from_secs(1)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn silence_has_an_end() {
    let pace = Pace { timeout: Duration::from_millis(900), tries: 1, ..Pace::default() };
    let source = Patient::new("played".into(), Played::default(), pace);
    assert_eq!(source.search(&query("x")).await, Err(SearchError::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn requests_keep_their_distance_and_wait_for_one_another() {
    let source = Played::default();
    let pace = Pace { at_once: 1, apart: Duration::from_secs(3), ..Pace::default() };
    let patient = Patient::new("played".into(), source.clone(), pace);
    let (begun, question) = (Instant::now(), query("x"));
    join_all((0..4).map(|_| patient.search(&question))).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(3 * 3 + 1));
    assert_eq!(source.most_at_once.load(Ordering::Relaxed), 1);
}
