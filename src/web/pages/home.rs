//! The home page: ask something, or go on with what was asked lately.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::chat::list::Line;
use super::composer::{Asks, Choice, Composer, Typed};
use super::frame::Frame;
use super::reader::Reader;
use super::research::begin::BeginPage;
use super::respond::{page, page_with, see_other};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::chat_session::SessionKind;
use crate::models::user::User;
use crate::services::messages::{self, SendMessage};
use crate::services::sessions::{self, ListSessions, NewSession};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::Form;
use crate::web::{App, paths};

/// Conversations shown under the box.
const RECENT: &str = "6";

/// `GET /`.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    composer: Composer,
    recent: Vec<Line>,
    download: Option<Download>,
}

/// The built-in model on its way here.
#[derive(Clone, Debug)]
struct Download {
    /// 0 to 100 while it is being fetched.
    percent: Option<u8>,
    /// Why it stopped, if it did.
    problem: Option<String>,
}

/// A conversation begun by its first message.
#[derive(Clone, Debug, Deserialize)]
pub struct NewChat {
    content: Option<String>,
    model: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    client_id: Option<String>,
    auto_approve: Option<bool>,
}

/// Shows the page.
pub async fn show(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    page(&HomePage::load(&app, user.0, reader, Typed::default()).await?)
}

/// Begins a conversation.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    form: Form<NewChat>,
) -> WebResult<HttpResponse> {
    let (locale, user, form) = (reader.locale(Some(&user.0)), user.0, form.0);
    match form.begin(&app, user.clone(), locale).await {
        Ok(id) => Ok(see_other(&paths::latest(&id))),
        Err(error) => {
            let status = app_status(&error);
            let is_research = form.is_research();
            let auto_approve = form.auto_approve.unwrap_or_default();
            let typed = Typed { auto_approve, ..Typed::refused(form.content, form.model, error, locale)? };
            match is_research {
                true => page_with(status, &BeginPage::load(&app, user, reader, typed).await?),
                false => page_with(status, &HomePage::load(&app, user, reader, typed).await?),
            }
        }
    }
}

impl NewChat {
    fn is_research(&self) -> bool {
        self.kind.as_deref() == Some(SessionKind::Deepresearch.as_str())
    }

    async fn begin(&self, app: &AppState, user: User, locale: Locale) -> AppResult<String> {
        let terms = app.terms(self.model.as_deref()).await?;
        let session = NewSession { kind: self.kind.clone(), ..NewSession::default() };
        let said = SendMessage {
            content: self.content.clone(),
            model: self.model.clone(),
            client_id: self.client_id.clone(),
            auto_approve: self.auto_approve,
            ..SendMessage::default()
        };
        let begin = move |conn: &mut DbConn, user: &User| {
            messages::begin(conn, user, &session, &said, &terms, locale)
        };
        let sent = app.write_as(user, begin).await?;
        app.runs.wake();
        Ok(sent.run.session_id)
    }
}

impl HomePage {
    async fn load(app: &AppState, user: User, reader: Reader, typed: Typed) -> AppResult<Self> {
        let composer = Composer {
            action: paths::CHAT.to_owned(),
            draft: "new".to_owned(),
            models: Choice::of(app).await.options(typed.model.as_deref()),
            typed,
            stop: None,
            placeholder: "composer.placeholder_new",
            asks: Asks::Either,
        };
        let download = Download::of(app);
        let wanted = ListSessions {
            archived: Some("false".to_owned()),
            limit: Some(RECENT.to_owned()),
            ..ListSessions::default()
        };
        let load = move |conn: &mut DbConn| {
            let (clock, locale) = (reader.clock(), reader.locale(Some(&user)));
            let recent = sessions::list(conn, &user, &wanted)?.items;
            let recent = recent.into_iter().map(|session| Line::new(session, clock, locale)).collect();
            Ok(Self { frame: reader.frame(conn, &user, None)?, composer, recent, download })
        };
        app.db.read(load).await
    }

    fn greeting(&self) -> String {
        let name = self.frame.viewer.as_ref().map(|viewer| viewer.name.as_str());
        self.frame.t_with("home.greeting", "name", name.unwrap_or_default())
    }
}

impl Download {
    #[cfg(feature = "local-model")]
    fn of(app: &AppState) -> Option<Self> {
        use crate::clients::models::builtin::Readiness;
        let readiness = app.built_in.as_ref()?.readiness().borrow().clone();
        match readiness {
            Readiness::Ready | Readiness::Missing => None,
            Readiness::Fetching { percent } => Some(Self { percent: Some(percent), problem: None }),
            Readiness::Preparing => Some(Self { percent: None, problem: None }),
            Readiness::Failed { reason } => Some(Self { percent: None, problem: Some(reason) }),
        }
    }

    #[cfg(not(feature = "local-model"))]
    fn of(_: &AppState) -> Option<Self> {
        None
    }
}
