//! What a form says about wrong fields; knows no rule that makes them so.

/// Sentences about fields, by the name of the field.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<(String, String)>);

impl Problems {
    /// Says what is wrong with a field.
    pub fn add(&mut self, field: impl Into<String>, sentence: impl Into<String>) {
        self.0.push((field.into(), sentence.into()));
    }

    /// What is wrong with `field`, if anything.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, sentence)| sentence.as_str())
    }
}

impl<F: Into<String>, S: Into<String>> FromIterator<(F, S)> for Problems {
    fn from_iter<I: IntoIterator<Item = (F, S)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(field, sentence)| (field.into(), sentence.into())).collect())
    }
}
