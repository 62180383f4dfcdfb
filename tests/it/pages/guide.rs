//! The guide as pages: read by anybody, its members' chapters by members, its exercises answered with plain forms.

use reqwest::Method;
use stoa::i18n::Locale;
use stoa::models::user::Role;
use stoa::services::guide::{Guide, Part};
use stoa::services::passwords::Password;
use stoa::startup::Application;

use crate::support::app::{TestApp, spawn_app, spawn_app_with};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn member(app: &TestApp) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
    Browser::signed_in(app, "ada@example.com", PASSWORD).await
}

#[tokio::test]
async fn anybody_reads_every_chapter_in_order_and_in_both_languages() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    for (locale, title) in [("en", "Guide"), ("zh-CN", "指南")] {
        browser.set_cookie("stoa_locale", locale);
        let index = browser.get("/guide").await;
        assert_eq!((index.status.as_u16(), index.texts("h1")), (200, vec![title.to_owned()]));
        let chapters = index.attributes(".chapters a", "href");
        let mut path = index.attributes(".opening a", "href").remove(0);
        for (number, chapter) in chapters.iter().enumerate() {
            assert_eq!(&path, chapter);
            let page = browser.get(&path).await;
            assert_eq!(
                (page.status.as_u16(), page.attributes("html", "lang")),
                (200, vec![locale.to_owned()])
            );
            assert_eq!(page.texts("h1").len(), 1, "{path}");
            let before = page.attributes("a[rel=prev]", "href");
            assert_eq!(before.first(), number.checked_sub(1).and_then(|before| chapters.get(before)));
            path = page.attributes("a[rel=next]", "href").remove(0);
        }
        assert_eq!(path, "/guide");
    }
}

#[tokio::test]
async fn the_table_of_contents_names_what_is_on_the_page() {
    let app = spawn_app().await;
    let page = Browser::new(app.address).get("/guide/errors").await;
    let places = page.attributes(".toc a", "href");
    let headings = page.attributes(".prose.long > h2, .prose.long > h3", "id");
    assert_eq!(places, headings.iter().map(|id| format!("#{id}")).collect::<Vec<_>>());
    assert!(
        headings.contains(&"languages".to_owned()) && !page.texts("figure.code[data-lang=sh]").is_empty()
    );
    let all: Vec<String> = page.attributes("[id]", "id");
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len(), "{all:?}");
}

#[tokio::test]
async fn of_a_members_chapter_others_get_the_beginning_and_an_invitation() {
    let app = spawn_app().await;
    let stranger = Browser::new(app.address);
    let page = stranger.get("/guide/tokens").await;
    let guide = Guide::load(None).unwrap();
    let chapter = guide.find(Locale::En, "tokens").unwrap();
    assert!(page.text.contains("256 random bits"));
    let hidden = &chapter.parts()[chapter.readable(false).len()..];
    assert!(!hidden.is_empty());
    for part in hidden {
        match part {
            Part::Heading(heading) => {
                assert!(!page.text.contains(&format!("#{}\"", heading.anchor)), "{}", heading.title)
            }
            Part::Exercise(exercise) => assert!(!page.text.contains(&exercise.question)),
            Part::Prose(prose) => assert!(!page.text.contains(prose.html())),
        }
    }
    let invitation = page.attributes(".invitation a", "href").remove(0);
    assert_eq!(invitation, "/login?next=%2Fguide%2Ftokens");
    let exercise = stranger.post("/guide/tokens/exercises/prefix", &[("answer", "stoa_")]).await;
    assert_eq!(exercise.leads_to(), "/login?next=%2Fguide%2Ftokens");

    let whole = member(&app).await.get("/guide/tokens").await;
    assert!(whole.text.contains("id=\"keeping\"") && whole.attributes(".invitation a", "href").is_empty());
}

#[tokio::test]
async fn the_configuration_says_which_chapters_are_members() {
    let app = spawn_app_with(|config| config.guide.members_chapters = Some(vec!["tasks".to_owned()])).await;
    let stranger = Browser::new(app.address);
    assert_eq!(stranger.get("/guide/tasks").await.attributes(".invitation a", "href").len(), 1);
    assert!(stranger.get("/guide/tokens").await.attributes(".invitation a", "href").is_empty());
    let folder = tempfile::TempDir::new().unwrap();
    let mut config = stoa::config::Config { data_dir: folder.path().to_owned(), ..Default::default() };
    config.listen = "127.0.0.1:0".to_owned();
    config.guide.members_chapters = Some(vec!["no-such".to_owned()]);
    let error = Application::build(&config).await.err().unwrap();
    assert!(format!("{error:#}").contains("no-such"), "{error:#}");
}

#[tokio::test]
async fn an_answer_is_checked_and_the_page_says_how_it_was() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let path = "/guide/sessions/exercises/resume-header";
    for (typed, verdict) in [
        ("Last-Event-ID", "That is right."),
        ("　ｌａｓｔ－ｅｖｅｎｔ－ｉｄ ", "That is right."),
        ("Range", "Not yet. Try again."),
        ("", "Write or choose an answer first."),
    ] {
        let page = browser.post(path, &[("answer", typed)]).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.texts("#said-resume-header strong"), [verdict], "{typed}");
        assert_eq!(page.attributes("#answer-resume-header", "value"), [typed]);
        assert_eq!(page.attributes("#answer-resume-header", "aria-describedby"), ["said-resume-header"]);
        assert_eq!(page.texts(".said strong").len(), 1);
    }
    let chosen = browser.post("/guide/sessions/exercises/rename-method", &[("answer", "d")]).await;
    assert_eq!(chosen.attributes("#exercise-rename-method input[checked]", "value"), ["d"]);
    assert!(chosen.texts("#said-rename-method .grow")[0].contains("PATCH changes some fields"));
}

#[tokio::test]
async fn hostile_answers_are_only_text() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let path = "/guide/errors/exercises/which-field";
    let long = "很".repeat(100_000);
    for hostile in ["\"><script>alert(1)</script>", "code\0", "' OR 1=1 --", "%25", long.as_str()] {
        let page = browser.post(path, &[("answer", hostile)]).await;
        assert_eq!((page.status.as_u16(), page.texts("#said-which-field strong").len()), (200, 1));
        assert!(!page.text.contains("<script>alert"));
        assert!(page.attributes("#answer-which-field", "value")[0].chars().count() <= 200);
    }
    assert_eq!(browser.post(path, &[("other", "x")]).await.status, 200);
    let huge = "x".repeat(2 * 1024 * 1024);
    assert_eq!(browser.post(path, &[("answer", huge.as_str())]).await.status, 413);
    let json = browser.request(Method::POST, path).header("Content-Type", "application/json").body("{}");
    assert_eq!(browser.send(json).await.status, 415);
    let foreign = browser.request(Method::POST, path).header("Origin", "https://evil.example");
    assert_eq!(browser.send(foreign.body("answer=code")).await.status, 403);
}

#[tokio::test]
async fn what_is_not_in_the_guide_is_not_found() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    for path in ["/guide/no-such", "/guide/01-getting-started", "/guide/errors.md", "/guide/%00"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    for path in ["/guide/errors/exercises/no-such", "/guide/no-such/exercises/x"] {
        assert_eq!(browser.post(path, &[("answer", "x")]).await.status, 404, "{path}");
    }
    let back = browser.get("/guide/errors/exercises/which-field").await;
    assert_eq!(back.leads_to(), "/guide/errors#exercise-which-field");
}
