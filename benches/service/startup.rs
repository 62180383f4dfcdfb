//! How long a start takes, and what an idle process weighs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::figures::{Figure, mebibytes, median, milliseconds, percentile};
use super::server::Site;

const STARTS: usize = 10;
/// How long a process is left alone before it is weighed.
const SETTLING: Duration = Duration::from_secs(2);

/// Starts the server again and again on a database that is there already.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let site = Site::new("[builtin_model]\nenabled = false\n")?;
    site.member(super::server::EMAIL).await?;
    site.start().await?.stop().await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let server = site.start().await?;
        times.push(server.ready_after);
        server.stop().await?;
    }
    let what = format!("ready, median of {STARTS} (slowest {})", milliseconds(percentile(&times, 100)));
    let mut figures = vec![Figure::new(what, milliseconds(median(&times)), "< 100 ms")];
    figures.push(weigh(&site, "idle memory, no built-in model").await?);
    figures.push(match with_weights()? {
        Some(site) => weigh(&site, "idle memory, built-in model not loaded").await?,
        None => Figure::new("idle memory, built-in model not loaded", "no weights", "< 30 MiB"),
    });
    Ok(figures)
}

async fn weigh(site: &Site, what: &str) -> anyhow::Result<Figure> {
    let server = site.start().await?;
    tokio::time::sleep(SETTLING).await;
    let figure = Figure::new(what, mebibytes(server.resident()?), "< 30 MiB");
    server.stop().await?;
    Ok(figure)
}

/// A site with the weights of the built-in model, when there are any: nothing is fetched for a bench.
fn with_weights() -> anyhow::Result<Option<Site>> {
    let named = std::env::var_os("STOA_BENCH_MODELS").map(PathBuf::from);
    let build = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [named, Some(build.join("target/test-models/models")), Some(build.join("data/models"))];
    let Some(place) = places.into_iter().flatten().find(|folder| folder.is_dir()) else { return Ok(None) };
    let nowhere =
        "[builtin_model]\nenabled = true\nsettings = { pip = false, url = 'http://127.0.0.1:1/' }\n";
    let site = Site::new(nowhere)?;
    std::os::unix::fs::symlink(place.canonicalize()?, site.path().join("models"))?;
    Ok(Some(site))
}
