//! Researches at every turn, as an agent would have left them.

use diesel::prelude::*;
use serde_json::json;
use stoa::db::{DbConn, Json, Time};
use stoa::models::chat_session::SessionKind;
use stoa::models::message::MessageStatus;
use stoa::models::new_id;
use stoa::models::plan::PlanStatus;
use stoa::models::report::{Citation, Figures, Report, ReportContent, ReportMode, Section, Verdict};
use stoa::models::run::RunKind;
use stoa::models::run_event::RunEventRow;
use stoa::models::source::Source;
use stoa::repositories::{messages, reports, run_events, runs, sources};
use stoa::schema;
use stoa::state::AppState;

use super::app::TestApp;
use super::caller::Caller;
use super::plans;
use super::upstream::Script;

/// Keeps texts as sources of a session, numbered from 1.
pub async fn keep_sources(state: &AppState, session: &str, texts: &[(&str, &str)]) {
    let rows: Vec<Source> = (1..)
        .zip(texts)
        .map(|(number, (title, content))| Source {
            id: new_id(),
            session_id: session.to_owned(),
            number,
            origin: "library".to_owned(),
            url: format!("https://example.org/{number}"),
            title: (*title).to_owned(),
            content: (*content).to_owned(),
            sha256: format!("{number:064}"),
            fetched_at: Time::now(),
        })
        .collect();
    let keep = move |conn: &mut DbConn| rows.iter().try_for_each(|row| sources::insert(conn, row));
    state.db.write(keep).await.unwrap();
}

/// A citation of the bytes of `quote` in the first source, whose text is `text`.
pub fn cites(number: i64, text: &str, quote: &str, verdict: Verdict) -> Citation {
    let start = text.find(quote).unwrap();
    Citation {
        number,
        source: Some(1),
        start: i64::try_from(start).unwrap(),
        end: i64::try_from(start + quote.len()).unwrap(),
        quote: quote.to_owned(),
        sentence: "It says so.".to_owned(),
        verdict,
        title: "First".to_owned(),
        url: "https://example.org/1".to_owned(),
    }
}

/// Makes an artifact the report that a message is.
pub async fn report(
    state: &AppState,
    artifact: &str,
    session: &str,
    message: &str,
    citations: Vec<Citation>,
) {
    let content = ReportContent {
        title: "Locks".to_owned(),
        sections: vec![Section {
            question: Some(1),
            heading: "Who holds it".to_owned(),
            start: 9,
            end: 20,
            failure: None,
        }],
        citations,
        open_questions: vec!["Who waits?".to_owned(), "For how long?".to_owned()],
        figures: Figures { searches: 3, pages: 7, notes: 9 },
    };
    let (artifact, session, message) = (artifact.to_owned(), session.to_owned(), message.to_owned());
    let keep = move |conn: &mut DbConn| {
        let run = runs::latest_of_message(conn, &message)?.unwrap();
        let row = Report {
            artifact_id: artifact,
            version: 1,
            session_id: Some(session),
            run_id: run.id,
            message_id: message,
            mode: ReportMode::Mixed,
            content: Json::write(&content)?,
            created_at: Time::now(),
        };
        reports::insert(conn, &row)
    };
    state.db.write(keep).await.unwrap();
}

/// Adds steps to the log of a run, each a JSON object.
pub async fn log_steps(state: &AppState, run: &str, steps: &[serde_json::Value]) {
    let (run, steps) = (run.to_owned(), steps.to_vec());
    let log = move |conn: &mut DbConn| {
        let last = run_events::last_seq(conn, &run)?;
        let rows: Vec<_> = (last + 1..)
            .zip(steps)
            .map(|(seq, data)| RunEventRow {
                run_id: run.clone(),
                seq,
                last_seq: seq,
                kind: "step".to_owned(),
                data: data.to_string(),
                created_at: Time::now(),
            })
            .collect();
        run_events::append(conn, &rows)
    };
    state.db.write(log).await.unwrap();
}

/// A session of researches whose question has been answered by `content`, as a research would have; the ids of the
/// session, of the answer and of its run.
pub async fn researched(app: &TestApp, member: &Caller, content: &str) -> [String; 3] {
    app.upstream.play([Script::answer(&[content])]);
    let session = member.session().await;
    member.ask(&session, "What is known?").await;
    let answer = member.messages(&session).await[1]["id"].as_str().unwrap().to_owned();
    let [id, message] = [session.clone(), answer.clone()];
    let become_research = move |conn: &mut DbConn| {
        let run = runs::latest_of_message(conn, &message)?.unwrap().id;
        let row = schema::chat_sessions::table.find(id);
        diesel::update(row).set(schema::chat_sessions::kind.eq(SessionKind::Deepresearch)).execute(conn)?;
        diesel::update(schema::runs::table.find(&run))
            .set(schema::runs::kind.eq(RunKind::Research))
            .execute(conn)?;
        Ok(run)
    };
    let run = app.state.db.write(become_research).await.unwrap();
    [session, answer, run]
}

/// Makes that answer wait for its member, with a plan and an empty log.
pub async fn waits(state: &AppState, answer: &str, run: &str, status: PlanStatus) {
    plans::propose(state, run, status).await;
    let (answer, waiting) = (answer.to_owned(), run.to_owned());
    let open = move |conn: &mut DbConn| {
        let row = schema::messages::table.find(answer);
        let empty = (schema::messages::status.eq(MessageStatus::Streaming), schema::messages::content.eq(""));
        diesel::update(row).set(empty).execute(conn)?;
        run_events::delete_all_but(conn, &[waiting], &[])?;
        Ok(())
    };
    state.db.write(open).await.unwrap();
}

/// Notes what an answer cites that is no report.
pub async fn cites_in(state: &AppState, answer: &str, citations: &[Citation]) {
    let (answer, citations) = (answer.to_owned(), json!(citations).to_string());
    let note = move |conn: &mut DbConn| messages::put_citations(conn, &answer, &citations);
    state.db.write(note).await.unwrap();
}
