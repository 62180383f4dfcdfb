//! Every way in which a bundle can be tampered with is noticed and named.

use serde_json::json;
use stoa::services::research::evidence::Problem::{
    Additional, Baseless, Broken, CitationTwice, Missing, NoCitation, NoFootnote, NoSource, NotListed,
    NoteElsewhere, OtherQuote, Outside, SourceChanged, SourceTwice, WrongHash, WrongSize,
};

use super::Bundle;

fn path(name: &str) -> String {
    name.to_owned()
}

#[tokio::test]
async fn one_byte_of_a_source_is_noticed_however_carefully_it_was_changed() {
    let good = Bundle::good().await;
    let mut careless = good.clone();
    careless.replace("sources/001.txt", "Only", "only");
    let text = path("sources/001.txt");
    assert_eq!(
        careless.problems(),
        [WrongHash(text.clone()), SourceChanged(1), OtherQuote(1), NoteElsewhere(1)]
    );
    let mut careful = careless;
    careful.seal();
    assert_eq!(careful.problems(), [SourceChanged(1), OtherQuote(1), NoteElsewhere(1)]);
    let hash = stoa::services::secrets::sha256(careful.file("sources/001.txt"));
    careful.edit("sources.json", |sources| sources[0]["sha256"] = json!(hash));
    careful.seal();
    assert_eq!(careful.problems(), [OtherQuote(1), NoteElsewhere(1)]);
}

#[tokio::test]
async fn another_quote_or_another_place_is_noticed() {
    let good = Bundle::good().await;
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut bundle = good.clone();
        bundle.edit("manifest.json", |manifest| change(&mut manifest["citations"]));
        bundle.problems()
    };
    assert_eq!(with(&|all| all[0]["quote"] = json!("Every connection can write.")), [OtherQuote(1)]);
    assert_eq!(with(&|all| all[0]["quote"] = json!("")), [OtherQuote(1)]);
    assert_eq!(with(&|all| all[0]["source"] = json!(2)), [Outside(1)]);
    assert_eq!(with(&|all| all[0]["source"] = json!(7)), [NoSource(1)]);
    // Within a character, beyond the end, backwards, before the beginning.
    for (start, end) in [(1, 30), (0, 1_000_000), (20, 10), (-1, 10), (i64::MIN, i64::MAX)] {
        let moved = with(&|all| (all[1]["start"], all[1]["end"]) = (json!(start), json!(end)));
        assert_eq!(moved.len(), 1, "{start}..{end}");
        assert!(matches!(moved[0], Outside(2) | OtherQuote(2)), "{start}..{end}: {moved:?}");
    }
    let nothing = |all: &mut serde_json::Value| {
        (all[0]["start"], all[0]["end"], all[0]["quote"]) = (json!(5), json!(5), json!(""));
    };
    assert_eq!(with(&nothing), [OtherQuote(1)]);
    assert_eq!(with(&|all| all[2]["verdict"] = json!("supported")), [Baseless(3)]);
}

#[tokio::test]
async fn a_missing_an_additional_and_an_exchanged_file_are_noticed() {
    let good = Bundle::good().await;
    for name in ["report.md", "report.html", "plan.json", "queries.json", "notes.json", "sources/001.txt"] {
        let mut bundle = good.clone();
        bundle.0.retain(|(path, _)| path != name);
        assert!(bundle.problems().contains(&Missing(path(name))), "{name}");
        // The manifest may not hide that either.
        bundle.edit("manifest.json", |manifest| {
            manifest["files"].as_array_mut().unwrap().retain(|file| file["path"] != name);
        });
        let found = bundle.problems();
        assert!(found.contains(&NotListed(path(name))) || found.contains(&Missing(path(name))), "{name}");
    }
    let mut more = good.clone();
    more.0.push((path("sources/003.txt"), b"x".to_vec()));
    assert_eq!(more.problems(), [NotListed(path("sources/003.txt")), Additional(path("sources/003.txt"))]);
    let entry =
        json!({ "path": "sources/003.txt", "size": 1, "sha256": stoa::services::secrets::sha256(b"x") });
    more.edit("manifest.json", |manifest| manifest["files"].as_array_mut().unwrap().push(entry));
    assert_eq!(more.problems(), [Additional(path("sources/003.txt"))]);

    let mut exchanged = good.clone();
    exchanged.edit("manifest.json", |manifest| {
        let other = manifest["files"][7]["sha256"].clone();
        manifest["files"][6]["sha256"] = other;
    });
    assert_eq!(exchanged.problems(), [WrongHash(path("sources/001.txt"))]);
    let mut longer = good.clone();
    longer.edit("manifest.json", |manifest| manifest["files"][0]["size"] = json!(1_u64 << 30));
    assert_eq!(longer.problems(), [WrongSize(path("report.md"))]);
}

#[tokio::test]
async fn footnotes_and_citations_are_the_same() {
    let good = Bundle::good().await;
    let mut without = good.clone();
    without.replace("report.md", "faster.[^3]", "faster.");
    without.seal();
    assert_eq!(without.problems(), [NoFootnote(3)]);
    let mut invented = good.clone();
    invented.replace("report.md", "[^3]: —", "[^3]: —\n[^4]: \"invented\"");
    invented.replace("report.md", "# The write lock", "# The write[^4] lock");
    invented.seal();
    assert_eq!(invented.problems(), [NoCitation(path("4"))]);
    let mut struck = good.clone();
    struck.edit("manifest.json", |manifest| drop(manifest["citations"].as_array_mut().unwrap().remove(1)));
    assert_eq!(struck.problems(), [NoCitation(path("2"))]);
    let mut twice = good.clone();
    twice.edit("manifest.json", |manifest| {
        let first = manifest["citations"][0].clone();
        manifest["citations"].as_array_mut().unwrap().push(first);
    });
    assert_eq!(twice.problems(), [CitationTwice(1)]);
}

#[tokio::test]
async fn sources_stand_for_themselves() {
    let good = Bundle::good().await;
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut bundle = good.clone();
        bundle.edit("sources.json", change);
        bundle.seal();
        bundle.problems()
    };
    let doubled = with(&|all| {
        let first = all[0].clone();
        all.as_array_mut().unwrap().push(first);
    });
    assert_eq!(doubled, [Missing(path("sources/001.txt")), SourceTwice(1)]);
    // The report is no source, and taking it for one hides no footnote.
    let posing = with(&|all| all[0]["file"] = json!("report.md"));
    assert!(posing.contains(&Broken(path("sources.json"))) && posing.contains(&NoSource(1)), "{posing:?}");
    let fewer = with(&|all| drop(all.as_array_mut().unwrap().remove(0)));
    assert_eq!(fewer, [Additional(path("sources/001.txt")), NoSource(1), NoteElsewhere(1)]);
}
