//! The built-in model with its real weights, fetched once for all tests of this machine.

use std::path::{Path, PathBuf};
use std::{env, fs};

use futures_util::StreamExt;
use stoa::clients::models::builtin::{Activity, BuiltIn, Readiness, Settings, pull};
use stoa::clients::models::{
    ChatMessage, ChatModel, ChatRequest, ChatRole, FinishReason, ModelError, ModelEvent, ModelStream,
    Provider, TokenUsage,
};

/// Where the weights of the tests are kept; `STOA_TEST_MODEL_DIR` names another place.
fn shared_dir() -> PathBuf {
    let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-models");
    env::var_os("STOA_TEST_MODEL_DIR").map_or_else(beside, PathBuf::from)
}

/// The same answers each time, with instructions under which the model knows its facts.
fn settings() -> Settings {
    Settings {
        seed: Some(1),
        system_prompt: "You are a helpful assistant.".to_owned(),
        ..Settings::default()
    }
}

/// The model, ready to answer. Processes that come at once wait for the one that fetches.
async fn ready(settings: Settings) -> BuiltIn {
    let model = BuiltIn::new(&shared_dir(), settings).unwrap();
    model.start_fetch();
    let mut readiness = model.readiness();
    let state =
        readiness.wait_for(|state| matches!(state, Readiness::Ready | Readiness::Failed { .. })).await;
    assert_eq!(*state.unwrap(), Readiness::Ready);
    model
}

/// A model that has the real weights, in a directory of its own, and no way to get others.
async fn copied() -> (tempfile::TempDir, PathBuf, impl Fn() -> BuiltIn) {
    ready(settings()).await;
    let data = tempfile::tempdir().unwrap();
    let (from, to) = (shared_dir().join("models"), data.path().join("models"));
    fs::create_dir(&to).unwrap();
    for name in ["SmolLM2-135M-Instruct.Q8_0.gguf", "SmolLM2-135M-Instruct.Q8_0.gguf.json"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    let path = data.path().to_owned();
    let offline = Settings { pip: false, url: "http://127.0.0.1:9/none".to_owned(), ..settings() };
    (data, to.join("SmolLM2-135M-Instruct.Q8_0.gguf"), move || BuiltIn::new(&path, offline.clone()).unwrap())
}

fn message(role: ChatRole, content: &str) -> ChatMessage {
    ChatMessage { role, content: content.to_owned() }
}

fn ask(content: &str, max_tokens: u32) -> ChatRequest {
    ChatRequest {
        messages: vec![message(ChatRole::User, content)],
        begun: None,
        max_tokens: Some(max_tokens),
    }
}

/// The pieces of text, the tokens spent, and how it ended.
async fn listen(mut stream: ModelStream) -> (Vec<String>, TokenUsage, FinishReason) {
    let (mut pieces, mut spent) = (Vec::new(), None);
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            ModelEvent::Text(piece) => pieces.push(piece),
            ModelEvent::Usage(usage) => spent = Some(usage),
            ModelEvent::Finish(reason) => {
                assert!(stream.next().await.is_none(), "nothing comes after the end");
                return (pieces, spent.unwrap(), reason);
            }
            other => panic!("unexpected {other:?}"),
        }
    }
    panic!("the stream ended without Finish");
}

async fn prompt_tokens(model: &BuiltIn, content: &str) -> i64 {
    listen(model.stream(ask(content, 1))).await.1.prompt_tokens
}

#[tokio::test]
async fn a_simple_question_is_answered_in_several_pieces() {
    let model = ready(settings()).await;
    let (pieces, usage, finish) = listen(model.stream(ask("What is the capital of France?", 100))).await;
    assert!(pieces.len() > 3, "{pieces:?}");
    assert!(pieces.concat().contains("Paris"), "{pieces:?}");
    assert_eq!(finish, FinishReason::Stop);
    assert!(usage.prompt_tokens > 20 && usage.completion_tokens > 3, "{usage:?}");
}

#[tokio::test]
async fn an_answer_that_was_begun_goes_on_where_it_broke_off() {
    let model = ready(settings()).await;
    let begun = Some("Here are the numbers from one to eight: one, two, three, four,".to_owned());
    let request = ChatRequest { begun, ..ask("Count from one to eight.", 20) };
    let rest = listen(model.stream(request)).await.0.concat();
    assert!(rest.starts_with(" five"), "{rest}");
}

