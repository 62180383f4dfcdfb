//! A page's text without what stands around it.

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};

use super::Text;

/// Pages with more elements are read whole instead: finding their text would take too long.
const MOST_ELEMENTS: usize = 30_000;

/// The article of a page; all of its text where no article can be told from the rest.
pub fn read(html: &str) -> Text {
    article(html).filter(|read| !read.text.trim().is_empty()).unwrap_or_else(|| whole(html))
}

fn article(html: &str) -> Option<Text> {
    let config =
        Config { max_elements_to_parse: MOST_ELEMENTS, text_mode: TextMode::Formatted, ..Config::default() };
    let article = Readability::new(html, None, Some(config)).ok()?.parse().ok()?;
    Some(Text { title: Some(article.title), text: article.text_content.to_string() })
}

fn whole(html: &str) -> Text {
    let document = Document::from(html);
    for part in ["script", "style", "noscript", "template", "nav", "header", "footer", "form", "svg"] {
        document.select(part).remove();
    }
    let title = document.select("title").text().to_string();
    Text { title: Some(title), text: document.select("body").formatted_text().to_string() }
}
