//! A disk that is full and one that cannot be written to, on SQLite: writes are refused clearly, reads are answered, nothing is
//! damaged, and all goes on when there is room again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::Text;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::models::run::RunStatus;
use stoa::schema::runs;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::audit::{Audit, connect};
use super::load;
use super::member::{Member, Places};
use super::reading::Reading;
use super::report::{Count, seconds};
use super::server::Site;

/// What the disk holds.
const SIZE: u64 = 24 * 1024 * 1024;
/// Answers being made when it fills up.
const ANSWERS: usize = 10;
/// How long it stays as it is.
const WHILE: Duration = Duration::from_secs(6);
/// How soon all must be well again.
const RECOVERY: Duration = Duration::from_secs(3);

/// A disk of a few megabytes in a file; it is taken away when this is dropped.
struct Disk {
    folder: TempDir,
}

impl Disk {
    /// `None` where nobody may mount one.
    async fn mount() -> anyhow::Result<Option<Self>> {
        let disk = Self { folder: TempDir::new()? };
        std::fs::File::create(disk.file())?.set_len(SIZE)?;
        std::fs::create_dir(disk.place())?;
        let made = run("mkfs.ext4", &["-q", "-m", "0"], &[&disk.file()]).await?;
        Ok((made && disk.plug_in().await?).then_some(disk))
    }

    async fn plug_in(&self) -> anyhow::Result<bool> {
        run("mount", &["-o", "loop,errors=remount-ro"], &[&self.file(), &self.place()]).await
    }

    /// Mends and mounts it again, which is the only way to write to one that has failed.
    async fn repair(&self) -> anyhow::Result<bool> {
        run("umount", &[], &[&self.place()]).await?;
        run("fsck.ext4", &["-fy"], &[&self.file()]).await?;
        self.plug_in().await
    }

    /// Has the system find an error on it, after which it can only be read; `false` where it cannot be had to.
    fn fail(&self) -> anyhow::Result<bool> {
        let mounts = std::fs::read_to_string("/proc/mounts")?;
        let place = self.place().to_string_lossy().into_owned();
        let of = |line: &&str| line.split_whitespace().nth(1) == Some(&place);
        let device = mounts.lines().find(of).and_then(|line| line.split_whitespace().next());
        let name = device.and_then(|device| device.rsplit('/').next()).context("not mounted")?;
        Ok(std::fs::write(format!("/sys/fs/ext4/{name}/trigger_fs_error"), "1").is_ok())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn database(&self) -> PathBuf {
        self.place().join("stoa.db")
    }

    /// Takes all the room that is left.
    fn fill(&self) -> anyhow::Result<()> {
        use std::io::Write;
        let mut file = std::fs::File::create(self.balloon())?;
        // Smaller and smaller, until not a byte fits.
        for size in [65536, 4096, 1] {
            while file.write(&vec![0; size]).is_ok_and(|written| written > 0) {}
        }
        Ok(())
    }

    fn make_room(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.balloon())?)
    }

    fn balloon(&self) -> PathBuf {
        self.place().join("balloon")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("--lazy").arg(self.place()).status();
    }
}

/// Whether a system command could be run and succeeded.
async fn run(name: &str, options: &[&str], places: &[&Path]) -> anyhow::Result<bool> {
    let output = Command::new(name).args(options).args(places).output().await;
    Ok(output.is_ok_and(|output| output.status.success()))
}

/// Fills the disk under answers, then takes the right to write away.
pub async fn provoke() -> anyhow::Result<Vec<Count>> {
    let Some(disk) = Disk::mount().await? else {
        return Ok(vec![Count::told("left out: only root may mount a small disk", "–")]);
    };
    let database = disk.database();
    let config = format!(
        "database_url = '{}'\n[runs]\nlease_seconds = 3\n{}",
        database.display(),
        load::model().await?
    );
    let site = Site::new(&config)?;
    let token = site.member("disk@example.com").await?;
    let server = site.start().await?;
    let member = Member::new(&token, &Places::new(vec![server.address]))?;
    let mut counts = Vec::new();
    let mut questions = Vec::new();
    let answers = begin(&member, "full", &mut questions).await?;
    disk.fill()?;
    counts.extend(ask_around(&member, "full disk").await);
    disk.make_room()?;
    counts.extend(recover(&member, answers).await?);
    let answers = begin(&member, "broken", &mut questions).await?;
    if disk.fail()? {
        counts.extend(ask_around(&member, "read-only disk").await);
    }
    counts.push(Count::told("requests by answer", member.tally.line()));
    drop(answers);
    server.stop().await?;
    counts.push(Count::exactly(
        "disk mended after the process was killed",
        usize::from(disk.repair().await?),
        1,
    ));
    counts.extend(start_again(&site, &disk).await?);
    counts.extend(check(&disk, &questions)?);
    Ok(counts)
}

