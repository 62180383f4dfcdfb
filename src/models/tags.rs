//! Words that things are filed under, in one column.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::Serialize;

/// Words a thing is filed under: kept as a JSON array, which is also how it is searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Tags(String);

impl Tags {
    /// From words that were already checked.
    pub fn new(words: &[String]) -> Self {
        Self(serde_json::json!(words).to_string())
    }

    /// The words.
    pub fn words(&self) -> Vec<String> {
        // Most things have none, and lists hold many things.
        if self.0 == "[]" {
            return Vec::new();
        }
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Serialize for Tags {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.words().serialize(serializer)
    }
}

impl<DB: diesel::backend::Backend> ToSql<Text, DB> for Tags
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<DB: diesel::backend::Backend> FromSql<Text, DB> for Tags
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}
