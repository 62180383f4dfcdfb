//! What handlers receive: the database, the runs, the models and what was configured.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::clients::identity::IdentityProviders;
use crate::clients::models::ModelError;
use crate::clients::models::registry::Models;
use crate::clients::web::Web;
use crate::db::{DailyTokens, Db, DbConn};
use crate::error::{AppError, AppResult};
use crate::markdown;
use crate::models::api_token::ApiToken;
use crate::models::user::User;
use crate::reading::Reader;
use crate::runs::Runs;
use crate::services::accounts;
use crate::services::attempts::SignInAttempts;
use crate::services::budgets::Terms;
use crate::services::guide::Guide;
use crate::services::identities::Admission;
use crate::services::import::Progress;
use crate::services::known::{Answer, Known};
use crate::services::research::plans::PlanTerms;

/// One for the whole process; handlers hold it as `web::Data<AppState>`.
pub struct AppState {
    /// The database.
    pub db: Db,
    /// Answers being made.
    pub runs: Runs,
    /// Models that can be asked.
    pub models: Models,
    /// Where researches look outside the workspace.
    pub web: Web,
    /// Reads pages and files that strangers wrote.
    pub reader: Reader,
    /// Answers as HTML, remembered.
    pub markdown: Arc<markdown::Cache>,
    /// The chapters of the guide.
    pub guide: Guide,
    /// Whom tokens act for, by the hash of their secret.
    pub known_tokens: Known<(ApiToken, User)>,
    /// Lists as they were answered, by reader and query.
    pub known_lists: Known<Arc<Answer>>,
    /// How far the imports of this process are.
    pub imports: Arc<Progress>,
    /// Imports under way, which their requests need not wait for.
    pub importing: TaskTracker,
    /// Where people can sign in besides here.
    pub identity_providers: IdentityProviders,
    /// Who may come in through them.
    pub admission: Admission,
    /// How often people may try to sign in.
    pub attempts: SignInAttempts,
    /// The model in this process, when it is offered.
    #[cfg(feature = "local-model")]
    pub built_in: Option<crate::clients::models::builtin::BuiltIn>,
    /// What members may spend a day who have no budget of their own.
    pub daily_tokens: DailyTokens,
    /// The places that a research can search.
    pub search_sources: Vec<String>,
    /// The address people use, without a slash at the end.
    pub base_url: String,
    /// Whether `X-Forwarded-For` tells the reader's address.
    pub trust_forwarded: bool,
}

impl AppState {
    /// One transaction for `caller`, whom `job` gets as they are by then: a write may have waited behind the one that
    /// disabled them or changed their role.
    ///
    /// # Errors
    /// `Unauthorized` when they may not act any more, and those of `job`.
    pub async fn write_as<T: Send + 'static>(
        &self,
        caller: User,
        job: impl FnOnce(&mut DbConn, &User) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let write = move |conn: &mut DbConn| {
            let caller = accounts::still_active(conn, &caller)?;
            job(conn, &caller)
        };
        self.db.write(write).await
    }

    /// Under which terms plans are decided about.
    pub fn plan_terms(&self) -> PlanTerms {
        PlanTerms { sources: self.search_sources.clone(), daily_tokens: self.daily_tokens }
    }

    /// Under which terms an answer is made, having made sure that `chosen`, if given, exists.
    ///
    /// # Errors
    /// As [`Self::default_model`].
    pub async fn terms(&self, chosen: Option<&str>) -> AppResult<Terms> {
        Ok(Terms { model: self.default_model(chosen).await?, daily_tokens: self.daily_tokens })
    }

    /// The model to ask when a session has none, having made sure that `chosen`, if given, exists.
    ///
    /// # Errors
    /// `Invalid`, with the field `model`, when no model has that id.
    pub async fn default_model(&self, chosen: Option<&str>) -> AppResult<Option<String>> {
        // A provider that is away for a moment is no reason to refuse: the run will say what happened.
        if let Some(id) = chosen.filter(|id| !id.is_empty())
            && let Err(ModelError::NotFound(_)) = self.models.find(id).await
        {
            return Err(AppError::field("model", "unknown_model"));
        }
        Ok(self.models.default_model().await.ok().map(|model| model.info().id))
    }
}
