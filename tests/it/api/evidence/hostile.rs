//! Files that were made to do harm are read within bounds and refused.

use std::io::{Cursor, Write};

use serde_json::json;
use stoa::services::research::evidence::NoBundle;
use stoa::services::research::evidence::Problem::{Broken, DuplicateNames, NotListed, UnsafeName};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Bundle, problems};

#[tokio::test]
async fn what_is_no_bundle_is_told_so() {
    let good = Bundle::good().await;
    assert_eq!(problems(b"").unwrap_err(), NoBundle::NoZip);
    assert_eq!(problems(b"PK\x05\x06 not really").unwrap_err(), NoBundle::NoZip);
    let packed = good.pack();
    assert!(problems(&packed[..packed.len() / 2]).is_err(), "cut in the middle");
    assert_eq!(problems(&Bundle(Vec::new()).pack()).unwrap_err(), NoBundle::NoManifest);
    let with = |manifest: &[u8]| {
        let mut bundle = good.clone();
        *bundle.file("manifest.json") = manifest.to_vec();
        problems(&bundle.pack()).unwrap_err()
    };
    assert_eq!(with(b"{"), NoBundle::NoManifest);
    assert_eq!(with(b"\xff\xfe"), NoBundle::NoManifest);
    assert_eq!(with("[".repeat(1_000_000).as_bytes()), NoBundle::NoManifest);
    assert_eq!(with(b"{\"format\": \"stoa.evidence\", \"version\": 2}"), NoBundle::Unknown);
    assert_eq!(with(b"{\"format\": \"stoa.session\", \"version\": 1}"), NoBundle::Unknown);
    assert_eq!(with(b"{\"format\": \"stoa.evidence\", \"version\": 1}"), NoBundle::NoManifest);
}

#[tokio::test]
async fn a_bomb_does_not_go_off() {
    let mut bundle = Bundle::good().await;
    let zeros = vec![0_u8; 48 * 1024 * 1024];
    for name in ["a", "b", "c"] {
        bundle.0.push((name.to_owned(), zeros.clone()));
    }
    let packed = bundle.pack();
    assert!(packed.len() < 1024 * 1024);
    assert_eq!(problems(&packed).unwrap_err(), NoBundle::Bomb);
    assert_eq!(problems(&vec![0; 97 * 1024 * 1024]).unwrap_err(), NoBundle::TooLarge);
    let entries = b"PK\x01\x02".repeat(20_001);
    assert_eq!(problems(&entries).unwrap_err(), NoBundle::TooManyFiles);
}

#[tokio::test]
async fn names_that_lead_out_are_named_and_lead_nowhere() {
    for name in ["../../etc/passwd", "/etc/passwd", "sources/../../x", "C:\\x", "a\u{1b}[31m"] {
        let mut bundle = Bundle::good().await;
        bundle.0.push((name.to_owned(), b"x".to_vec()));
        let found = bundle.problems();
        assert!(found.contains(&UnsafeName(name.to_owned())), "{name}: {found:?}");
        assert!(found.contains(&NotListed(name.to_owned())), "{name}");
        assert!(found.iter().all(|problem| !problem.to_string().contains('\u{1b}')));
    }
}

#[tokio::test]
async fn two_files_of_one_name_are_noticed() {
    let bundle = Bundle::good().await;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Two names of one length in the file, made the same afterwards: a writer would refuse that.
    for (path, bytes) in bundle.0.iter().chain([&("REPORT.md".to_owned(), b"# Another".to_vec())]) {
        zip.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let mut packed = zip.finish().unwrap().into_inner();
    let places: Vec<usize> =
        packed.windows(9).enumerate().filter(|(_, w)| w == b"REPORT.md").map(|(at, _)| at).collect();
    for at in places {
        packed[at..at + 9].copy_from_slice(b"report.md");
    }
    let found = problems(&packed).unwrap();
    assert!(found.contains(&DuplicateNames), "{found:?}");
}

#[tokio::test]
async fn files_that_do_not_hold_what_they_should_are_named() {
    let good = Bundle::good().await;
    for name in ["plan.json", "queries.json", "sources.json", "notes.json"] {
        for content in [&b"{"[..], b"\xff", b"5", b"", b"[{\"number\": 1e400}]"] {
            let mut bundle = good.clone();
            *bundle.file(name) = content.to_vec();
            bundle.seal();
            assert!(bundle.problems().contains(&Broken(name.to_owned())), "{name}: {content:?}");
        }
    }
    for name in ["report.md", "sources/001.txt"] {
        let mut bundle = good.clone();
        *bundle.file(name) = b"\xff\xfe".to_vec();
        bundle.seal();
        assert!(bundle.problems().contains(&Broken(name.to_owned())), "{name}");
    }
    let mut long = good.clone();
    *long.file("report.md") = vec![b'['; 5 * 1024 * 1024];
    long.seal();
    assert!(long.problems().contains(&Broken("report.md".to_owned())));
}

#[tokio::test]
async fn claims_of_sizes_are_not_believed() {
    let mut bundle = Bundle::good().await;
    bundle.edit("manifest.json", |manifest| {
        for file in manifest["files"].as_array_mut().unwrap() {
            file["size"] = json!(u64::MAX);
        }
    });
    assert_eq!(bundle.problems().len(), 8);
    // The zip file itself claims a gigabyte for its last file: what is really there counts.
    let mut packed = Bundle::good().await.pack();
    let entry = packed.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    packed[entry + 24..entry + 28].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    assert_eq!(problems(&packed), Ok(Vec::new()));
}
