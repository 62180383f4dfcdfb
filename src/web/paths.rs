//! The addresses of all pages: redirects, templates and tests take them from here and write none themselves.

/// The home page.
pub const HOME: &str = "/";
/// Sign-in.
pub const LOGIN: &str = "/login";
/// Sign-out (POST).
pub const LOGOUT: &str = "/logout";
/// The first account.
pub const SETUP: &str = "/setup";
/// The list of conversations (GET) and a new one (POST).
pub const CHAT: &str = "/chat";
/// Theme and language, also for people who are not signed in (POST).
pub const PREFERENCES: &str = "/preferences";
/// Profile and password.
pub const SETTINGS: &str = "/settings";
/// A new password (POST).
pub const PASSWORD: &str = "/settings/password";
/// Personal access tokens.
pub const TOKENS: &str = "/settings/tokens";
/// Signed-in devices.
pub const DEVICES: &str = "/settings/devices";

/// One conversation.
pub fn chat(id: &str) -> String {
    format!("/chat/{id}")
}

/// One conversation at its newest message.
pub fn latest(id: &str) -> String {
    format!("/chat/{id}#latest")
}

/// One conversation, up to what came before a message.
pub fn before(id: &str, message: &str) -> String {
    format!("/chat/{id}?before={message}")
}

/// The same at its newest message, asked for anew at `millis`: a browser takes the address it is at, with a
/// fragment, for a place on the page and would not load it again.
pub fn again(id: &str, millis: i64) -> String {
    format!("/chat/{id}?at={millis}#latest")
}

/// Sign-in, and back to `next` afterwards.
pub fn login(next: &str) -> String {
    match next {
        "" | HOME => LOGIN.to_owned(),
        next => {
            serde_urlencoded::to_string([("next", next)]).map_or(LOGIN.to_owned(), |q| format!("{LOGIN}?{q}"))
        }
    }
}

/// The link that creates the first account.
pub fn setup(code: &str) -> String {
    serde_urlencoded::to_string([("code", code)]).map_or(SETUP.to_owned(), |query| format!("{SETUP}?{query}"))
}

/// A new message in a conversation (POST).
pub fn messages(id: &str) -> String {
    format!("/chat/{id}/messages")
}

/// Another answer in place of one message (POST).
pub fn regenerate(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/regenerate")
}

/// Ends the answer being made (POST).
pub fn stop(id: &str) -> String {
    format!("/chat/{id}/stop")
}

/// The form with a conversation's name.
pub fn rename(id: &str) -> String {
    format!("/chat/{id}/rename")
}

/// The question before a conversation is deleted.
pub fn delete(id: &str) -> String {
    format!("/chat/{id}/delete")
}

/// Pins or unpins a conversation (POST).
pub fn pin(id: &str) -> String {
    format!("/chat/{id}/pin")
}

/// Archives a conversation or takes it back (POST).
pub fn archive(id: &str) -> String {
    format!("/chat/{id}/archive")
}

/// Revokes a token (POST).
pub fn delete_token(id: &str) -> String {
    format!("/settings/tokens/{id}/delete")
}

/// Signs a device out (POST).
pub fn delete_device(id: &str) -> String {
    format!("/settings/devices/{id}/delete")
}

/// The events of a run as HTML blocks, for `EventSource`.
pub fn stream(run: &str) -> String {
    format!("/api/runs/{run}/stream?view=blocks")
}

/// `to` when it is a path of this server, else the home page: nobody is sent elsewhere by a forged `next`.
pub fn safe_next(to: Option<&str>) -> &str {
    to.filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .filter(|path| !path.contains(|c: char| c == '\\' || c.is_control()))
        .unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_paths_are_gone_on_to() {
        assert_eq!(safe_next(Some("/chat/1?x=y#latest")), "/chat/1?x=y#latest");
        for forged in
            ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "javascript:0", ""]
        {
            assert_eq!(safe_next(Some(forged)), "/", "{forged}");
        }
        assert_eq!(safe_next(None), "/");
    }
}
