//! Members and invitations.

/// Members.
pub const USERS: &str = "/users";
/// Invitations: the open ones (GET) and a new one (POST).
pub const INVITE: &str = "/users/invite";
/// What every link to an invitation begins with; its secret follows.
pub const INVITATIONS: &str = "/invite/";

/// One member.
pub fn user(id: &str) -> String {
    format!("{USERS}/{id}")
}

/// Gives a member another role (POST).
pub fn user_role(id: &str) -> String {
    format!("{USERS}/{id}/role")
}

/// Gives a member another daily budget (POST).
pub fn user_budget(id: &str) -> String {
    format!("{USERS}/{id}/budget")
}

/// The question before a member is disabled.
pub fn disable_user(id: &str) -> String {
    format!("{USERS}/{id}/disable")
}

/// Lets a member in again (POST).
pub fn enable_user(id: &str) -> String {
    format!("{USERS}/{id}/enable")
}

/// The question before an invitation is taken back.
pub fn revoke_invitation(id: &str) -> String {
    format!("{INVITE}/{id}/revoke")
}

/// The link that lets somebody in, and the form behind it (POST).
pub fn invitation(code: &str) -> String {
    format!("{INVITATIONS}{code}")
}
