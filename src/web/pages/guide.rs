//! The guide: its list of chapters, a chapter, and an exercise answered. Public; of a members' chapter only members
//! see more than the beginning.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::frame::Frame;
use super::reader::Reader;
use super::respond::{page, see_other};
use crate::error::{AppError, AppResult};
use crate::models::user::User;
use crate::services::guide::{Chapter, Exercise, Heading, Outcome, Part};
use crate::state::AppState;
use crate::web::auth::MaybeUser;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::{Form, Id, Ids};
use crate::web::{App, paths};

/// The longest answer that is shown again, in characters.
const SHOWN_AGAIN: usize = 200;

/// `GET /guide`.
#[derive(Template)]
#[template(path = "guide/index.html")]
struct IndexPage<'a> {
    frame: Frame,
    chapters: &'a [Chapter],
}

/// `GET /guide/{slug}`.
#[derive(Template)]
#[template(path = "guide/show.html")]
struct ChapterPage<'a> {
    frame: Frame,
    chapter: &'a Chapter,
    /// Those on the page, for the table of contents.
    headings: Vec<&'a Heading>,
    pieces: Vec<Piece<'a>>,
    /// Where to sign in, when there is more for members.
    invitation: Option<String>,
    previous: Option<&'a Chapter>,
    next: Option<&'a Chapter>,
}

/// A piece of a chapter, ready for display.
enum Piece<'a> {
    Heading(&'a Heading),
    Html(&'a str),
    Question(Question<'a>),
}

/// An exercise, with the answer it was just given.
struct Question<'a> {
    number: usize,
    id: &'a str,
    action: String,
    text: &'a str,
    /// Letters and words to choose from; empty when the answer is written.
    options: Vec<Choice<'a>>,
    typed: String,
    verdict: Option<Verdict<'a>>,
}

/// An option of an exercise.
struct Choice<'a> {
    letter: char,
    text: &'a str,
    chosen: bool,
}

/// What is said about an answer.
struct Verdict<'a> {
    right: bool,
    /// The key of the sentence.
    sentence: &'static str,
    /// The hint, or the explanation.
    more: Option<&'a str>,
}

/// What was answered, and to which exercise.
struct Given {
    id: String,
    answer: String,
    outcome: Outcome,
}

/// An answer as it is posted.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    answer: Option<String>,
}

/// Lists the chapters.
pub async fn index(user: MaybeUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    let chapters = app.guide.chapters(reader.locale(user.0.as_ref()));
    page(&IndexPage { frame: reader.public(&app, user.0).await?, chapters })
}

/// Shows a chapter.
pub async fn show(user: MaybeUser, app: App, reader: Reader, slug: Id) -> WebResult<HttpResponse> {
    page(&ChapterPage::load(&app, user.0, reader, &slug.0, None).await?)
}

/// Checks an answer and shows the chapter again with what is to be said about it.
pub async fn answer(
    user: MaybeUser,
    app: App,
    reader: Reader,
    ids: Ids,
    form: Form<Answer>,
) -> WebResult<HttpResponse> {
    let Ids(slug, id) = ids;
    let chapter = app.guide.find(reader.locale(user.0.as_ref()), &slug)?;
    let exercise = match chapter.exercise(&id, user.0.is_some()) {
        Err(AppError::Unauthorized) => return Err(WebError::SignIn { next: paths::chapter(&slug) }),
        found => found?,
    };
    let answer = form.0.answer.unwrap_or_default();
    let given = Given { outcome: exercise.check(&answer), id, answer };
    page(&ChapterPage::load(&app, user.0, reader, &slug, Some(given)).await?)
}

/// An exercise has no page of its own: it stands in its chapter.
pub async fn back(ids: Ids, app: App, user: MaybeUser, reader: Reader) -> WebResult<HttpResponse> {
    let chapter = app.guide.find(reader.locale(user.0.as_ref()), &ids.0)?;
    Ok(see_other(&paths::at_exercise(&chapter.slug, &ids.1)))
}

impl<'a> ChapterPage<'a> {
    async fn load(
        app: &'a AppState,
        user: Option<User>,
        reader: Reader,
        slug: &str,
        given: Option<Given>,
    ) -> AppResult<Self> {
        let locale = reader.locale(user.as_ref());
        let chapter = app.guide.find(locale, slug)?;
        let (previous, next) = app.guide.around(locale, slug);
        let here = paths::chapter(&chapter.slug);
        let parts = chapter.readable(user.is_some());
        let invitation = (parts.len() < chapter.parts().len()).then(|| paths::login(&here));
        let headings = parts.iter().filter_map(|part| match part {
            Part::Heading(heading) => Some(heading),
            _ => None,
        });
        Ok(Self {
            frame: reader.at(here).public(app, user).await?,
            chapter,
            headings: headings.collect(),
            pieces: pieces(&chapter.slug, parts, given.as_ref()),
            invitation,
            previous,
            next,
        })
    }
}

fn pieces<'a>(slug: &str, parts: &'a [Part], given: Option<&Given>) -> Vec<Piece<'a>> {
    let mut number = 0;
    let piece = |part: &'a Part| match part {
        Part::Heading(heading) => Piece::Heading(heading),
        Part::Prose(prose) => Piece::Html(prose.html()),
        Part::Exercise(exercise) => {
            number += 1;
            let given = given.filter(|given| given.id == exercise.id);
            Piece::Question(Question::new(slug, number, exercise, given))
        }
    };
    parts.iter().map(piece).collect()
}

impl<'a> Question<'a> {
    fn new(slug: &str, number: usize, exercise: &'a Exercise, given: Option<&Given>) -> Self {
        let typed =
            given.map_or("", |given| given.answer.as_str()).chars().take(SHOWN_AGAIN).collect::<String>();
        let choice =
            |(letter, text): (char, &'a str)| Choice { letter, text, chosen: typed == letter.to_string() };
        Self {
            number,
            id: &exercise.id,
            action: paths::exercise(slug, &exercise.id),
            text: &exercise.question,
            options: exercise.lettered().map(choice).collect(),
            verdict: given.map(|given| Verdict::new(exercise, given.outcome)),
            typed,
        }
    }
}

impl<'a> Verdict<'a> {
    fn new(exercise: &'a Exercise, outcome: Outcome) -> Self {
        let (sentence, more) = match outcome {
            Outcome::Right => ("guide.right", Some(exercise.explanation.html())),
            Outcome::Wrong => ("guide.wrong", Some(exercise.hint.html())),
            Outcome::Missing => ("guide.missing", None),
        };
        Self { right: outcome == Outcome::Right, sentence, more }
    }
}
