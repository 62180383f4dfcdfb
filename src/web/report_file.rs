//! A report as one page that needs nothing from elsewhere: it is read from a disk, where none of our headers protects.

use askama::Template;

use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::markdown;
use crate::models::report::{Citation, ReportMode, Verdict};
use crate::services::research::reports::FullReport;

#[derive(Template)]
#[template(path = "research/report.html")]
struct ReportFile {
    locale: Locale,
    title: String,
    made: String,
    mode: String,
    supported: String,
    /// The report as safe HTML.
    html: String,
    claims: Vec<Claim>,
}

/// A citation, ready for display.
struct Claim {
    number: i64,
    sentence: String,
    verdict: String,
    quote: String,
    title: String,
    url: String,
    /// Whether the source is a page of the web, to which a link leads from anywhere.
    is_link: bool,
}

/// The page.
///
/// # Errors
/// `Internal`, when it cannot be written.
pub fn page(report: &FullReport, locale: Locale) -> AppResult<String> {
    let citations = &report.content.citations;
    let supported = citations.iter().filter(|one| one.verdict == Verdict::Supported).count();
    let counts = [("n", &*supported.to_string()), ("total", &citations.len().to_string())];
    let file = ReportFile {
        locale,
        made: report.row.created_at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string(),
        mode: mode(report.row.mode, locale),
        supported: locale.t_with("report_file.supported", &counts),
        html: markdown::render(body(&report.artifact.content, &report.content.title)),
        claims: citations.iter().map(|one| Claim::new(one, locale)).collect(),
        title: report.content.title.clone(),
    };
    file.render().map_err(|error| AppError::Internal(error.into()))
}

/// The text without its first heading, where that is the title: the page has it already.
fn body<'a>(text: &'a str, title: &str) -> &'a str {
    let rest = text.strip_prefix("# ").and_then(|text| text.strip_prefix(title));
    rest.filter(|rest| rest.starts_with('\n')).unwrap_or(text)
}

fn mode(mode: ReportMode, locale: Locale) -> String {
    let key = match mode {
        ReportMode::Model => "report_file.by_model",
        ReportMode::Deterministic => "report_file.by_rules",
        ReportMode::Mixed => "report_file.by_both",
    };
    locale.t(key).into_owned()
}

impl Claim {
    fn new(citation: &Citation, locale: Locale) -> Self {
        let key = match citation.verdict {
            Verdict::Supported => "report_file.is_supported",
            Verdict::Weak => "report_file.is_weak",
            Verdict::Unsupported => "report_file.is_unsupported",
        };
        Self {
            number: citation.number,
            sentence: citation.sentence.clone(),
            verdict: locale.t(key).into_owned(),
            quote: citation.quote.clone(),
            title: if citation.title.is_empty() { citation.url.clone() } else { citation.title.clone() },
            is_link: ["https://", "http://"].iter().any(|scheme| citation.url.starts_with(scheme)),
            url: citation.url.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn the_title_is_not_said_twice() {
        assert_eq!(body("# A\n\nx", "A"), "\n\nx");
        assert_eq!(body("# A and B\n\nx", "A"), "# A and B\n\nx");
        assert_eq!(body("x", "A"), "x");
    }
}
