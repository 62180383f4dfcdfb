//! Researches that are over, as if an agent had made them.

use diesel::prelude::*;
use serde_json::json;
use stoa::db::{DbConn, Json, Time};
use stoa::models::artifact::ArtifactKind;
use stoa::models::chat_session::SessionKind;
use stoa::models::message::{MessageRole, MessageStatus, NewMessage};
use stoa::models::new_id;
use stoa::models::note::Note;
use stoa::models::plan::{Plan, PlanStatus};
use stoa::models::report::{Citation, Figures, Report, ReportContent, ReportMode, Section, Verdict};
use stoa::models::run::{NewRun, Run, RunKind, RunStatus};
use stoa::models::run_event::RunEventRow;
use stoa::models::source::Source;
use stoa::models::user::User;
use stoa::repositories::{chat_sessions, messages, notes, plans, reports, run_events, runs, sources};
use stoa::schema;
use stoa::services::artifacts::{self, NewArtifact};
use stoa::services::sessions::{self, NewSession};
use stoa::state::AppState;

use super::caller::Caller;
use super::plans::content;

/// What the report says.
pub const TEXT: &str = "# The write lock of SQLite\n\n## Who holds the lock?\n\nOne connection writes at a time.[^1] \
    Readers do not wait for it.[^2]\n\n## What does WAL change?\n\nIt makes every write ten times faster.[^3]\n\n\
    [^1]: \"Only one connection can write at a time.\" — [The lock](https://example.org/lock)\n\
    [^2]: \"读者不会被写者阻塞。\" — [WAL 与读者](https://example.org/wal)\n\
    [^3]: —\n";
/// What was read.
pub const LOCK: &str = "SQLite has one lock. Only one connection can write at a time. Others wait.";
pub const WAL: &str = "在 WAL 模式下，读者不会被写者阻塞。写者之间仍须等待。";

/// A member's research.
#[derive(Clone, Debug)]
pub struct Researched {
    pub session: String,
    pub run: String,
    pub answer: String,
    pub artifact: String,
}

/// A research of `caller`'s with two sources, two notes and a report that has one citation of each verdict.
pub async fn research(state: &AppState, caller: &Caller) -> Researched {
    let owner = caller.user().clone();
    state.db.write(move |conn| keep(conn, &owner)).await.unwrap()
}

fn keep(conn: &mut DbConn, owner: &User) -> stoa::error::AppResult<Researched> {
    let session =
        NewSession { name: Some("WAL".into()), kind: Some("deepresearch".into()), ..NewSession::default() };
    let session = sessions::create(conn, owner, &session, stoa::i18n::Locale::En)?;
    assert_eq!(session.kind, SessionKind::Deepresearch);
    let answer = said(conn, &session.id)?;
    let run = run(conn, owner, &session.id, &answer)?;
    let found =
        [("https://example.org/lock", "The lock", LOCK), ("https://example.org/wal", "WAL 与读者", WAL)];
    let mut kept = Vec::new();
    for (number, (url, title, content)) in (1..).zip(found) {
        kept.push(source(conn, &session.id, number, url, title, content)?);
    }
    let (citations, noted) = (citations(), Time::now());
    let notes_of = citations.iter().zip(&kept).enumerate().map(|(at, (citation, source))| Note {
        id: new_id(),
        session_id: session.id.clone(),
        run_id: run.id.clone(),
        question: i64::try_from(at).unwrap() + 1,
        source_id: source.id.clone(),
        start_byte: citation.start,
        end_byte: citation.end,
        claim: citation.sentence.clone(),
        created_at: noted,
    });
    notes::insert(conn, &notes_of.collect::<Vec<_>>())?;
    steps(conn, &run.id)?;
    let artifact = NewArtifact {
        title: Some("The write lock of SQLite".into()),
        kind: Some(ArtifactKind::Markdown.as_str().into()),
        content: Some(TEXT.into()),
        session_id: Some(session.id.clone()),
        ..NewArtifact::default()
    };
    let artifact = artifacts::create(conn, owner, &artifact)?.artifact;
    let report = Report {
        artifact_id: artifact.id.clone(),
        version: 1,
        session_id: Some(session.id.clone()),
        run_id: run.id.clone(),
        message_id: answer.clone(),
        mode: ReportMode::Deterministic,
        content: Json::write(&report(citations))?,
        created_at: Time::now(),
    };
    reports::insert(conn, &report)?;
    Ok(Researched { session: session.id, run: run.id, answer, artifact: artifact.id })
}

fn said(conn: &mut DbConn, session: &str) -> stoa::error::AppResult<String> {
    let one = |role, content: &str, parent_id: Option<&str>| NewMessage {
        id: new_id(),
        session_id: session.to_owned(),
        parent_id: parent_id.map(str::to_owned),
        role,
        content: content.to_owned(),
        model: (role == MessageRole::Assistant).then(|| "test/small".to_owned()),
        status: MessageStatus::Complete,
        created_at: Time::now(),
    };
    let question = one(MessageRole::User, "How is the write lock of SQLite shared?", None);
    let answer = one(MessageRole::Assistant, TEXT, Some(&question.id));
    let id = answer.id.clone();
    messages::insert(conn, &[question, answer])?;
    chat_sessions::add_messages(conn, session, 2)?;
    let row = schema::chat_sessions::table.find(session);
    diesel::update(row).set(schema::chat_sessions::head_id.eq(&id)).execute(conn)?;
    let citations = schema::messages::citations.eq(json!(citations()).to_string());
    diesel::update(schema::messages::table.find(&id)).set(citations).execute(conn)?;
    Ok(id)
}

