//! The addresses of all pages: redirects, templates and tests take them from here and write none themselves.

use crate::models::search_entry::SearchKind;
use crate::services::search::Hit;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What of a name stands in an address as it is: letters and digits of ASCII, and dashes.
const UNENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');

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
/// Artifacts: the list (GET) and a new one (POST).
pub const ARTIFACTS: &str = "/artifacts";
/// Tasks: the list (GET) and a new one (POST).
pub const TASKS: &str = "/tasks";
/// Posts: the public list (GET) and a new one (POST).
pub const POSTS: &str = "/posts";
/// Products: the public catalogue (GET) and a new one (POST).
pub const PRODUCTS: &str = "/products";
/// The manual.
pub const GUIDE: &str = "/guide";
/// Search over everything the reader has.
pub const SEARCH: &str = "/search";
/// Members.
pub const USERS: &str = "/users";
/// Conversations from a file.
pub const IMPORT: &str = "/chat/import";
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

/// Ways to sign in with providers.
pub const IDENTITIES: &str = "/settings/identities";

/// One chapter of the guide.
pub fn chapter(slug: &str) -> String {
    format!("{GUIDE}/{slug}")
}

/// An answer to one of a chapter's exercises (POST).
pub fn exercise(slug: &str, id: &str) -> String {
    format!("{GUIDE}/{slug}/exercises/{id}")
}

/// The place of an exercise in its chapter.
pub fn at_exercise(slug: &str, id: &str) -> String {
    format!("{GUIDE}/{slug}#exercise-{id}")
}

/// What a search for `query` finds; `kind` and `cursor` may be empty.
pub fn search(query: &str, kind: &str, cursor: &str) -> String {
    let fact = |text| Some(text).filter(|text: &&str| !text.is_empty());
    with_query(SEARCH, [("q", fact(query)), ("kind", fact(kind)), ("cursor", fact(cursor))])
}

/// The page of what a search found; a message's is that of its conversation.
pub fn found(hit: &Hit) -> String {
    match (hit.kind, &hit.session_id, &hit.slug) {
        (SearchKind::Session, ..) => chat(&hit.id),
        (SearchKind::Message, Some(session), _) => format!("{}#m-{}", chat(session), hit.id),
        (SearchKind::Message, None, _) => CHAT.to_owned(),
        (SearchKind::Artifact, ..) => artifact(&hit.id),
        (SearchKind::Task, ..) => task(&hit.id),
        (SearchKind::Post, _, slug) => post(slug.as_ref().unwrap_or(&hit.id)),
    }
}

/// The editor of a new post.
pub const NEW_POST: &str = "/posts/new";
/// The form of a new product.
pub const NEW_PRODUCT: &str = "/products/new";
/// The newest posts, for feed readers.
pub const FEED: &str = "/posts/feed.xml";

/// Where shared conversations are.
pub const SHARES: &str = "/share/";

/// One post.
pub fn post(slug: &str) -> String {
    format!("{POSTS}/{}", utf8_percent_encode(slug, UNENCODED))
}

/// The editor of a post.
pub fn edit_post(slug: &str) -> String {
    format!("{}/edit", post(slug))
}

/// The question before a post is deleted.
pub fn delete_post(slug: &str) -> String {
    format!("{}/delete", post(slug))
}

/// One product.
pub fn product(id: &str) -> String {
    format!("{PRODUCTS}/{id}")
}

/// The form of a product.
pub fn edit_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/edit")
}

/// The question before a product is deleted.
pub fn delete_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/delete")
}

/// Begins a research about a product (POST).
pub fn research_product(id: &str) -> String {
    format!("{PRODUCTS}/{id}/research")
}

/// The form of a new artifact.
pub const NEW_ARTIFACT: &str = "/artifacts/new";

/// One artifact.
pub fn artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}")
}

/// One version of an artifact.
pub fn artifact_version(id: &str, version: &i64) -> String {
    format!("{ARTIFACTS}/{id}?version={version}")
}

/// The form of an artifact.
pub fn edit_artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/edit")
}

/// The question before an artifact is deleted.
pub fn delete_artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/delete")
}

/// The versions of an artifact.
pub fn versions(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/versions")
}

/// What changed between two versions of an artifact, `from` and `to`.
pub fn diff(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/diff")
}

/// One version of an artifact as a file to be saved.
pub fn raw_artifact(id: &str, version: &i64) -> String {
    format!("/api/artifacts/{id}/raw?version={version}&download=1")
}

/// Keeps an answer as an artifact (POST).
pub fn keep_answer(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/artifact")
}

/// One task in its form (GET), changed (POST).
pub fn task(id: &str) -> String {
    format!("{TASKS}/{id}")
}

/// Moves a task to another status (POST).
pub fn task_status(id: &str) -> String {
    format!("{TASKS}/{id}/status")
}

