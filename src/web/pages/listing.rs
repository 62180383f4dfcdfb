//! What every page with a list has: a search, filters, tags and the way to the next page. Knows no single list.

/// Characters of a text that stand in a list.
pub const OPENING: usize = 160;
/// Tags of one thing that stand in a list.
pub const TAGS: usize = 6;

/// How a list was asked for, and where its other views are.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    path: &'static str,
    /// What was searched for; empty when nothing was.
    pub query: String,
    /// All of these must be on each thing.
    pub tags: Vec<String>,
    /// Further filters by their names, none of them empty: links and the search keep them.
    pub filters: Vec<(&'static str, String)>,
    /// Where the first page is, unless this is it.
    pub first: Option<String>,
    /// Where the next page is.
    pub next: Option<String>,
}

impl Listing {
    /// The list at `path`, searched for `query` and narrowed to `tags`.
    pub fn new(path: &'static str, query: Option<&str>, tags: &[String]) -> Self {
        let query = query.map(str::trim).unwrap_or_default().to_owned();
        Self { path, query, tags: tags.to_vec(), ..Self::default() }
    }

    /// The same with another filter, unless it is empty.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.filters.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value.to_owned())));
        self
    }

    /// The same as the page that `cursor` led to, with another to follow or none.
    #[must_use]
    pub fn paged(mut self, cursor: Option<&str>, next_cursor: Option<&str>) -> Self {
        self.first = cursor.map(|_| self.address(&self.tags, &self.filters, None));
        self.next = next_cursor.map(|cursor| self.address(&self.tags, &self.filters, Some(cursor)));
        self
    }

    /// Whether only a part of what there is was asked for.
    pub fn is_narrowed(&self) -> bool {
        !(self.query.is_empty() && self.tags.is_empty() && self.filters.is_empty())
    }

    /// Whether words or tags narrow it, which more of them may not.
    pub fn is_searched(&self) -> bool {
        !(self.query.is_empty() && self.tags.is_empty())
    }

    /// Whether that filter has that value; empty: whether it is not set.
    pub fn is_set(&self, name: &str, value: &str) -> bool {
        let set = self.filters.iter().find(|(known, _)| *known == name);
        set.map_or("", |(_, value)| value.as_str()) == value
    }

    /// The whole list.
    pub fn all(&self) -> String {
        self.path.to_owned()
    }

    /// The list narrowed to that tag, too.
    pub fn tagged(&self, tag: &str) -> String {
        let others = self.tags.iter().filter(|other| *other != tag).cloned();
        let tags: Vec<String> = others.chain([tag.to_owned()]).collect();
        self.address(&tags, &self.filters, None)
    }

    /// The list without that tag among the filters.
    pub fn untagged(&self, tag: &str) -> String {
        let tags: Vec<String> = self.tags.iter().filter(|other| *other != tag).cloned().collect();
        self.address(&tags, &self.filters, None)
    }

    /// The list with another value of a filter; empty for none.
    pub fn filtered(&self, name: &'static str, value: &str) -> String {
        let others = self.filters.iter().filter(|(other, _)| *other != name).cloned();
        let set = Some((name, value.to_owned())).filter(|_| !value.is_empty());
        self.address(&self.tags, &others.chain(set).collect::<Vec<_>>(), None)
    }

    fn address(&self, tags: &[String], filters: &[(&str, String)], cursor: Option<&str>) -> String {
        let query = Some(("q", self.query.as_str())).filter(|(_, text)| !text.is_empty());
        let filters = filters.iter().map(|(name, value)| (*name, value.as_str()));
        let tags = tags.iter().map(|tag| ("tags", tag.as_str()));
        let cursor = cursor.map(|cursor| ("cursor", cursor));
        let pairs: Vec<_> = query.into_iter().chain(filters).chain(tags).chain(cursor).collect();
        match serde_urlencoded::to_string(&pairs) {
            Ok(text) if !text.is_empty() => format!("{}?{text}", self.path),
            _ => self.path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Listing;

    fn listing() -> Listing {
        Listing::new("/x", Some(" a&b "), &["学习".into()])
            .with("status", Some("done"))
            .with("kind", Some(""))
    }

    #[test]
    fn links_keep_what_is_set_already() {
        let list = listing();
        assert_eq!(list.tagged("b"), "/x?q=a%26b&status=done&tags=%E5%AD%A6%E4%B9%A0&tags=b");
        assert_eq!(list.untagged("学习"), "/x?q=a%26b&status=done");
        assert_eq!(list.filtered("status", ""), "/x?q=a%26b&tags=%E5%AD%A6%E4%B9%A0");
        assert!(list.is_set("status", "done") && list.is_set("kind", "") && list.is_narrowed());
    }

    #[test]
    fn the_first_page_has_no_link_to_itself() {
        let list = listing().paged(None, Some("c"));
        assert_eq!((list.first, list.next.is_some_and(|next| next.ends_with("&cursor=c"))), (None, true));
        assert!(listing().paged(Some("c"), None).first.is_some());
    }
}
