//! The model in memory: reads a conversation, writes an answer; knows nothing of threads and queues.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Result, Tensor};
use candle_transformers::models::quantized_llama::ModelWeights;

use super::detokeniser::Detokeniser;
use super::engine::{Answerer, Sink};
use super::prompt;
use super::sampler::{Sampler, row};
use super::settings::Settings;
use super::tokeniser::Tokeniser;
use crate::clients::models::{ChatRequest, FinishReason, ModelError, ModelEvent, TokenUsage};

/// Tokens of the prompt read in one go; in between one looks whether anybody still waits.
const STRIDE: usize = 128;

/// The weights, the vocabulary, and how to choose words.
pub(super) struct Model {
    weights: ModelWeights,
    tokeniser: Tokeniser,
    settings: Settings,
}

impl Model {
    /// Reads the converted weights, which takes some 150 MB of the disk and 300 MB of memory.
    pub(super) fn load(path: &Path, settings: Settings) -> Result<Self> {
        let mut reader = BufReader::new(File::open(path)?);
        let content = Content::read(&mut reader)?;
        let tokeniser = Tokeniser::from_gguf(&content)?;
        let weights = ModelWeights::from_gguf(content, &mut reader, &Device::Cpu)?;
        Ok(Self { weights, tokeniser, settings })
    }

    fn try_answer(&self, request: &ChatRequest, sink: &Sink) -> Result<()> {
        let limit = self.settings.prompt_limit();
        let prompt = prompt::build(&self.tokeniser, request.clone(), &self.settings)?;
        if prompt.len() > usize::try_from(limit)? {
            let detail = format!("the prompt has {} tokens, the model reads {limit}", prompt.len());
            sink.fail(ModelError::ContextTooLong(detail));
            return Ok(());
        }
        let mut reading = Reading { weights: self.weights.clone(), position: 0 };
        let Some(logits) = reading.read_all(&prompt, sink)? else { return Ok(()) };
        self.write(&mut reading, logits, request.max_tokens, i64::try_from(prompt.len())?, sink)
    }

    fn write(
        &self,
        reading: &mut Reading,
        mut logits: Tensor,
        max_tokens: Option<u32>,
        prompt_tokens: i64,
        sink: &Sink,
    ) -> Result<()> {
        let limit = max_tokens.unwrap_or(u32::MAX).min(self.settings.answer_limit());
        let mut sampler = Sampler::new(&self.settings);
        let mut text = Detokeniser::default();
        let mut usage = TokenUsage { prompt_tokens, completion_tokens: 0 };
        let mut finish = FinishReason::Length;
        for _ in 0..limit {
            let token = sampler.next(&logits)?;
            if self.tokeniser.is_special(token) {
                finish = FinishReason::Stop;
                break;
            }
            usage.completion_tokens += 1;
            sink.text(text.push(&self.tokeniser.bytes_of(token)));
            if sink.is_abandoned() {
                return Ok(());
            }
            logits = reading.read(&[token])?;
        }
        sink.event(ModelEvent::Usage(usage));
        sink.event(ModelEvent::Finish(finish));
        Ok(())
    }
}

impl Answerer for Model {
    fn answer(&mut self, request: &ChatRequest, sink: &Sink) {
        // Inside candle's own pool of threads its many short parallel sections start at once.
        if let Err(error) = Device::Cpu.with_context(|| self.try_answer(request, sink)) {
            sink.fail(ModelError::Unavailable(error.to_string()));
        }
    }
}

/// What the model has read of one conversation. The weights are shared with [`Model`]; what it remembers of the
/// conversation (its keys, values and masks) goes away with this.
struct Reading {
    weights: ModelWeights,
    position: usize,
}

impl Reading {
    /// Reads the prompt and gives the scores of the first token; none if nobody waits any more.
    fn read_all(&mut self, prompt: &[u32], sink: &Sink) -> Result<Option<Tensor>> {
        let mut logits = None;
        for stride in prompt.chunks(STRIDE) {
            if sink.is_abandoned() {
                return Ok(None);
            }
            logits = Some(self.read(stride)?);
        }
        Ok(logits)
    }

    /// Reads on, and gives the scores of the next token.
    fn read(&mut self, tokens: &[u32]) -> Result<Tensor> {
        let logits = self.weights.forward(&row(tokens)?, self.position)?.squeeze(0)?;
        self.position += tokens.len();
        Ok(logits)
    }
}
