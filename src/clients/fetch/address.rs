//! Which addresses are of the web, and how they are written; where they lead is [`super::guard`]'s.

use reqwest::header::LOCATION;
use reqwest::{Response, Url};

use super::FetchError;

/// The longest address that is fetched, in bytes; longer ones cannot be kept everywhere, and lead nowhere.
pub const LONGEST_ADDRESS: usize = 2_000;
/// Ports from here on are open to everybody, so that pages may be there.
const FREE_PORTS: u16 = 1024;
/// Of those, the ones where something else is spoken, as browsers know them (Fetch Standard, "bad port").
const OTHER_PORTS: [u16; 18] = [
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697,
];
/// Refuses what is no address of a page.
///
/// # Errors
/// `NotWeb`, `LongAddress`, `NotWebPort`.
pub fn check(address: &Url) -> Result<(), FetchError> {
    if !matches!(address.scheme(), "http" | "https") {
        return Err(FetchError::NotWeb);
    }
    if address.as_str().len() > LONGEST_ADDRESS {
        return Err(FetchError::LongAddress);
    }
    match address.port().filter(|port| !may_be_of_the_web(*port)) {
        Some(port) => Err(FetchError::NotWebPort(port)),
        None => Ok(()),
    }
}

fn may_be_of_the_web(port: u16) -> bool {
    matches!(port, 80 | 443) || (port >= FREE_PORTS && !OTHER_PORTS.contains(&port))
}

/// Where an answer leads, if it leads on.
pub fn redirect(from: &Url, answer: &Response) -> Option<Url> {
    let leads = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = answer.headers().get(LOCATION).filter(|_| leads)?;
    // Many servers write other letters than ASCII as they are.
    let mut to = from.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    plain(&mut to);
    Some(to)
}

/// Leaves out what is for browsers, and credentials: in an address that somebody else wrote they are not ours to send.
pub fn plain(address: &mut Url) {
    address.set_fragment(None);
    let _ = address.set_username("");
    let _ = address.set_password(None);
}
