//! Members who keep asking while something breaks, and what they have seen; knows nothing of what breaks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use super::audit::Audit;
use super::member::{Asked, Member, Places, Tally};
use super::reading::Reading;
use super::report::{Count, seconds};
use super::upstream::{self, Script};

/// How much text a reader may have been shown that is lost when the process dies: it is written down every 100 ms, which
/// takes a moment on a busy machine.
const FLUSH: Duration = Duration::from_millis(500);

/// A model whose answers have 30 to 70 numbered pieces, 25 ms apart; returns the part of `stoa.toml` that names it.
pub async fn model() -> anyhow::Result<String> {
    let pieces =
        |answer: usize, piece: usize| (piece < 30 + answer * 17 % 41).then(|| format!(" a{answer}p{piece}"));
    upstream::start(Script { pieces: Box::new(pieces), pause: Duration::from_millis(25) }).await
}

/// Who asks how much.
pub struct Load {
    /// What its questions begin with, so that no two are alike.
    pub name: &'static str,
    /// Each with an equal part of the sessions.
    pub members: Vec<Member>,
    /// In how many sessions they talk at once.
    pub sessions: usize,
    /// Questions in each, one after the other.
    pub questions: usize,
    /// What decides which answers go on that broke off.
    pub seed: u64,
    /// How many of them do, in percent.
    pub go_on: u32,
}

/// What became of it.
#[derive(Default)]
pub struct Seen {
    /// Every question that was accepted.
    pub questions: Vec<String>,
    /// How every run was seen.
    pub readings: Vec<Reading>,
    /// Answers that were made to go on.
    pub continued: usize,
}

impl Load {
    /// Members whose tokens these are.
    pub fn new(
        tokens: &[String],
        places: &Places,
        sessions: usize,
        questions: usize,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let members = tokens.iter().map(|token| Member::new(token, places)).collect::<Result<_, _>>()?;
        Ok(Self { name: "", members, sessions, questions, seed, go_on: 50 })
    }

    /// Talks in all sessions at once, to the end.
    pub async fn run(&self) -> anyhow::Result<Seen> {
        let mut talks = JoinSet::new();
        for number in 0..self.sessions {
            let member = self.members.get(number % self.members.len()).context("no members")?.clone();
            let talk = Talk {
                name: format!("{}s{number}", self.name),
                questions: self.questions,
                go_on: self.go_on,
                rng: StdRng::seed_from_u64(self.seed + u64::try_from(number)?),
            };
            talks.spawn(talk.hold(member));
        }
        let mut all = Seen::default();
        for seen in talks.join_all().await {
            let seen = seen?;
            all.questions.extend(seen.questions);
            all.readings.extend(seen.readings);
            all.continued += seen.continued;
        }
        Ok(all)
    }

    /// The same, and tells whoever breaks things meanwhile when it is over.
    pub async fn run_until(&self, over: &AtomicBool) -> anyhow::Result<Seen> {
        let seen = self.run().await;
        over.store(true, Ordering::Relaxed);
        seen
    }

    /// All that is counted of it.
    pub fn counts(&self, seen: &Seen, audit: &Audit) -> Vec<Count> {
        let mut counts = vec![
            Count::exactly("answers asked for", seen.questions.len(), self.sessions * self.questions),
            Count::told("requests by answer, every try", self.tally()),
        ];
        counts.extend(readers(seen));
        counts.extend(stored(seen, audit));
        counts
    }

    /// How all requests were answered, in one line.
    pub fn tally(&self) -> String {
        let lines: Vec<_> = self.members.iter().map(|member| member.tally.clone()).collect();
        Tally::sum(&lines).line()
    }
}

/// What is said in one session.
struct Talk {
    name: String,
    questions: usize,
    go_on: u32,
    rng: StdRng,
}

impl Talk {
    async fn hold(mut self, member: Member) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        let session = member.begin(&self.name).await?;
        for question in 0..self.questions {
            let content = format!("{}q{question}", self.name);
            let asked = member.ask(&session, &content).await?;
            seen.questions.push(content);
            self.hear(&member, &session, asked, &mut seen).await?;
        }
        Ok(seen)
    }

    /// Reads an answer; one that broke off may be made to go on.
    async fn hear(
        &mut self,
        member: &Member,
        session: &str,
        mut asked: Asked,
        seen: &mut Seen,
    ) -> anyhow::Result<()> {
        loop {
            let reading = member.follow(&asked.run).await?;
            let broke_off = reading.status.as_deref() == Some("interrupted");
            seen.readings.push(reading);
            if !broke_off || !self.rng.random_ratio(self.go_on, 100) {
                return Ok(());
            }
            match member.go_on(session, &asked.answer).await? {
                Some(rest) => asked = rest,
                // An earlier try was accepted and its answer lost; its run is nobody's to read here.
                None => return member.rest(session).await,
            }
            seen.continued += 1;
        }
    }
}

/// What readers saw, and how long before a process died they had been shown what died with it.
pub fn readers(seen: &Seen) -> Vec<Count> {
    let sum = |field: fn(&Reading) -> usize| seen.readings.iter().map(field).sum::<usize>();
    let ended = |status: &str| {
        seen.readings.iter().filter(|reading| reading.status.as_deref() == Some(status)).count()
    };
    let ages: Vec<_> = seen.readings.iter().flat_map(Reading::lost).collect();
    let rewound = seen.readings.iter().filter(|reading| reading.rewound_to.is_some()).count();
    vec![
        Count::told("runs followed", seen.readings.len()),
        Count::told("… that succeeded", ended("succeeded")),
        Count::told("… that were interrupted", ended("interrupted")),
        Count::none(
            "… that ended otherwise",
            seen.readings.len() - ended("succeeded") - ended("interrupted"),
        ),
        Count::told("interrupted answers made to go on", seen.continued),
        Count::told("times readers came back", sum(|reading| reading.broken.len())),
        Count::none("numbers that readers missed", sum(|reading| reading.gaps)),
        Count::none(
            "numbers that readers saw twice, but for endings in place of what was lost",
            sum(|reading| reading.repeats),
        ),
        Count::told(
            "readers who had been shown more than was written when its process was killed, and got the ending anew",
            rewound,
        ),
        Count::told("pieces they had been shown", ages.len()),
        Count::within(
            "… the oldest of them, before the connection broke",
            ages.into_iter().max().unwrap_or_default(),
            FLUSH,
        ),
        Count::none(
            "readers whose text is not what was stored, but for those pieces",
            seen.readings.iter().filter(|reading| !reading.agrees()).count(),
        ),
    ]
}

/// What the database holds of it.
pub fn stored(seen: &Seen, audit: &Audit) -> Vec<Count> {
    let (lost, doubled) = audit.lost_and_doubled(&seen.questions);
    let (twice, never) = audit.endings();
    vec![
        Count::told("questions accepted", seen.questions.len()),
        Count::none("questions lost", lost),
        Count::none("questions stored twice", doubled),
        Count::none("questions without exactly one answer", audit.unanswered()),
        Count::none("answers that are not beginnings of what the model sent", audit.garbled()),
        Count::none("answers that are not what their log holds", audit.unlogged()),
        Count::told("runs", audit.runs()),
        Count::none("runs left queued or running", audit.active()),
        Count::none("runs settled twice", twice),
        Count::none("runs never settled", never),
        Count::none("gaps and repeats in the numbers of logs", audit.misnumbered()),
    ]
}

/// The times of starts, as one line.
pub fn starts(times: &[Duration]) -> Count {
    let longest = times.iter().max().copied().unwrap_or_default();
    Count::told("ready again after a kill, at the latest after", seconds(longest))
}
