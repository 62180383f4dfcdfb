//! One section of a report, researched and written anew: the report gets another version, the other sections stay as they are.

use super::desk::Desk;
use super::followup::{find_out, fresh_plan};
use super::graph::{figures, say};
use super::halt::{Halt, internal};
use super::journal::{Label, Told};
use super::keeping::{self, Version};
use super::report::{Opening, Part, Whole, assemble, definitions, escape, take_apart};
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::plan::PlanContent;
use crate::models::report::{Figures, ReportContent, ReportMode};
use crate::models::research_request::SectionRequest;
use crate::models::run::Run;
use crate::models::step::StepStatus;
use crate::repositories::{artifacts, plans, reports};
use crate::runs::{Progress, kind};

/// The report as it was when the section was asked for.
#[derive(Clone, Debug)]
struct Before {
    version: Version,
    text: String,
    content: ReportContent,
    mode: ReportMode,
    plan: Option<PlanContent>,
}

/// What became of the new version; `None` when the report had been changed meanwhile.
impl Told for Option<Version> {
    fn status(&self) -> StepStatus {
        if self.is_some() { StepStatus::Done } else { StepStatus::Failed }
    }
}

/// Makes a section anew.
///
/// # Errors
/// When the report is gone, or the database fails.
pub async fn make_anew(desk: &Desk<'_>, asked: &SectionRequest) -> Result<Progress, Halt> {
    let before = load(desk, asked).await?;
    let Some(section) = before.content.sections.get(asked.section) else {
        return Err(internal(AppError::NotFound(Thing::Artifact)));
    };
    let plan = fresh_plan(desk, before.plan.clone());
    let part = Part { question: section.question, ..find_out(desk, &plan, &section.heading, &[]).await? };
    let said = format!("## {}\n\n{}\n", escape(&part.heading), part.text);
    let footnotes = definitions(&part.citations, desk.locale);
    let made = keep(desk, &before, asked.section, part).await?;
    let outcome = match made {
        Some(Version { version, .. }) => {
            desk.locale.t_with("report.new_version", &[("n", &version.to_string())])
        }
        None => desk.locale.t("report.left_as_it_was").into_owned(),
    };
    say(desk, &format!("{said}\n*{outcome}*\n{footnotes}"))
}

async fn load(desk: &Desk<'_>, asked: &SectionRequest) -> Result<Before, Halt> {
    let (owner, asked) = (desk.run().user_id.clone(), asked.clone());
    let read = move |conn: &mut DbConn| {
        let artifact = artifacts::find_owned(conn, &owner, &asked.artifact_id)?;
        let report = reports::find_optional(conn, &artifact.id, asked.version)?;
        let report = report.ok_or(AppError::NotFound(Thing::Artifact))?;
        let plan = plans::find_optional(conn, &report.run_id)?;
        Ok(Before {
            text: artifacts::find_version(conn, &artifact, asked.version)?.content,
            version: Version { artifact_id: artifact.id, version: asked.version },
            content: report.content.read()?,
            mode: report.mode,
            plan: plan.map(|plan| plan.content.read()).transpose()?,
        })
    };
    desk.db().read(read).await.map_err(internal)
}

/// Puts the part in the place of the old one. One for which nothing was found takes nobody's place.
async fn keep(desk: &Desk<'_>, before: &Before, place: usize, part: Part) -> Result<Option<Version>, Halt> {
    let (run, citations) = (desk.run().clone(), part.citations.clone());
    let (base, mode) = (before.version.clone(), together(before.mode, desk.mode()));
    let whole = match part.failure.is_none() {
        true => Some(replaced(desk, before, place, part, mode).await?),
        false => None,
    };
    let title = before.content.title.clone();
    let label = Label { key: "report", name: "report", question: None, detail: &title };
    let store = move |conn: &mut DbConn, whole: &Option<Whole>| {
        keeping::cite(conn, &run, &citations)?;
        store(conn, &run, mode, &base, whole.as_ref())
    };
    let made = desk.journal.step_with(label, async { Ok(whole) }, store).await?;
    if let Some(made) = &made {
        let (artifact, _) = keeping::load(desk, made).await?;
        desk.context.tell(kind::ARTIFACT, &serde_json::json!({ "artifact": artifact }));
    }
    Ok(made)
}

fn store(
    conn: &mut DbConn,
    run: &Run,
    mode: ReportMode,
    base: &Version,
    whole: Option<&Whole>,
) -> AppResult<Option<Version>> {
    match whole {
        Some(whole) => keeping::next_version(conn, run, mode, base, whole),
        None => Ok(None),
    }
}

async fn replaced(
    desk: &Desk<'_>,
    before: &Before,
    place: usize,
    part: Part,
    mode: ReportMode,
) -> Result<Whole, Halt> {
    let Figures { searches, pages, notes } = figures(desk).await?;
    let old = before.content.figures;
    let figures =
        Figures { searches: old.searches + searches, pages: old.pages + pages, notes: old.notes + notes };
    let open = before.content.open_questions.iter().filter(|open| **open != part.heading).cloned().collect();
    let mut parts = take_apart(&before.text, &before.content);
    if let Some(old) = parts.get_mut(place) {
        *old = part;
    }
    let opening = Opening { title: &before.content.title, mode, figures, locale: desk.locale };
    Ok(assemble(&opening, parts, open))
}

fn together(one: ReportMode, other: ReportMode) -> ReportMode {
    if one == other { one } else { ReportMode::Mixed }
}
