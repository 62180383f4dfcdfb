//! The box one writes in: on the home page for a new conversation, under a conversation for the next message.

use std::time::Duration;

use tokio::time::timeout;

use crate::clients::models::ModelInfo;
use crate::error::AppError;
use crate::i18n::Locale;
use crate::state::AppState;
use crate::web::pages::research::plan::Refused;

/// How long a page waits for providers to list their models; without an answer it shows what it knows.
const PATIENCE: Duration = Duration::from_secs(1);

/// The composer's state.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Where the form goes.
    pub action: String,
    /// Under which name the browser keeps the draft: `new` or the conversation's id.
    pub draft: String,
    /// What is typed in it.
    pub typed: Typed,
    /// The models to choose from; a choice of one is not offered.
    pub models: Vec<ModelOption>,
    /// Where to stop the answer being made; `None` when there is none.
    pub stop: Option<String>,
    /// The key of the sentence in the empty box.
    pub placeholder: &'static str,
    /// What sending leads to.
    pub asks: Asks,
}

/// What is asked with a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asks {
    /// The next answer of a conversation.
    #[default]
    Next,
    /// The first answer of a conversation or a research, as the reader chooses.
    Either,
    /// A research.
    Research,
    /// Something more in a research: an answer from what was gathered, or all of it anew once there is a report.
    More {
        /// Whether there is one.
        reported: bool,
    },
}

/// What stands in a box that is shown again, and why it is.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The text.
    pub content: String,
    /// The model that was chosen with it.
    pub model: Option<String>,
    /// Whether the plan is not to be shown.
    pub auto_approve: bool,
    /// A plan in whose form something was wrong.
    pub plan: Option<Refused>,
    /// What was wrong.
    pub problem: Option<String>,
}

/// A model in the list.
#[derive(Clone, Debug)]
pub struct ModelOption {
    /// The id that is sent.
    pub id: String,
    /// The name that is read.
    pub name: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}

/// The models there are at the moment.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    models: Vec<ModelInfo>,
    default: Option<String>,
}

impl Typed {
    /// What was typed with what is wrong with it.
    ///
    /// # Errors
    /// The refusal itself, when typing something else would not help.
    pub fn refused(
        content: Option<String>,
        model: Option<String>,
        error: AppError,
        locale: Locale,
    ) -> Result<Self, AppError> {
        let key = match &error {
            AppError::Invalid(fields) => fields.values().next().map(|problem| format!("field.{problem}")),
            AppError::Conflict(_) | AppError::BudgetSpent { .. } => Some(format!("error.{}", error.code())),
            _ => None,
        };
        let Some(key) = key else { return Err(error) };
        let problem = Some(locale.t(&key).into_owned());
        Ok(Self { content: content.unwrap_or_default(), model, problem, ..Self::default() })
    }
}

impl Choice {
    /// Asks the providers; one that does not answer soon is left out.
    pub async fn of(app: &AppState) -> Self {
        let models = app.models.clone();
        // On a task of its own, so that the answer is remembered even if this page does not wait for it.
        let asked = tokio::spawn(async move {
            let default = models.default_model().await.ok().map(|model| model.info().id);
            Self { models: models.list().await, default }
        });
        timeout(PATIENCE, asked).await.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// The options, with `chosen` or else the default selected. A chosen one that is gone stays choosable, so
    /// that nothing is changed behind its owner's back.
    pub fn options(&self, chosen: Option<&str>) -> Vec<ModelOption> {
        let chosen = chosen.filter(|id| !id.is_empty()).or(self.default.as_deref());
        let option = |id: &str, name: &str| ModelOption {
            id: id.to_owned(),
            name: name.to_owned(),
            selected: chosen == Some(id),
        };
        let mut options: Vec<_> = self.models.iter().map(|model| option(&model.id, &model.name)).collect();
        if let Some(gone) = chosen.filter(|_| !options.iter().any(|option| option.selected)) {
            options.insert(0, option(gone, model_name(gone)));
        }
        options
    }
}

/// The readable part of a model's id, `provider/name`.
pub fn model_name(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}
