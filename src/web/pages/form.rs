//! What a form says about wrong fields; knows no rule that makes them so.

use crate::error::AppError;
use crate::i18n::Locale;

/// Words with commas between them, Chinese ones too.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split([',', '，', '、']).map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Sentences about fields, by the name of the field.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// What a refusal says about the fields of a form, in the reader's language.
    ///
    /// # Errors
    /// The refusal itself, when it is not about fields.
    pub fn from_error(error: AppError, locale: Locale) -> Result<Self, AppError> {
        let sentence = |key: &str| locale.t(&format!("field.{key}")).into_owned();
        match error {
            AppError::Invalid(fields) => {
                Ok(Self(fields.into_iter().map(|(name, key)| (name, sentence(key))).collect()))
            }
            AppError::BadRequest("missing_name") => Ok(Self(vec![("name", sentence("required"))])),
            AppError::BadRequest("missing_title") => Ok(Self(vec![("title", sentence("required"))])),
            AppError::Conflict("email_taken") => {
                Ok(Self(vec![("email", locale.t("error.email_taken").into_owned())]))
            }
            other => Err(other),
        }
    }

    /// One sentence about one field.
    pub fn of_field(name: &'static str, sentence: String) -> Self {
        Self(vec![(name, sentence)])
    }

    /// What is wrong with `field`, if anything.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// The first thing that is wrong: for forms with one field.
    pub fn first(&self) -> Option<&str> {
        self.0.first().map(|(_, sentence)| sentence.as_str())
    }
}
