//! Chooses the next token; knows nothing of text.

use std::collections::VecDeque;

use candle_core::{Device, Result, Tensor};
use candle_transformers::generation::{LogitsProcessor, Sampling};
use candle_transformers::utils::apply_repeat_penalty;

use super::settings::Settings;

/// Sorting 49,152 candidates for each token would cost more than it changes.
const CANDIDATES: usize = 64;

/// Below this temperature the likeliest token is taken without a draw.
const COLD: f64 = 1e-3;

/// One answer's choices.
pub(super) struct Sampler {
    processor: LogitsProcessor,
    penalty: f32,
    window: usize,
    recent: VecDeque<u32>,
}

impl Sampler {
    pub(super) fn new(settings: &Settings) -> Self {
        let sampling = match settings.temperature {
            temperature if temperature > COLD => {
                Sampling::TopKThenTopP { k: CANDIDATES, p: settings.top_p, temperature }
            }
            _ => Sampling::ArgMax,
        };
        let seed = settings.seed.unwrap_or_else(rand::random);
        Self {
            processor: LogitsProcessor::from_sampling(seed, sampling),
            penalty: settings.repeat_penalty,
            window: settings.repeat_window,
            recent: VecDeque::new(),
        }
    }

    /// The next token of the answer. Only the answer's own words count as repeated: the prompt's marks must
    /// stay likely, or the model would not find an end.
    pub(super) fn next(&mut self, logits: &Tensor) -> Result<u32> {
        let penalised = apply_repeat_penalty(logits, self.penalty, self.recent.make_contiguous())?;
        let token = self.processor.sample(&penalised)?;
        self.recent.push_back(token);
        if self.recent.len() > self.window {
            self.recent.pop_front();
        }
        Ok(token)
    }
}

/// A row of token ids for the model.
pub(super) fn row(tokens: &[u32]) -> Result<Tensor> {
    Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(settings: &Settings) -> Vec<u32> {
        let logits = Tensor::new(&[1.0_f32, 3.0, 2.9, -1.0], &Device::Cpu).unwrap();
        let mut sampler = Sampler::new(settings);
        (0..4).map(|_| sampler.next(&logits).unwrap()).collect()
    }

    #[test]
    fn without_temperature_the_likeliest_is_taken_and_repetition_wears_it_out() {
        let settings = Settings { temperature: 0.0, repeat_penalty: 1.0, ..Settings::default() };
        assert_eq!(choices(&settings), [1, 1, 1, 1]);
        let settings = Settings { repeat_penalty: 1.1, repeat_window: 1, ..settings };
        assert_eq!(choices(&settings), [1, 2, 1, 2]);
    }

    #[test]
    fn a_seed_repeats_the_draw() {
        let settings = Settings { temperature: 5.0, seed: Some(7), ..Settings::default() };
        assert_eq!(choices(&settings), choices(&settings));
    }
}
