//! Settings: the browsers that are signed in.

use askama::Template;

use crate::web::{
    pages::{frame::Frame, moment::Moment},
    paths,
};

/// `GET /settings/devices`.
#[derive(Template)]
#[template(path = "settings/devices.html")]
pub struct DevicesPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The devices, last seen first.
    pub devices: Vec<DeviceLine>,
}

/// One signed-in browser.
#[derive(Clone, Debug)]
pub struct DeviceLine {
    /// Its id.
    pub id: String,
    /// Browser and system, such as "Firefox · Linux"; empty when it did not say.
    pub name: String,
    /// The address it was last seen from.
    pub address: Option<String>,
    /// When it signed in.
    pub created: Moment,
    /// When it was last seen.
    pub seen: Moment,
    /// Whether it is the one reading this.
    pub current: bool,
}

/// Browser and system of a `User-Agent` header, as far as they are among the common ones.
pub fn device_name(agent: &str) -> String {
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
