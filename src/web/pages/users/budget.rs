//! A member's daily budget, as an administrator sets it.

use actix_session::Session;
use actix_web::HttpResponse;
use serde::Deserialize;

use super::UserPage;
use crate::db::DailyTokens;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::user::User;
use crate::services::accounts::{self, UpdateUser};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::pages::form::Problems;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page_with};
use crate::web::pages::usage;
use crate::web::{App, paths};

/// A budget as it was chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewBudget {
    /// `default`, `most` or `unlimited`.
    budget: String,
    /// How many at the most.
    pub(super) tokens: String,
}

/// The form, ready for display.
#[derive(Clone, Debug)]
pub(super) struct BudgetForm {
    pub(super) typed: NewBudget,
    /// What it is called to have as much as others.
    pub(super) default: String,
    /// What is wrong with the number.
    pub(super) problem: Option<String>,
}

impl BudgetForm {
    /// The form with a member's `own` budget, where others have `default`.
    pub(super) fn of(own: Option<DailyTokens>, default: DailyTokens, locale: Locale) -> Self {
        let (budget, tokens) = match own {
            None => ("default", String::new()),
            Some(DailyTokens::Unlimited) => ("unlimited", String::new()),
            Some(DailyTokens::Most(tokens)) => ("most", tokens.to_string()),
        };
        Self {
            typed: NewBudget { budget: budget.to_owned(), tokens },
            default: others(default, locale),
            problem: None,
        }
    }

    /// Whether that is the choice.
    pub(super) fn is(&self, choice: &str) -> bool {
        self.typed.budget == choice
    }
}

fn others(default: DailyTokens, locale: Locale) -> String {
    locale.t_with("budget.default", &[("budget", &usage::budget(default, locale))])
}

impl NewBudget {
    fn parse(&self) -> AppResult<Option<DailyTokens>> {
        let number = self.tokens.trim();
        match self.budget.as_str() {
            "default" => Ok(None),
            "unlimited" => Ok(Some(DailyTokens::Unlimited)),
            "most" if number.is_empty() => Err(AppError::field("daily_tokens", "required")),
            "most" => {
                let number = number.parse().map_err(|_| AppError::field("daily_tokens", "not_a_number"))?;
                Ok(Some(DailyTokens::Most(number)))
            }
            _ => Err(AppError::field("daily_tokens", "unknown_value")),
        }
    }
}

/// Gives a member another budget; a number that will not do stands in the form again.
pub async fn set(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<NewBudget>,
) -> WebResult<HttpResponse> {
    match change(&app, user.0.clone(), id.0.clone(), &form.0).await {
        Ok(changed) => done(&session, "flash.budget_changed", &paths::user(&changed.id)),
        Err(error) => refuse(&app, user.0, reader, id.0, form.0, error).await,
    }
}

async fn change(app: &AppState, user: User, id: String, form: &NewBudget) -> AppResult<User> {
    let input = UpdateUser { daily_tokens: Some(form.parse()?), ..UpdateUser::default() };
    app.write_as(user, move |conn, user| accounts::update(conn, user, &id, &input)).await
}

async fn refuse(
    app: &AppState,
    user: User,
    reader: Reader,
    id: String,
    typed: NewBudget,
    error: AppError,
) -> WebResult<HttpResponse> {
    // Who may not set it need not know how.
    accounts::require_admin(&user)?;
    let (status, locale) = (app_status(&error), reader.locale(Some(&user)));
    let problem = Problems::from_error(error, locale)?.first().map(str::to_owned);
    let form = BudgetForm { typed, default: others(app.daily_tokens, locale), problem };
    let reader = reader.at(paths::user(&id));
    page_with(status, &UserPage::load(app, user, reader, id, Some(form)).await?)
}
