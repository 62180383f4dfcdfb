//! Two tabs that press send at once: one is heard and the other told so, or both are told the same.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::audit::Audit;
use super::load;
use super::member::{Member, Places};
use super::report::Count;
use super::server::Site;

/// How often, in each of both ways.
const TIMES: usize = 200;

/// Presses send twice at once, in one new session after the other.
pub async fn provoke() -> anyhow::Result<Vec<Count>> {
    let site = Site::new(&load::model().await?)?;
    let token = site.member("tabs@example.com").await?;
    let server = site.start().await?;
    let member = Member::new(&token, &Places::new(vec![server.address]))?;
    let mut counts = Vec::new();
    let mut questions = Vec::new();
    let (mut none, mut one, mut otherwise) = (0, 0, 0);
    for number in 0..TIMES {
        let session = member.begin(&format!("Two tabs {number}")).await?;
        let names = [format!("t{number}a"), format!("t{number}b")];
        let answers = press(&member, &session, &names).await;
        questions.extend(
            answers.iter().zip(names).filter(|(answer, _)| is_accepted(answer)).map(|(_, name)| name),
        );
        let accepted = answers.iter().filter(|answer| is_accepted(answer)).count();
        let refused = answers.iter().filter(|answer| is_run_active(answer)).count();
        match (accepted, refused) {
            (0, 2) => none += 1,
            (1, 1) => one += 1,
            _ => otherwise += 1,
        }
    }
    counts.push(Count::exactly("different texts: one accepted (202), the other 409 run_active", one, TIMES));
    counts.push(Count::none("different texts: none accepted", none));
    counts.push(Count::none("different texts: anything else", otherwise));
    let mut same = 0;
    for number in 0..TIMES {
        let session = member.begin(&format!("One retry {number}")).await?;
        let name = format!("r{number}");
        let answers = press(&member, &session, &[name.clone(), name.clone()]).await;
        let runs: HashSet<_> = answers.iter().map(run_of).collect();
        same += usize::from(answers.iter().all(is_accepted) && runs.len() == 1);
        questions.push(name);
    }
    counts.push(Count::exactly("one text under one client_id: both get the same run", same, TIMES));
    server.stop().await?;
    let audit = Audit::read(&site.database().to_string_lossy())?;
    let (lost, doubled) = audit.lost_and_doubled(&questions);
    counts.push(Count::exactly("runs", audit.runs(), 2 * TIMES));
    counts.push(Count::none("accepted questions that are not there", lost));
    counts.push(Count::none("questions stored twice", doubled));
    counts.push(Count::none("questions without exactly one answer", audit.unanswered()));
    counts.push(Count::exactly("messages in all", audit.messages(), 4 * TIMES));
    Ok(counts)
}

type Answer = Option<(u16, Value)>;

/// Says both at once.
async fn press(member: &Member, session: &str, names: &[String; 2]) -> [Answer; 2] {
    let path = format!("/api/chat/sessions/{session}/messages");
    let say = |name: &String| {
        let (member, path, said) =
            (member.clone(), path.clone(), json!({ "content": name, "client_id": name }));
        async move { member.once(Method::POST, &path, Some(&said)).await }
    };
    let [first, second] = names;
    let (first, second) = tokio::join!(say(first), say(second));
    [first, second]
}

fn is_accepted(answer: &Answer) -> bool {
    matches!(answer, Some((202, _)))
}

fn is_run_active(answer: &Answer) -> bool {
    matches!(answer, Some((409, body)) if body.get("code") == Some(&json!("run_active")))
}

fn run_of(answer: &Answer) -> Option<String> {
    let (_, body) = answer.as_ref()?;
    body.pointer("/run/id").and_then(Value::as_str).map(str::to_owned)
}
