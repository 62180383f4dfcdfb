//! A member.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::{DailyTokens, Time, text_enum};
use crate::schema::users;

text_enum! {
    /// What a member may do.
    Role {
        /// What concerns themselves.
        Member = "member",
        /// Everything.
        Admin = "admin",
    }
}

text_enum! {
    /// The look a member has chosen; the system's when none.
    Theme {
        /// Dark ink on light paper.
        Light = "light",
        /// Light ink on dark paper.
        Dark = "dark",
    }
}

/// A row of `users`, as its owner sees it in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
#[schema(as = User)]
pub struct User {
    /// UUIDv7.
    pub id: String,
    /// Lower case; `null` for a placeholder that cannot sign in.
    #[schema(example = "ada@example.com", required)]
    pub email: Option<String>,
    /// As shown beside what they wrote.
    #[schema(example = "Ada")]
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// A picture, `http(s)`.
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// `zh-CN` or `en`; the browser's choice when `null`.
    #[schema(example = "zh-CN", required)]
    pub locale: Option<String>,
    /// The look; the system's when `null`.
    #[schema(required)]
    pub theme: Option<Theme>,
    #[serde(skip)]
    /// Argon2id in PHC form; absent when they sign in elsewhere.
    pub password_hash: Option<String>,
    /// May not sign in; every credential of theirs is refused.
    pub disabled: bool,
    /// When they joined.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[serde(skip)]
    /// When the row last changed.
    pub updated_at: Time,
    /// What they may spend a day; as everybody when `null`.
    #[schema(required)]
    pub daily_tokens: Option<DailyTokens>,
}

/// A member to be.
#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    /// UUIDv7.
    pub id: String,
    /// Lower case.
    pub email: Option<String>,
    /// As shown.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// A picture, `https`.
    pub avatar_url: Option<String>,
    /// Language, if already known.
    pub locale: Option<String>,
    /// Argon2id in PHC form.
    pub password_hash: Option<String>,
    /// May not sign in: a placeholder.
    pub disabled: bool,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// What may change; `None` leaves a column as it is, `Some(None)` empties it.
#[derive(AsChangeset, Default)]
#[diesel(table_name = users)]
pub struct UserChanges {
    /// As shown.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Language.
    pub locale: Option<Option<String>>,
    /// Look.
    pub theme: Option<Option<Theme>>,
    /// Argon2id in PHC form.
    pub password_hash: Option<Option<String>>,
    /// May not sign in.
    pub disabled: Option<bool>,
    /// What they may spend a day.
    pub daily_tokens: Option<Option<DailyTokens>>,
    /// Now.
    pub updated_at: Option<Time>,
}
