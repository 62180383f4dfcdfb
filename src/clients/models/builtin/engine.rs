//! One thread that answers questions in turn; knows nothing of what answers them.
//!
//! The answerer is made for the first question and dropped after a time without one. A panic in it is an error
//! of that question alone.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::clients::models::{ChatRequest, ModelError, ModelEvent};

/// Seconds after which somebody who was turned away may try again.
const RETRY_AFTER: u64 = 10;

/// What the thread does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Nothing is in memory.
    Unloaded,
    /// The weights are being read.
    Loading,
    /// A question is being answered.
    Answering {
        /// Pieces of text sent so far.
        pieces: u32,
    },
    /// The model is in memory and waits for a question.
    Idle,
}

/// Something that answers; lives on the engine's thread only.
pub(super) trait Answerer {
    /// Sends the answer to `sink`, and gives up soon once nobody listens any more.
    fn answer(&mut self, request: &ChatRequest, sink: &Sink);
}

/// Makes an answerer, when there is none.
pub(super) type Load = Box<dyn Fn() -> Result<Box<dyn Answerer>, ModelError> + Send>;

/// The pieces of one answer, as the asker receives them.
pub(super) type Pieces = mpsc::UnboundedReceiver<Result<ModelEvent, ModelError>>;

/// Where an answer goes. It never waits for the reader: an answer is bounded, and others wait for their turn.
pub(super) struct Sink {
    pieces: mpsc::UnboundedSender<Result<ModelEvent, ModelError>>,
    activity: watch::Sender<Activity>,
}

impl Sink {
    /// Sends an event. That nobody listens is seen by [`Sink::is_abandoned`].
    pub(super) fn event(&self, event: ModelEvent) {
        let _ = self.pieces.send(Ok(event));
    }

    /// Sends a piece of text, if there is any.
    pub(super) fn text(&self, text: String) {
        if text.is_empty() {
            return;
        }
        self.event(ModelEvent::Text(text));
        self.activity.send_modify(|activity| {
            if let Activity::Answering { pieces } = activity {
                *pieces += 1;
            }
        });
    }

    /// Ends the answer with an error.
    pub(super) fn fail(&self, error: ModelError) {
        let _ = self.pieces.send(Err(error));
    }

    /// Whether the asker has gone away.
    pub(super) fn is_abandoned(&self) -> bool {
        self.pieces.is_closed()
    }
}

struct Question {
    request: ChatRequest,
    sink: Sink,
}

/// The asker's side. The thread ends when it is dropped.
pub(super) struct Engine {
    questions: SyncSender<Question>,
    activity: watch::Sender<Activity>,
}

impl Engine {
    /// Starts the thread; up to `queue` questions may wait in it.
    pub(super) fn start(load: Load, idle: Duration, queue: usize) -> io::Result<Self> {
        let (questions, waiting) = sync_channel(queue);
        let activity = watch::Sender::new(Activity::Unloaded);
        let worker = Worker { load, idle, activity: activity.clone() };
        thread::Builder::new().name("builtin-model".to_owned()).spawn(move || worker.run(&waiting))?;
        Ok(Self { questions, activity })
    }

    /// Queues a question; its answer ends when the pieces are dropped.
    pub(super) fn ask(&self, request: ChatRequest) -> Result<Pieces, ModelError> {
        let (sender, pieces) = mpsc::unbounded_channel();
        let sink = Sink { pieces: sender, activity: self.activity.clone() };
        match self.questions.try_send(Question { request, sink }) {
            Ok(()) => Ok(pieces),
            Err(TrySendError::Full(_)) => Err(ModelError::RateLimited {
                retry_after: Some(RETRY_AFTER),
                message: "too many questions wait for the built-in model".to_owned(),
            }),
            Err(TrySendError::Disconnected(_)) => {
                Err(ModelError::Unavailable("its thread has ended".to_owned()))
            }
        }
    }

    /// What the thread does.
    pub(super) fn activity(&self) -> watch::Receiver<Activity> {
        self.activity.subscribe()
    }
}

/// The thread's side.
struct Worker {
    load: Load,
    idle: Duration,
    activity: watch::Sender<Activity>,
}

