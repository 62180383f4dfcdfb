//! Markdown: what it looks like, that streaming makes no difference, and that nothing hostile gets through.

mod appearance;
mod hostile;
mod streaming;