fn run(conn: &mut DbConn, owner: &User, session: &str, answer: &str) -> stoa::error::AppResult<Run> {
    let run = NewRun {
        id: new_id(),
        session_id: session.to_owned(),
        user_id: owner.id.clone(),
        message_id: answer.to_owned(),
        kind: RunKind::Research,
        status: RunStatus::Succeeded,
        model: "test/small".to_owned(),
        idempotency_key: None,
        created_at: Time::now(),
    };
    let run = runs::insert(conn, &run)?;
    let plan = Plan {
        run_id: run.id.clone(),
        session_id: session.to_owned(),
        status: PlanStatus::Approved,
        content: Json::write(&content())?,
        created_at: Time::now(),
        decided_at: Some(Time::now()),
    };
    plans::put(conn, &plan)?;
    Ok(run)
}

/// Keeps a source of a session.
pub fn source(
    conn: &mut DbConn,
    session: &str,
    number: i64,
    url: &str,
    title: &str,
    content: &str,
) -> stoa::error::AppResult<Source> {
    let source = Source {
        id: new_id(),
        session_id: session.to_owned(),
        number,
        origin: "library".to_owned(),
        url: url.to_owned(),
        title: title.to_owned(),
        content: content.to_owned(),
        sha256: stoa::services::secrets::sha256(content.as_bytes()),
        fetched_at: Time::now(),
    };
    sources::insert(conn, &source)?;
    Ok(source)
}

fn steps(conn: &mut DbConn, run: &str) -> stoa::error::AppResult<()> {
    let step = |key: &str, name: &str, status: &str, question: i64, detail: &str, count: Option<i64>| json!({ "key": key, "name": name, "status": status, "question": question, "detail": detail, "count": count });
    let data = [
        step("q1.search.1", "search", "running", 1, "who holds the lock", None),
        step("q1.search.1", "search", "done", 1, "who holds the lock", Some(2)),
        step("q1.fetch.1", "fetch", "done", 1, "https://example.org/lock", None),
        step("q2.search.1", "search", "failed", 2, "WAL 改变什么", None),
    ];
    let row = |(seq, data): (i64, &serde_json::Value)| RunEventRow {
        run_id: run.to_owned(),
        seq,
        last_seq: seq,
        kind: "step".to_owned(),
        data: data.to_string(),
        created_at: Time::now(),
    };
    run_events::append(conn, &(1..).zip(&data).map(row).collect::<Vec<_>>())
}

fn citations() -> Vec<Citation> {
    let cited = |number: i64, place: Option<(i64, &str, &str)>, sentence: &str, verdict| {
        let (source, text, quote) = place.map_or((None, "", ""), |(n, text, quote)| (Some(n), text, quote));
        let start = i64::try_from(text.find(quote).unwrap()).unwrap();
        let (title, url) = match source {
            Some(1) => ("The lock", "https://example.org/lock"),
            Some(_) => ("WAL 与读者", "https://example.org/wal"),
            None => ("", ""),
        };
        let end = start + i64::try_from(quote.len()).unwrap();
        let (title, url, quote) = (title.to_owned(), url.to_owned(), quote.to_owned());
        Citation { number, source, start, end, quote, sentence: sentence.to_owned(), verdict, title, url }
    };
    let lock = "Only one connection can write at a time.";
    vec![
        cited(1, Some((1, LOCK, lock)), "One connection writes at a time.", Verdict::Supported),
        cited(2, Some((2, WAL, "读者不会被写者阻塞。")), "Readers do not wait for it.", Verdict::Weak),
        cited(3, None, "It makes every write ten times faster.", Verdict::Unsupported),
    ]
}

fn report(citations: Vec<Citation>) -> ReportContent {
    let at = |words: &str| i64::try_from(TEXT.find(words).unwrap()).unwrap();
    let (first, second, notes) = (at("## Who"), at("## What"), at("[^1]:"));
    let section = |question, heading: &str, start, end| Section {
        question,
        heading: heading.to_owned(),
        start,
        end,
        failure: None,
    };
    ReportContent {
        title: "The write lock of SQLite".to_owned(),
        sections: vec![
            section(Some(1), "Who holds the lock?", first, second),
            section(Some(2), "What does WAL change?", second, notes),
            section(None, "Sources", notes, i64::try_from(TEXT.len()).unwrap()),
        ],
        citations,
        open_questions: vec!["How fast is it on a network?".to_owned(), "What do others do?".to_owned()],
        figures: Figures { searches: 2, pages: 2, notes: 2 },
    }
}