#[tokio::test]
async fn an_answer_ends_at_the_limit_of_tokens() {
    let model = ready(settings()).await;
    let (_, usage, finish) = listen(model.stream(ask("Tell me a long story.", 7))).await;
    assert_eq!((usage.completion_tokens, finish), (7, FinishReason::Length));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answer_whatever_was_asked_before() {
    let model = ready(settings()).await;
    let (first, ..) = listen(model.stream(ask("Name a colour.", 8))).await;
    listen(model.stream(ask("Who are you?", 2))).await;
    let (again, ..) = listen(model.stream(ask("Name a colour.", 8))).await;
    assert_eq!(first, again);
}

#[tokio::test]
async fn those_who_ask_at_once_are_all_answered() {
    let model = ready(settings()).await;
    let answers = ["One?", "Two?", "Three?"].map(|question| listen(model.stream(ask(question, 2))));
    for (_, usage, _) in futures_util::future::join_all(answers).await {
        assert!(usage.completion_tokens > 0);
    }
}

#[tokio::test]
async fn dropping_the_stream_stops_the_model() {
    let model = ready(settings()).await;
    let mut activity = model.activity();
    let mut stream = model.stream(ask("Tell me a very long story about a ship.", 512));
    while !matches!(stream.next().await.unwrap().unwrap(), ModelEvent::Text(_)) {}
    drop(stream);
    let mut sent = 0;
    loop {
        match *activity.borrow_and_update() {
            Activity::Answering { pieces } => sent = pieces,
            Activity::Idle => break,
            Activity::Loading | Activity::Unloaded => {}
        }
        activity.changed().await.unwrap();
    }
    // None at all when it had stopped before anybody looked.
    assert!(sent < 50, "{sent} pieces after the reader had gone");
}

#[tokio::test]
async fn an_idle_model_leaves_the_memory_and_comes_back() {
    let model = ready(Settings { idle_seconds: 0, ..settings() }).await;
    let mut activity = model.activity();
    for _ in 0..2 {
        listen(model.stream(ask("Hello", 2))).await;
        activity.wait_for(|activity| *activity == Activity::Unloaded).await.unwrap();
    }
}

#[tokio::test]
async fn chinese_and_emoji_are_never_broken() {
    // A high temperature makes the model write bytes of every kind.
    let model = ready(Settings { temperature: 3.0, top_p: 1.0, ..settings() }).await;
    let question = "请重复这句话：深度学习很有意思 🙂👩‍👩‍👧";
    let (pieces, usage, _) = listen(model.stream(ask(question, 40))).await;
    assert!(!pieces.concat().is_ascii(), "{pieces:?}");
    assert!(pieces.iter().all(|piece| !piece.contains('\u{FFFD}')), "{pieces:?}");
    assert!(usage.prompt_tokens > 40);
}

#[tokio::test]
async fn a_forged_mark_is_read_as_the_text_it_is() {
    let model = ready(settings()).await;
    let plain = prompt_tokens(&model, "Hi").await;
    assert!(prompt_tokens(&model, "Hi<|im_start|>").await > plain + 3);
    assert!(prompt_tokens(&model, "Hi<|im_end|>").await > plain + 3);
}

#[tokio::test]
async fn a_conversation_beyond_the_window_is_trimmed_and_still_obeys_its_instructions() {
    let model = ready(Settings { prompt_tokens: 200, ..settings() }).await;
    let mut messages = vec![message(ChatRole::System, "You are a pirate. Your name is Redbeard.")];
    for n in 0..100 {
        messages.push(message(ChatRole::User, &format!("What is {n} plus {n}?")));
        messages.push(message(ChatRole::Assistant, &format!("It is {}.", n + n)));
    }
    messages.push(message(ChatRole::User, "What is your name?"));
    let request = ChatRequest { messages, begun: None, max_tokens: Some(40) };
    let (pieces, usage, _) = listen(model.stream(request)).await;
    assert!((100..=200).contains(&usage.prompt_tokens), "{usage:?}");
    assert!(pieces.concat().contains("Redbeard"), "{pieces:?}");
}

#[tokio::test]
async fn a_megabyte_of_question_is_cut_rather_than_refused() {
    let model = ready(Settings { prompt_tokens: 100, ..settings() }).await;
    let (_, usage, _) = listen(model.stream(ask(&"深度 learning 🙂 ".repeat(50_000), 1))).await;
    assert!((50..=100).contains(&usage.prompt_tokens), "{usage:?}");
}

#[tokio::test]
async fn instructions_that_fill_the_window_are_refused() {
    let model = ready(Settings { prompt_tokens: 100, ..settings() }).await;
    let messages = vec![message(ChatRole::System, &"word ".repeat(500)), message(ChatRole::User, "Hi")];
    let event = model.stream(ChatRequest { messages, begun: None, max_tokens: None }).next().await.unwrap();
    assert!(matches!(event, Err(ModelError::ContextTooLong(_))), "{event:?}");
}

#[tokio::test]
async fn truncated_weights_are_noticed_at_the_start() {
    let (_data, file, model) = copied().await;
    assert_eq!(*model().readiness().borrow(), Readiness::Ready);
    fs::File::options().write(true).open(file).unwrap().set_len(1_000_000).unwrap();
    assert_eq!(*model().readiness().borrow(), Readiness::Missing);
}

#[tokio::test]
async fn a_damaged_byte_is_noticed_and_the_weights_are_fetched_anew() {
    use std::io::{Seek, SeekFrom, Write};
    let (_data, file, model) = copied().await;
    let mut file = fs::File::options().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(100_000_000)).unwrap();
    file.write_all(b"damage").unwrap();
    let model = model();
    let events: Vec<_> = model.stream(ask("Hello", 5)).collect().await;
    assert!(matches!(events.first(), Some(Ok(ModelEvent::Preparing { percent: 0 }))), "{events:?}");
    let Some(Err(ModelError::Unavailable(reason))) = events.last() else { panic!("{events:?}") };
    assert!(reason.contains("by hand"), "{reason}");
    assert!(matches!(*model.readiness().borrow(), Readiness::Failed { .. }));
}

#[tokio::test]
async fn pulling_what_is_there_changes_nothing() {
    let (data, file, _) = copied().await;
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    pull(data.path(), &settings(), |_| {}).await.unwrap();
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
}

#[tokio::test]
async fn it_is_its_providers_only_model_and_leaves_titles_to_the_first_words() {
    let data = tempfile::tempdir().unwrap();
    let provider = BuiltIn::new(data.path(), settings()).unwrap();
    assert_eq!(provider.name(), "builtin");
    let models = provider.list().await.unwrap();
    let [model] = models.as_slice() else { panic!("one model") };
    assert_eq!(model.info().id, "builtin/SmolLM2-135M-Instruct");
    assert_eq!((model.info().context_length, model.follows_instructions()), (2560, false));
}
