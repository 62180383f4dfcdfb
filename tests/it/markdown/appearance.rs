//! What people and models write, and what it looks like.

use scraper::{Html, Selector};
use stoa::markdown::{render, render_citing};

fn count(html: &str, selector: &str) -> usize {
    Html::parse_fragment(html).select(&Selector::parse(selector).unwrap()).count()
}

fn text(html: &str) -> String {
    Html::parse_fragment(html).root_element().text().collect()
}

#[test]
fn headings_begin_below_the_page_title_and_leave_no_level_out() {
    assert_eq!(
        render("# A\n### B\n###### C\n## D\n# E"),
        "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>\n<h3>D</h3>\n<h2>E</h2>\n"
    );
    assert_eq!(render("### A\n#### B\n## C"), "<h2>A</h2>\n<h3>B</h3>\n<h2>C</h2>\n");
}

#[test]
fn chinese_emphasis_needs_no_spaces() {
    assert_eq!(render("**中文：**后文"), "<p><strong>中文：</strong>后文</p>\n");
    assert_eq!(render("这是**“重点”**吗"), "<p>这是<strong>“重点”</strong>吗</p>\n");
}

#[test]
fn ranges_are_not_struck_out() {
    assert_eq!(render("10~20 元，30~40 元"), "<p>10~20 元，30~40 元</p>\n");
    assert_eq!(render("~~gone~~ ~kept~"), "<p><del>gone</del> ~kept~</p>\n");
    assert_eq!(render("~~**gone**~~ ~*kept*~"), "<p><del><strong>gone</strong></del> ~<em>kept</em>~</p>\n");
}

#[test]
fn code_says_its_language_and_can_be_scrolled_by_keyboard() {
    let html = render("```rust\nlet x = 1;\n```");
    assert_eq!(count(&html, "figure.code[data-lang=rust] > pre[tabindex='0'] > code span.k"), 1, "{html}");
    assert!(html.contains("<figcaption>rust</figcaption>"), "{html}");
    assert_eq!(count(&render("    plain"), "figure.code:not([data-lang]) > figcaption:empty"), 1);
}

#[test]
fn tables_scroll_inside_themselves() {
    let html = render("| | b |\n|--|-:|\n| 1 | 2 |");
    assert_eq!(count(&html, "div.table[tabindex='0'] > table > thead > tr > th"), 1, "{html}");
    assert_eq!(count(&html, "td[align=right]"), 1, "{html}");
}

#[test]
fn tasks_show_a_box_and_no_control() {
    let html = render("- [ ] open\n- [x] done");
    assert_eq!(count(&html, "li.task"), 2);
    assert_eq!(count(&html, "input"), 0);
    assert_eq!(text(&html).split_whitespace().collect::<Vec<_>>(), ["☐", "open", "☑", "done"]);
}

#[test]
fn an_image_is_a_link_with_its_description() {
    let html = render(
        "![a *map*](https://example.org/m.png) ![](https://example.org/n.png) ![x](data:image/png;base64,AA)",
    );
    assert_eq!(count(&html, "img"), 0);
    assert_eq!(count(&html, "a"), 2);
    assert!(text(&html).starts_with("a map https://example.org/n.png x"), "{html}");
}

#[test]
fn an_image_in_a_link_is_the_text_of_the_link() {
    let html = render("[![logo](https://example.org/logo.png)](https://example.org)");
    assert_eq!(count(&html, "a"), 1);
    assert!(html.contains("href=\"https://example.org\"") && html.contains(">logo</a>"), "{html}");
}

#[test]
fn footnotes_are_numbered_linked_both_ways_and_their_ids_are_their_own() {
    let source = "One[^a], two[^b], one again[^a].\n\n[^a]: First.\n[^b]: Second.\n\n    With more.\n";
    let html = render(source);
    let page = Html::parse_fragment(&html);
    let select = |selector| Selector::parse(selector).unwrap();
    let ids: Vec<_> = page.select(&select("[id]")).filter_map(|element| element.attr("id")).collect();
    assert_eq!(ids.len(), 5, "{html}");
    for link in page.select(&select("a")) {
        let target = link.attr("href").unwrap().strip_prefix('#').unwrap();
        assert!(ids.contains(&target), "{target} in {html}");
    }
    assert_eq!(page.select(&select("section.footnotes > ol > li a.back")).count(), 3, "{html}");
    let other = render(&format!("{source}\nOther."));
    assert!(ids.iter().all(|id| !other.contains(id)));
}

#[test]
fn html_that_is_not_allowed_is_shown_as_it_was_written() {
    assert_eq!(
        text(&render("Use Vec<T> and <Button onClick={f}>")).trim(),
        "Use Vec<T> and <Button onClick={f}>"
    );
    assert_eq!(text(&render("<div>\nhello\n</div>")).trim(), "<div>\nhello\n</div>");
}

#[test]
fn details_fold_whole_blocks() {
    let html = render("<details>\n<summary>More</summary>\n\n- a\n- b\n\n</details>\n\nafter");
    assert_eq!(count(&html, "details > summary"), 1);
    assert_eq!(count(&html, "details > ul > li"), 2, "{html}");
    assert_eq!(count(&html, "details p"), 0);
}

#[test]
fn addresses_become_links_that_tell_nothing() {
    let html = render("See https://example.org/路径?a=b. Or www.example.com, or <me@example.org>.");
    let page = Html::parse_fragment(&html);
    let links: Vec<_> = page.select(&Selector::parse("a").unwrap()).collect();
    assert_eq!(links.len(), 3, "{html}");
    assert!(links.iter().all(|link| link.attr("rel") == Some("noopener noreferrer nofollow ugc")));
    assert!(links.iter().all(|link| link.attr("target").is_none()));
}

#[test]
fn a_link_without_words_shows_where_it_leads() {
    assert_eq!(text(&render("[](https://example.org)")).trim(), "https://example.org");
}

#[test]
fn mathematics_stays_text_for_now() {
    assert_eq!(text(&render("$x_1 + y_1$")).trim(), "$x_1 + y_1$");
}

#[test]
fn nothing_renders_to_nothing() {
    assert_eq!(render(""), "");
    assert_eq!(render(" \n\t\n"), "");
}

#[test]
fn what_is_too_long_to_be_writing_is_shown_as_it_is() {
    let log = "*line* <of> & a log\n".repeat(30_000);
    let html = render(&log);
    assert_eq!(count(&html, "figure.code"), 1);
    assert!(text(&html).trim_end() == log.trim_end());
}

#[test]
fn citations_are_what_the_caller_makes_of_them_and_their_notes_are_left_out() {
    let text = "One[^b], two[^a], one again[^b].\n\n[^a]: first note\n[^b]: second note\n";
    let html = render_citing(text, &|name, nth| format!("<i>{name}.{nth}</i>"));
    assert_eq!(html, "<p>One<i>b.1</i>, two<i>a.1</i>, one again<i>b.2</i>.</p>\n");
}

#[test]
fn nobody_writes_a_citation_that_is_none() {
    let cite = |name: &str, _| format!("<i>{name}</i>");
    let forged = "\u{fdd0}1 1\u{fdd1} <sup class=\"cite supported\">1</sup> [^1] `[^1]`";
    let html = render_citing(forged, &cite);
    assert!(!html.contains("<i>") && !html.contains("<sup"), "{html}");
    let hostile = "x[^<b>]\n\n[^<b>]: note\n";
    assert!(!render_citing(hostile, &cite).contains("<b>"));
}
