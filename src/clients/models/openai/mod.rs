//! Any endpoint that speaks OpenAI's chat completions; knows nothing of who asks.
//!
//! `settings` is what the configuration says; `provider` lists the models, `model` asks one. An answer runs
//! through `wire` (bytes, sizes, silence), `sse` (lines to frames), `chunk` (what a frame holds), `answer`
//! (frames to events) and `think` (thoughts inside the text). `endpoint` sends, `failure` names what went wrong.

mod answer;
mod chunk;
mod endpoint;
mod failure;
mod model;
mod provider;
mod settings;
mod sse;
mod think;
mod wire;

pub use provider::OpenAiProvider;
pub use settings::{DEFAULT_CONTEXT_LENGTH, DEFAULT_IDLE_TIMEOUT, EndpointSettings, ModelSettings};
