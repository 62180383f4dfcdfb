//! The list of conversations: searched, filtered, page by page.

use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::chat_session::{ChatSession, SessionKind};
use crate::models::user::User;
use crate::services::sessions::{self, ListSessions};
use crate::services::text::parse_flag;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::pages::sidebar::busy;
use crate::web::{App, paths};

/// Conversations on one page.
const LINES: &str = "30";

/// `GET /chat`.
#[derive(Template)]
#[template(path = "chat/index.html")]
struct ChatsPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
}

/// Lists the reader's conversations; the archived ones only when they are asked for.
pub async fn index(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<ListSessions>,
) -> WebResult<HttpResponse> {
    page(&app.db.read(move |conn| ChatsPage::load(conn, &user.0, reader, query.0)).await?)
}

/// One conversation in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a research.
    pub research: bool,
    /// The key of what is being done in it, if anything is.
    pub busy: Option<&'static str>,
    /// Kept at the top by its owner.
    pub pinned: bool,
    /// Put away by its owner.
    pub archived: bool,
    /// What it is filed under.
    pub tags: Vec<String>,
    /// How many messages it has.
    pub messages: i64,
    /// When it was last written in.
    pub updated: Moment,
}

impl Line {
    /// The line of a conversation.
    pub fn new(session: ChatSession, clock: Clock, locale: Locale) -> Self {
        Self {
            research: session.kind == SessionKind::Deepresearch,
            busy: busy(session.run_status),
            pinned: session.pinned,
            archived: session.archived,
            tags: session.tags.words(),
            messages: session.message_count,
            updated: clock.ago(session.updated_at.millis(), locale),
            id: session.id,
            name: session.name,
        }
    }
}

impl ChatsPage {
    fn load(conn: &mut DbConn, user: &User, reader: Reader, asked: ListSessions) -> AppResult<Self> {
        let archived = parse_flag("archived", asked.archived.as_deref())?.unwrap_or_default().to_string();
        let wanted =
            ListSessions { archived: Some(archived.clone()), limit: Some(LINES.to_owned()), ..asked };
        let found = sessions::list(conn, user, &wanted)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(user)));
        let listing = Listing::new(paths::CHAT, wanted.q.as_deref(), &wanted.tags)
            .with("type", wanted.kind.as_deref())
            .with("archived", Some(archived.as_str()).filter(|archived| *archived == "true"))
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let lines = found.items.into_iter().map(|session| Line::new(session, clock, locale)).collect();
        Ok(Self { frame: reader.frame(conn, user, None)?, listing, lines })
    }
}