impl Worker {
    fn run(&self, waiting: &Receiver<Question>) {
        let mut loaded = None;
        loop {
            let next = match loaded {
                None => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => waiting.recv_timeout(self.idle),
            };
            match next {
                Ok(question) => loaded = self.serve(loaded, &question),
                Err(RecvTimeoutError::Timeout) => loaded = None,
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.activity.send_replace(if loaded.is_some() { Activity::Idle } else { Activity::Unloaded });
        }
    }

    /// Answers one question and gives the answerer back, unless it broke.
    fn serve(&self, loaded: Option<Box<dyn Answerer>>, question: &Question) -> Option<Box<dyn Answerer>> {
        if question.sink.is_abandoned() {
            return loaded;
        }
        let work = AssertUnwindSafe(|| self.answer(loaded, question));
        match catch_unwind(work) {
            Ok(answered) => answered.inspect_err(|error| question.sink.fail(error.clone())).ok(),
            Err(_) => {
                question
                    .sink
                    .fail(ModelError::Unavailable("it broke down over this conversation".to_owned()));
                None
            }
        }
    }

    fn answer(
        &self,
        loaded: Option<Box<dyn Answerer>>,
        question: &Question,
    ) -> Result<Box<dyn Answerer>, ModelError> {
        let mut answerer = match loaded {
            Some(answerer) => answerer,
            None => {
                self.activity.send_replace(Activity::Loading);
                (self.load)()?
            }
        };
        self.activity.send_replace(Activity::Answering { pieces: 0 });
        answerer.answer(&question.request, &question.sink);
        Ok(answerer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::models::{ChatMessage, ChatRole};

    /// Says what it is told; `panic` and `forever` are orders.
    struct Parrot;

    impl Answerer for Parrot {
        fn answer(&mut self, request: &ChatRequest, sink: &Sink) {
            let said = request.messages[0].content.as_str();
            assert_ne!(said, "panic");
            sink.text(said.to_owned());
            while said == "forever" && !sink.is_abandoned() {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }

    fn engine(idle: Duration, queue: usize) -> Engine {
        Engine::start(Box::new(|| Ok(Box::new(Parrot))), idle, queue).unwrap()
    }

    fn say(text: &str) -> ChatRequest {
        let message = ChatMessage { role: ChatRole::User, content: text.to_owned() };
        ChatRequest { messages: vec![message], begun: None, max_tokens: None }
    }

    async fn all(mut pieces: Pieces) -> Vec<Result<ModelEvent, ModelError>> {
        let mut all = Vec::new();
        while let Some(piece) = pieces.recv().await {
            all.push(piece);
        }
        all
    }

    fn text(text: &str) -> Vec<Result<ModelEvent, ModelError>> {
        vec![Ok(ModelEvent::Text(text.to_owned()))]
    }

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn questions_are_answered_in_turn() {
        let engine = engine(LONG, 8);
        let answers: Vec<_> =
            ["one", "two", "three"].map(|word| (word, engine.ask(say(word)).unwrap())).into();
        for (word, pieces) in answers {
            assert_eq!(all(pieces).await, text(word));
        }
    }

    #[tokio::test]
    async fn the_answerer_is_made_for_the_first_question_and_dropped_when_idle() {
        let engine = engine(Duration::ZERO, 8);
        let mut activity = engine.activity();
        assert_eq!(*activity.borrow_and_update(), Activity::Unloaded);
        let mut pieces = engine.ask(say("forever")).unwrap();
        pieces.recv().await.unwrap().unwrap();
        activity.wait_for(|activity| *activity == Activity::Answering { pieces: 1 }).await.unwrap();
        drop(pieces);
        activity.wait_for(|activity| *activity == Activity::Unloaded).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_that_question_alone() {
        let engine = engine(LONG, 8);
        let answers = all(engine.ask(say("panic")).unwrap()).await;
        assert!(matches!(answers.as_slice(), [Err(ModelError::Unavailable(_))]), "{answers:?}");
        assert_eq!(all(engine.ask(say("again")).unwrap()).await, text("again"));
    }

    #[tokio::test]
    async fn what_cannot_be_loaded_is_an_error_and_tried_again() {
        let load: Load = Box::new(|| Err(ModelError::Unavailable("no".to_owned())));
        let engine = Engine::start(load, LONG, 8).unwrap();
        for _ in 0..2 {
            let answers = all(engine.ask(say("hello")).unwrap()).await;
            assert_eq!(answers, [Err(ModelError::Unavailable("no".to_owned()))]);
        }
    }

    #[tokio::test]
    async fn a_full_queue_turns_away_and_abandoned_questions_are_passed_over() {
        let engine = engine(LONG, 1);
        let mut first = engine.ask(say("forever")).unwrap();
        first.recv().await.unwrap().unwrap();
        let second = engine.ask(say("second")).unwrap();
        assert!(matches!(engine.ask(say("third")), Err(ModelError::RateLimited { .. })));
        drop((first, second));
        engine.activity().wait_for(|activity| *activity == Activity::Idle).await.unwrap();
    }
}
