//! The client for OpenAI-compatible endpoints against every way such endpoints are known to behave.

mod asking;
mod ending;
mod failing;
mod listing;
mod reading;
mod silence;

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use stoa::clients::base_url::BaseUrl;
use stoa::clients::http::http_client;
use stoa::clients::models::openai::{DEFAULT_IDLE_TIMEOUT, EndpointSettings, ModelSettings, OpenAiProvider};
use stoa::clients::models::{
    ChatMessage, ChatRequest, ChatRole, FinishReason, ModelError, ModelEvent, ModelStream, Provider,
    TokenUsage,
};
use stoa::clients::secret::Secret;

use crate::support::upstream::{Script, Signal, Upstream, refusing};

const KEY: &str = "sk-very-secret";
/// The silence allowed where silence is what is tested.
const SHORT: Duration = Duration::from_millis(200);

/// All that came of one question: text, reasoning, usage, and how it ended.
#[derive(Debug)]
struct Outcome {
    text: String,
    reasoning: String,
    usage: Option<TokenUsage>,
    end: Result<FinishReason, ModelError>,
}

impl Outcome {
    #[track_caller]
    fn assert_says(&self, text: &str) {
        assert_eq!((self.text.as_str(), &self.end), (text, &Ok(FinishReason::Stop)));
    }

    fn error(&self) -> &ModelError {
        self.end.as_ref().unwrap_err()
    }
}

fn settings(base_url: &str) -> EndpointSettings {
    EndpointSettings {
        name: "test".into(),
        base_url: BaseUrl::parse(base_url).unwrap(),
        api_key: Secret::parse(KEY),
        models: vec![ModelSettings::named("m")],
        idle_timeout: DEFAULT_IDLE_TIMEOUT,
    }
}

fn impatient(base_url: &str, idle_timeout: Duration) -> EndpointSettings {
    EndpointSettings { idle_timeout, ..settings(base_url) }
}

fn question(text: &str) -> ChatRequest {
    let messages = vec![ChatMessage { role: ChatRole::User, content: text.into() }];
    ChatRequest { messages, begun: None, max_tokens: None }
}

async fn open(settings: EndpointSettings, request: ChatRequest) -> ModelStream {
    let provider = OpenAiProvider::new(http_client().unwrap(), settings);
    provider.list().await.unwrap()[0].stream(request)
}

async fn collect(mut stream: ModelStream) -> Outcome {
    let (mut text, mut reasoning, mut usage, mut end) = (String::new(), String::new(), None, None);
    while let Some(event) = stream.next().await {
        assert!(end.is_none(), "{event:?} after {end:?}");
        match event {
            Ok(ModelEvent::Text(piece)) => text += &piece,
            Ok(ModelEvent::Reasoning(piece)) => reasoning += &piece,
            Ok(ModelEvent::Usage(tokens)) => usage = Some(tokens),
            Ok(ModelEvent::Finish(reason)) => end = Some(Ok(reason)),
            Ok(ModelEvent::Preparing { .. }) => panic!("nothing is prepared here"),
            Err(error) => end = Some(Err(error)),
        }
    }
    Outcome { text, reasoning, usage, end: end.expect("a stream ends with a reason or an error") }
}

async fn ask(upstream: &Upstream) -> Outcome {
    collect(open(settings(&upstream.base_url), question("hi")).await).await
}

async fn ask_script(script: Script) -> Outcome {
    ask(&Upstream::chat(script).await).await
}

async fn names(upstream: &Upstream) -> Result<Vec<(String, u32)>, ModelError> {
    let settings = EndpointSettings { models: Vec::new(), ..settings(&upstream.base_url) };
    let models = OpenAiProvider::new(http_client().unwrap(), settings).list().await?;
    Ok(models.iter().map(|model| (model.info().name, model.info().context_length)).collect())
}

fn finished(script: Script) -> Script {
    script.data(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]})).data("[DONE]").end()
}
