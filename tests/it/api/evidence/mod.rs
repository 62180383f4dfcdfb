//! Reports as files, and the check that needs nothing but such a file.

mod bundle;
mod hostile;
mod tampered;

use std::io::{Cursor, Read, Write};

use serde_json::Value;
use stoa::services::research::evidence::{NoBundle, Problem, check};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::Caller;
use crate::support::reports::{Researched, research};

/// A bundle, unpacked, to be spoilt.
#[derive(Clone)]
struct Bundle(Vec<(String, Vec<u8>)>);

/// The bytes of a report's bundle.
async fn download(caller: &Caller, made: &Researched) -> Vec<u8> {
    let path = format!("/api/artifacts/{}/evidence", made.artifact);
    let answer = caller.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/zip".parse().unwrap())
    );
    answer.bytes().await.unwrap().to_vec()
}

/// A member's research and its bundle.
async fn bundled() -> (TestApp, Caller, Researched, Vec<u8>) {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let bytes = download(&ada, &made).await;
    (app, ada, made, bytes)
}

fn problems(bytes: &[u8]) -> Result<Vec<Problem>, NoBundle> {
    check(bytes).map(|findings| findings.problems)
}

impl Bundle {
    async fn good() -> Self {
        Self::of(&bundled().await.3)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let one = |index| {
            let mut file = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        };
        Self((0..8 + 1).map(one).collect())
    }

    fn file(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|(path, _)| path == name).unwrap_or_else(|| panic!("{name}")).1
    }

    /// A file as JSON.
    fn json(&mut self, name: &str) -> Value {
        serde_json::from_slice(self.file(name)).unwrap()
    }

    /// Changes a file that is JSON.
    fn edit(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = self.json(name);
        change(&mut value);
        *self.file(name) = serde_json::to_vec(&value).unwrap();
    }

    fn replace(&mut self, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.file(name).clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *self.file(name) = text.replacen(from, to, 1).into_bytes();
    }

    /// Writes the right sizes and hashes into the manifest, as somebody careful would.
    fn seal(&mut self) {
        let files = self.0.clone();
        self.edit("manifest.json", |manifest| {
            for entry in manifest["files"].as_array_mut().unwrap() {
                let found = files.iter().find(|(path, _)| entry["path"] == path.as_str());
                if let Some((_, bytes)) = found {
                    entry["size"] = bytes.len().into();
                    entry["sha256"] = stoa::services::secrets::sha256(bytes).into();
                }
            }
        });
    }

    fn pack(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.0 {
            zip.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn problems(&self) -> Vec<Problem> {
        problems(&self.pack()).unwrap()
    }
}