/// The question before a task is deleted.
pub fn delete_task(id: &str) -> String {
    format!("{TASKS}/{id}/delete")
}

/// The tasks of a conversation, with the form for another.
pub fn tasks_of(session: &str) -> String {
    format!("{TASKS}?session_id={session}")
}

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

/// Sign-in after a provider let nobody in: `reason` is one that the page has a sentence for, `id` that of the request.
pub fn login_failed(reason: Option<&str>, id: &str, next: &str) -> String {
    let next = Some(next).filter(|next| !matches!(*next, "" | HOME));
    let facts = [("error", Some("auth_failed")), ("reason", reason), ("id", Some(id)), ("next", next)];
    with_query(LOGIN, facts)
}

/// The ways to sign in after one could not be linked.
pub fn link_failed(reason: Option<&str>, id: &str) -> String {
    with_query(IDENTITIES, [("error", Some(reason.unwrap_or("auth_failed"))), ("id", Some(id))])
}

fn with_query<const N: usize>(path: &str, facts: [(&str, Option<&str>); N]) -> String {
    let told: Vec<_> = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    serde_urlencoded::to_string(told).map_or(path.to_owned(), |query| format!("{path}?{query}"))
}

/// Goes to a provider to sign in, and on to `next`.
pub fn sign_in_with(provider: &str, next: &str) -> String {
    with_query(&format!("/api/auth/login/{provider}"), [("next", Some(next).filter(|next| *next != HOME))])
}

/// Goes to a provider to sign in with it from now on (POST).
pub fn link_with(provider: &str) -> String {
    format!("/api/auth/link/{provider}")
}

/// Takes a way to sign in away (POST).
pub fn delete_identity(id: &str) -> String {
    format!("/settings/identities/{id}/delete")
}

/// Invitations: the open ones (GET) and a new one (POST).
pub const INVITE: &str = "/users/invite";

/// One member.
pub fn user(id: &str) -> String {
    format!("{USERS}/{id}")
}

/// Gives a member another role (POST).
pub fn user_role(id: &str) -> String {
    format!("{USERS}/{id}/role")
}

/// The question before a member is disabled.
pub fn disable_user(id: &str) -> String {
    format!("{USERS}/{id}/disable")
}

/// Lets a member in again (POST).
pub fn enable_user(id: &str) -> String {
    format!("{USERS}/{id}/enable")
}

/// Takes an invitation back (POST).
pub fn revoke_invitation(id: &str) -> String {
    format!("{INVITE}/{id}/revoke")
}

/// What every link to an invitation begins with; its secret follows.
pub const INVITATIONS: &str = "/invite/";

/// The link that lets somebody in, and the form behind it (POST).
pub fn invitation(code: &str) -> String {
    format!("{INVITATIONS}{code}")
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

/// The form that shares a conversation.
pub fn share(id: &str) -> String {
    format!("/chat/{id}/share")
}

/// Takes a share back (POST).
pub fn revoke_share(id: &str) -> String {
    format!("/chat/{id}/share/delete")
}

/// A conversation as a file: `json`, `markdown` or `html`.
pub fn export(id: &str, format: &str) -> String {
    format!("/api/chat/sessions/{id}/export?format={format}")
}

/// A shared conversation, for anybody.
pub fn shared(key: &str) -> String {
    format!("{SHARES}{key}")
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
///
/// Browsers drop tabs and line breaks from addresses and read `\` as `/`, so that `/\evil` and `/<tab>/evil` lead
/// elsewhere as `//evil` does: what is not plain printable ASCII is no path of ours (ours are percent-encoded).
pub fn safe_next(to: Option<&str>) -> &str {
    to.filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .filter(|path| path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'))
        .unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_paths_are_gone_on_to() {
        assert_eq!(safe_next(Some("/chat/1?x=y#latest")), "/chat/1?x=y#latest");
        for forged in [
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: x",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "https:/evil.example",
            "HTTPS:\\\\evil.example",
            "javascript:alert(0)",
            "data:text/html,x",
            "/\u{3000}/evil.example",
            "/\0/evil",
            "evil.example",
            "@evil.example",
            "",
        ] {
            assert_eq!(safe_next(Some(forged)), "/", "{forged}");
        }
        assert_eq!(safe_next(None), "/");
    }

    /// As a browser reads it: whatever passes stays on this server.
    #[test]
    fn what_passes_leads_nowhere_else() {
        let base = reqwest::Url::parse("https://stoa.example/login").unwrap();
        let parts =
            ["/", "//", "\\", ".", "..", "%2F", "%5C", "\t", "@", ":", "evil.example", "?", "#", ";", " "];
        for a in parts {
            for b in parts {
                for c in parts {
                    let to = format!("/{a}{b}{c}");
                    let led = base.join(safe_next(Some(&to))).unwrap();
                    assert_eq!(led.host_str(), Some("stoa.example"), "{to:?}");
                }
            }
        }
    }
}
