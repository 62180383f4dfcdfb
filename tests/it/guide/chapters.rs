//! The chapters themselves: whole, and the same in both languages.

use std::collections::BTreeSet;

use reqwest::Method;
use stoa::i18n::Locale;
use stoa::services::guide::{Chapter, Exercise, Guide, Heading, Kind, Outcome};

use super::blocks::{blocks, examples, names};
use crate::support::app::spawn_app;
use crate::support::caller::send;

fn pairs(guide: &Guide) -> impl Iterator<Item = (&Chapter, &Chapter)> {
    guide.chapters(Locale::ZhCn).iter().zip(guide.chapters(Locale::En))
}

#[test]
fn both_languages_have_the_same_chapters_sections_and_exercises() {
    let guide = Guide::load(None).unwrap();
    assert_eq!(names("zh"), names("en"));
    for (chinese, english) in pairs(&guide) {
        let sections = |chapter: &Chapter| -> Vec<(u8, String)> {
            chapter.headings().map(|Heading { level, anchor, .. }| (*level, anchor.clone())).collect()
        };
        assert_eq!(sections(chinese), sections(english), "{}", chinese.slug);
        let exercises = |chapter: &Chapter| -> Vec<(String, Kind, usize)> {
            let facts = |one: &Exercise| (one.id.clone(), one.kind, one.options.len());
            chapter.exercises().map(facts).collect()
        };
        assert_eq!(exercises(chinese), exercises(english), "{}", chinese.slug);
        for (one, other) in chinese.exercises().zip(english.exercises()) {
            let right = |exercise: &Exercise| -> Vec<char> {
                let letters = exercise.lettered().map(|(letter, _)| letter);
                letters.filter(|letter| exercise.check(&letter.to_string()) == Outcome::Right).collect()
            };
            assert_eq!(right(one), right(other), "{}/{}", chinese.slug, one.id);
        }
        let rest = |chapter: &Chapter| (chapter.members, chapter.goals.len(), chapter.readable(false).len());
        assert_eq!(rest(chinese), rest(english), "{}", chinese.slug);
    }
}

#[test]
fn both_languages_run_the_same_code_and_expect_the_same() {
    for name in names("zh") {
        let (chinese, english) = (examples("zh", &name), examples("en", &name));
        assert_eq!(chinese.len(), english.len(), "{name}");
        for (one, other) in chinese.iter().zip(&english) {
            let places = format!("{name}, lines {} (zh) and {} (en)", one.block.line, other.block.line);
            assert_eq!(one.block.without_comments(), other.block.without_comments(), "{places}");
            let expected =
                |example: &super::blocks::Example| example.expected.clone().map(|block| block.code);
            assert_eq!(expected(one), expected(other), "{places}");
        }
        let shown = |language: &str| blocks(language, &name).into_iter().map(|block| block.language);
        assert!(shown("zh").eq(shown("en")), "{name}: the blocks are of other languages");
    }
}

#[test]
fn no_address_on_a_page_is_there_twice_and_each_chapter_asks_something() {
    let guide = Guide::load(None).unwrap();
    for chapter in guide.chapters(Locale::ZhCn) {
        let mut ids: Vec<String> = chapter.headings().map(|heading| heading.anchor.clone()).collect();
        ids.extend(chapter.exercises().map(|exercise| format!("exercise-{}", exercise.id)));
        // Those of the page around it.
        ids.extend(
            ["main", "side", "sessions", "help", "help-title", "goals", "toc-title"].map(str::to_owned),
        );
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}: {ids:?}", chapter.slug);
        assert!(chapter.exercises().count() >= 2 && chapter.headings().count() >= 4, "{}", chapter.slug);
        assert!((1..=20).contains(&chapter.minutes()), "{}: {} min", chapter.slug, chapter.minutes());
    }
}

#[test]
fn chapters_are_plain_markdown_for_whoever_reads_them_elsewhere() {
    let guide = Guide::load(None).unwrap();
    let text = guide.find(Locale::ZhCn, "errors").unwrap().markdown();
    assert!(text.starts_with("# 错误\n") && text.contains("\n## 形式\n") && text.contains("```json expect"));
    assert!(!text.contains("{#") && !text.contains("exercise"));
}

#[test]
fn which_chapters_are_members_is_configured_and_checked() {
    let list = |slugs: &[&str]| slugs.iter().map(|slug| (*slug).to_owned()).collect::<Vec<_>>();
    let members = |guide: &Guide| {
        let chapters = guide.chapters(Locale::En).iter().filter(|chapter| chapter.members);
        chapters.map(|chapter| chapter.slug.clone()).collect::<Vec<_>>()
    };
    assert_eq!(members(&Guide::load(None).unwrap()), ["tokens", "production"]);
    assert_eq!(members(&Guide::load(Some(&list(&["tasks"]))).unwrap()), ["tasks"]);
    assert!(members(&Guide::load(Some(&[])).unwrap()).is_empty());
    let error = Guide::load(Some(&list(&["tasks", "taxes"]))).err().unwrap().to_string();
    assert!(error.contains("taxes") && error.contains("getting-started"), "{error}");
}

/// Where the chapters' links lead on this server, with the chapter that says so.
fn links(locale: Locale) -> BTreeSet<(String, String)> {
    let guide = Guide::load(None).unwrap();
    let mut found = BTreeSet::new();
    for chapter in guide.chapters(locale) {
        for rest in chapter.markdown().split("](").skip(1) {
            let link = rest.split(')').next().unwrap().to_owned();
            if link.starts_with('/') || link.starts_with('#') {
                found.insert((chapter.slug.clone(), link));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_link_within_this_server_leads_somewhere() {
    let app = spawn_app().await;
    let guide = Guide::load(None).unwrap();
    let member = app.member().await;
    let mut dead = Vec::new();
    for locale in Locale::ALL {
        for (slug, link) in links(locale) {
            let (path, anchor) = link.split_once('#').unwrap_or((link.as_str(), ""));
            let answer =
                send(member.request(Method::GET, if path.is_empty() { "/guide" } else { path })).await;
            let chapter = path.strip_prefix("/guide/").unwrap_or(&slug);
            let known = anchor.is_empty()
                || guide.find(locale, chapter).is_ok_and(|one| one.headings().any(|h| h.anchor == anchor));
            if !answer.status.is_success() || !known {
                dead.push(format!("{} {slug}: {link} ({})", locale.tag(), answer.status));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
