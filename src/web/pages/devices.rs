//! Settings: the browsers that are signed in.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;

use super::frame::Frame;
use super::moment::{Clock, Moment};
use super::reader::Reader;
use super::respond::{done, page};
use crate::db::DbConn;
use crate::i18n::Locale;
use crate::models::login_session::LoginSession;
use crate::services::login_sessions;
use crate::web::auth::{self, PageUser};
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::{App, paths};

/// `GET /settings/devices`.
#[derive(Template)]
#[template(path = "settings/devices.html")]
struct DevicesPage {
    frame: Frame,
    /// Last seen first.
    devices: Vec<DeviceLine>,
}

/// One signed-in browser.
#[derive(Clone, Debug)]
struct DeviceLine {
    id: String,
    /// Browser and system, such as "Firefox · Linux"; empty when it did not say.
    name: String,
    address: String,
    created: Moment,
    seen: Moment,
    /// Whether it is the one reading this.
    current: bool,
}

/// Lists the browsers.
pub async fn list(user: PageUser, app: App, reader: Reader, session: Session) -> WebResult<HttpResponse> {
    let here = auth::device_id(&session);
    let load = move |conn: &mut DbConn| {
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user.0)));
        let rows = login_sessions::list(conn, &user.0)?;
        let line = |row| DeviceLine::new(row, here.as_deref(), clock, locale);
        let devices = rows.into_iter().map(line).collect();
        Ok(DevicesPage { frame: reader.frame(conn, &user.0, None)?, devices })
    };
    page(&app.db.read(load).await?)
}

/// Signs a browser out.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| login_sessions::revoke(conn, user, &id.0)).await?;
    done(&session, "flash.device_signed_out", paths::DEVICES)
}

impl DeviceLine {
    fn new(row: LoginSession, here: Option<&str>, clock: Clock, locale: Locale) -> Self {
        Self {
            current: here == Some(&row.id),
            name: device_name(&row.user_agent),
            address: row.address,
            created: clock.day(row.created_at.millis()),
            seen: clock.ago(row.last_seen_at.millis(), locale),
            id: row.id,
        }
    }
}

/// Browser and system of a `User-Agent` header, as far as they are among the common ones.
fn device_name(agent: &str) -> String {
    let browser = first_named(
        agent,
        &[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
            ("curl/", "curl"),
        ],
    );
    let system = first_named(
        agent,
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ],
    );
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn first_named(agent: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::device_name;

    #[test]
    fn a_browser_is_named_by_its_most_telling_mark() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(device_name(edge), "Edge · Windows");
        assert_eq!(
            device_name("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"),
            "Firefox · Linux"
        );
        assert_eq!(device_name("something else"), "");
    }
}
