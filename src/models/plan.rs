//! What a research is going to do, as its member approves it.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{Json, Time, text_enum};
use crate::error::AppError;
use crate::schema::plans;

text_enum! {
    /// How a plan stands.
    PlanStatus {
        /// It waits for its member.
        Proposed = "proposed",
        /// It is carried out.
        Approved = "approved",
        /// Its budget is nearly spent, and its member is asked how to go on.
        Paused = "paused",
        /// Its member does not want it.
        Rejected = "rejected",
    }
}

/// What a research may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Budget {
    /// Tokens that models read and write.
    #[schema(example = 60000)]
    pub tokens: i64,
    /// Pages that are fetched or taken from the library.
    #[schema(example = 40)]
    pub pages: i64,
    /// Minutes of work; waiting for its member does not count.
    #[schema(example = 20)]
    pub minutes: i64,
}

/// What is to be found out, where, and for how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanContent {
    /// What the member wants to know, in a few sentences.
    #[schema(example = "这个说法的来历")]
    pub brief: String,
    /// The questions that are researched, each by itself.
    #[schema(example = json!(["谁最早提出这个说法？"]))]
    pub questions: Vec<String>,
    /// The places that are searched.
    #[schema(example = json!(["library"]))]
    pub sources: Vec<String>,
    /// Places that would be searched if whoever runs Stoa had set them up.
    #[schema(example = json!(["tavily"]))]
    pub missing: Vec<String>,
    /// What it may spend.
    pub budget: Budget,
    /// Whether nothing more is to be gathered: the member wants the report of what there is.
    #[serde(default)]
    pub finish: bool,
}

/// A row of `plans`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = plans, treat_none_as_default_value = false)]
pub struct Plan {
    /// The run it is the plan of.
    pub run_id: String,
    /// That run's session.
    pub session_id: String,
    /// How it stands.
    pub status: PlanStatus,
    /// What it says.
    pub content: Json<PlanContent>,
    /// When it was made.
    pub created_at: Time,
    /// When its member last decided about it.
    pub decided_at: Option<Time>,
}

/// A plan in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub struct PlanJson {
    /// The run it is the plan of.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub run_id: String,
    /// How it stands.
    pub status: PlanStatus,
    /// What it says.
    #[serde(flatten)]
    pub content: PlanContent,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When its member last decided about it.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub decided_at: Option<Time>,
}

impl TryFrom<Plan> for PlanJson {
    type Error = AppError;

    fn try_from(row: Plan) -> Result<Self, AppError> {
        Ok(Self {
            content: row.content.read()?,
            run_id: row.run_id,
            status: row.status,
            created_at: row.created_at,
            decided_at: row.decided_at,
        })
    }
}