/// Has some answers begun.
async fn begin(
    member: &Member,
    what: &str,
    questions: &mut Vec<String>,
) -> anyhow::Result<JoinSet<anyhow::Result<Reading>>> {
    let mut answers = JoinSet::new();
    for number in 0..ANSWERS {
        let content = format!("{what} {number}");
        let session = member.begin(&content).await?;
        let asked = member.ask(&session, &content).await?;
        questions.push(content);
        let member = member.clone();
        answers.spawn(async move { member.follow(&asked.run).await });
    }
    sleep(Duration::from_millis(300)).await;
    Ok(answers)
}

/// How soon all is well now that there is room, and what became of the answers.
async fn recover(member: &Member, answers: JoinSet<anyhow::Result<Reading>>) -> anyhow::Result<Vec<Count>> {
    let back = Instant::now();
    while !is_well(member).await && back.elapsed() < 10 * RECOVERY {
        sleep(Duration::from_millis(20)).await;
    }
    let well = back.elapsed();
    let readings: Vec<_> = answers.join_all().await.into_iter().collect::<Result<_, _>>()?;
    let whole = readings.iter().filter(|reading| reading.status.as_deref() == Some("succeeded")).count();
    let agree = readings.iter().filter(|reading| reading.agrees()).count();
    Ok(vec![
        Count::within("full disk: well again once there is room, after", well, RECOVERY),
        Count::exactly("full disk: answers made meanwhile that became whole", whole, ANSWERS),
        Count::exactly("… whose readers saw what was stored", agree, ANSWERS),
    ])
}

/// Reads, writes and asks for the state while nothing can be written.
async fn ask_around(member: &Member, what: &str) -> Vec<Count> {
    let begun = Instant::now();
    let (mut reads, mut writes, mut ready) = (Vec::new(), Vec::new(), Vec::new());
    while begun.elapsed() < WHILE {
        let new = json!({ "name": "Refused" });
        writes.push(member.once(Method::POST, "/api/chat/sessions", Some(&new)).await);
        reads.push(member.once(Method::GET, "/api/chat/sessions?limit=1", None).await);
        ready.push(member.once(Method::GET, "/readyz", None).await);
        sleep(Duration::from_millis(20)).await;
    }
    let clear = |answer: &&Option<(u16, Value)>| matches!(answer, Some((503, body)) if body.get("code") == Some(&json!("unavailable")) && body.get("error").is_some());
    let with = |answers: &[Option<(u16, Value)>], status: u16| {
        answers.iter().filter(|answer| matches!(answer, Some((found, _)) if *found == status)).count()
    };
    vec![
        Count::exactly(
            format!("{what}: writes refused with a clear 503, of {}", writes.len()),
            writes.iter().filter(clear).count(),
            writes.len(),
        ),
        Count::exactly(format!("{what}: reads answered"), with(&reads, 200), reads.len()),
        Count::exactly(format!("{what}: /readyz said 503"), with(&ready, 503), ready.len()),
    ]
}

async fn is_well(member: &Member) -> bool {
    let new = json!({ "name": "Again" });
    let written = member.once(Method::POST, "/api/chat/sessions", Some(&new)).await;
    let ready = member.once(Method::GET, "/readyz", None).await;
    matches!((written, ready), (Some((200, _)), Some((200, _))))
}

/// A start when there is room again: how soon it is ready, and what had been begun is over.
async fn start_again(site: &Site, disk: &Disk) -> anyhow::Result<Vec<Count>> {
    let server = site.start().await?;
    let mut conn = connect(&disk.database().to_string_lossy())?;
    let active = runs::status.eq_any([RunStatus::Queued, RunStatus::Running]);
    let begun = Instant::now();
    while runs::table.filter(active.clone()).count().get_result::<i64>(&mut conn)? > 0
        && begun.elapsed() < 10 * RECOVERY
    {
        sleep(Duration::from_millis(50)).await;
    }
    let ready = server.ready_after;
    server.stop().await?;
    Ok(vec![
        Count::told("… ready again after", seconds(ready)),
        Count::told("… and what had been begun is over after", seconds(begun.elapsed())),
    ])
}

#[derive(QueryableByName)]
struct Checked {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Whether the file is whole and holds all that was said.
fn check(disk: &Disk, questions: &[String]) -> anyhow::Result<Vec<Count>> {
    let url = disk.database().to_string_lossy().into_owned();
    let checked: Checked = diesel::sql_query("PRAGMA integrity_check").get_result(&mut connect(&url)?)?;
    let audit = Audit::read(&url)?;
    let (lost, doubled) = audit.lost_and_doubled(questions);
    let whole = checked.integrity_check == "ok";
    Ok(vec![
        Count::new("PRAGMA integrity_check", checked.integrity_check, "ok", whole),
        Count::none("questions lost", lost),
        Count::none("questions stored twice", doubled),
        Count::none("answers that are not what their log holds", audit.unlogged()),
        Count::none("answers that are not beginnings of what the model sent", audit.garbled()),
        Count::none("runs left queued or running", audit.active()),
        Count::none("gaps and repeats in the numbers of logs", audit.misnumbered()),
    ])
}
