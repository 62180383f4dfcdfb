//! Every example of the guide that says `run`, run against the server: one test a chapter.
//!
//! The Chinese chapters are run; that the English ones hold the same code is a test of its own.

use reqwest::Method;

use super::blocks::{Example, examples, names};
use super::expectation::difference;
use super::shell::Shell;
use crate::support::app::spawn_app;
use crate::support::upstream::Script;

/// The model's answer in every example.
const ANSWER: [&str; 3] = ["天空", "散射蓝光，", "所以是蓝的。"];

async fn run(slug: &str) {
    let name = names("zh").into_iter().find(|name| name.ends_with(&format!("-{slug}"))).expect("the chapter");
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&ANSWER)]);
    let (member, admin) = (app.member().await, app.admin().await);
    let token = |request: reqwest::RequestBuilder| {
        let request = request.build().unwrap();
        request.headers()["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
    };
    let shell = Shell::new(&[
        ("STOA", &format!("http://{}", app.address)),
        ("TOKEN", &token(member.request(Method::GET, "/"))),
        ("ADMIN_TOKEN", &token(admin.request(Method::GET, "/"))),
    ]);
    for Example { block, expected } in examples("zh", &name) {
        let output = shell.run(&block).await;
        let [printed, said] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        let wrong = match &expected {
            _ if !output.status.success() => Some(output.status.to_string()),
            Some(expected) => difference(expected, &printed),
            None => None,
        };
        if let Some(wrong) = wrong {
            let expected = expected.map(|block| format!("\n--- it should print\n{}", block.code));
            panic!(
                "templates/guide/zh/{name}.md, the {} block at line {}: {wrong}\n--- the block\n{}{}\n\
                 --- it printed\n{printed}\n--- and said\n{said}",
                block.language,
                block.line,
                block.code,
                expected.unwrap_or_default(),
            );
        }
    }
}

/// One test for each chapter, and a test that none is forgotten.
macro_rules! chapters {
    ($($test:ident: $slug:literal),* $(,)?) => {
        $(#[tokio::test]
        async fn $test() {
            run($slug).await;
        })*

        #[test]
        fn the_examples_of_every_chapter_are_run() {
            let slugs: Vec<String> =
                names("zh").iter().map(|name| name.split_once('-').unwrap().1.to_owned()).collect();
            assert_eq!(slugs, [$($slug),*]);
        }
    };
}

chapters! {
    getting_started: "getting-started",
    pages: "pages",
    signing_in: "signing-in",
    sessions: "sessions",
    research: "research",
    artifacts: "artifacts",
    tasks: "tasks",
    posts_and_products: "posts-and-products",
    organising: "organising",
    errors: "errors",
    tokens: "tokens",
    examples_in_three_languages: "examples",
    production: "production",
}
