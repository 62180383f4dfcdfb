//! The list of conversations: searched, filtered, page by page.

use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::chat_session::{ChatSession, SessionKind};
use crate::models::run::RunStatus;
use crate::models::user::User;
use crate::services::sessions::{self, ListSessions};
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// Conversations on one page.
const LINES: &str = "30";

/// `GET /chat`.
#[derive(Template)]
#[template(path = "chat/index.html")]
struct ChatsPage {
    frame: Frame,
    /// What was searched for.
    query: String,
    /// The value of `type`; empty for all.
    kind: String,
    /// Whether the archive is shown.
    archived: bool,
    lines: Vec<Line>,
    /// Where the next page is.
    next: Option<String>,
    /// Where the first page is, unless this is it.
    first: Option<String>,
}

/// Lists the reader's conversations.
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
    /// Whether an answer is being made.
    pub running: bool,
    /// Kept at the top by its owner.
    pub pinned: bool,
    /// Put away by its owner.
    pub archived: bool,
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
            running: session.run_status.is_some_and(RunStatus::is_active),
            pinned: session.pinned,
            archived: session.archived,
            messages: session.message_count,
            updated: clock.ago(session.updated_at.millis(), locale),
            id: session.id,
            name: session.name,
        }
    }
}

/// A filter above the list.
struct Chip {
    label: &'static str,
    href: String,
    current: bool,
}

impl ChatsPage {
    fn load(conn: &mut DbConn, user: &User, reader: Reader, asked: ListSessions) -> AppResult<Self> {
        let archived = matches!(asked.archived.as_deref(), Some("true" | "1"));
        let wanted = ListSessions {
            kind: asked.kind.filter(|kind| !kind.is_empty()),
            archived: Some(archived.to_string()),
            limit: Some(LINES.to_owned()),
            ..asked
        };
        let found = sessions::list(conn, user, &wanted)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(user)));
        let (query, kind) = (wanted.q.unwrap_or_default(), wanted.kind.unwrap_or_default());
        let address = |cursor: &str| address(&query, &kind, archived, cursor);
        Ok(Self {
            next: found.next_cursor.map(|cursor| address(&cursor)),
            first: wanted.cursor.map(|_| address("")),
            frame: reader.frame(conn, user, None)?,
            lines: found.items.into_iter().map(|session| Line::new(session, clock, locale)).collect(),
            query,
            kind,
            archived,
        })
    }

    fn chips(&self) -> [Chip; 4] {
        let chip = |label, kind: &str, archived: bool| Chip {
            label,
            href: address(&self.query, kind, archived, ""),
            current: self.kind == kind && self.archived == archived,
        };
        [
            chip("chats.all", "", false),
            chip("chats.chat", "chat", false),
            chip("chats.research", "deepresearch", false),
            chip("chats.archived", "", true),
        ]
    }

    fn searching(&self) -> bool {
        !self.query.is_empty()
    }

    fn filtered(&self) -> bool {
        self.archived || !self.kind.is_empty()
    }
}

/// The address of the list with these filters, from `cursor` on.
fn address(query: &str, kind: &str, archived: bool, cursor: &str) -> String {
    let archived = if archived { "true" } else { "" };
    let pairs = [("q", query), ("type", kind), ("archived", archived), ("cursor", cursor)];
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&pairs) {
        Ok(text) if !text.is_empty() => format!("{}?{text}", paths::CHAT),
        _ => paths::CHAT.to_owned(),
    }
}
