//! What processes on one database tell each other about runs, in a word.

use std::sync::Arc;

use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::Runs;

/// Something that others may wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// The queue has grown.
    Queued,
    /// A run has new events in its log.
    Written(String),
    /// A run is to stop.
    Unwanted(String),
    /// A session of that member has changed; triggers of the database say so, in every process.
    Sessions(String),
}

impl Notice {
    /// As it is sent.
    pub(super) fn to_word(&self) -> String {
        match self {
            Self::Queued => "queued".to_owned(),
            Self::Written(run) => format!("written:{run}"),
            Self::Unwanted(run) => format!("unwanted:{run}"),
            Self::Sessions(user) => format!("sessions:{user}"),
        }
    }

    /// As it was sent; `None` when another version of this program says more than we know.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word.split_once(':') {
            None if word == "queued" => Some(Self::Queued),
            Some(("written", run)) => Some(Self::Written(run.to_owned())),
            Some(("unwanted", run)) => Some(Self::Unwanted(run.to_owned())),
            Some(("sessions", user)) => Some(Self::Sessions(user.to_owned())),
            _ => None,
        }
    }
}

impl Runs {
    /// Tells the other processes.
    pub(super) fn say(&self, notice: &Notice) {
        self.0.db.say(|| notice.to_word());
    }

    /// Tells readers in other processes that the log of a run has grown.
    pub(super) fn written(&self, run: &str) {
        self.0.readers.wake(run);
        self.0.db.say(|| Notice::Written(run.to_owned()).to_word());
    }

    /// Heeds what other processes say, for ever.
    pub(super) async fn hear(self, mut words: Receiver<Arc<str>>) {
        loop {
            match words.recv().await {
                Ok(word) => self.heed(Notice::parse(&word)),
                // What was missed is found by looking.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn heed(&self, notice: Option<Notice>) {
        match notice {
            Some(Notice::Queued) => self.0.queued.notify_one(),
            Some(Notice::Written(run)) => self.0.readers.wake(&run),
            Some(Notice::Sessions(user)) => self.0.sidebars.wake(&user),
            Some(Notice::Unwanted(run)) => {
                if let Some(live) = self.live(&run) {
                    live.cancel.cancel();
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Notice;

    #[test]
    fn a_notice_is_read_as_it_was_said() {
        for notice in [
            Notice::Queued,
            Notice::Written("a".into()),
            Notice::Unwanted("b".into()),
            Notice::Sessions("c".into()),
        ] {
            assert_eq!(Notice::parse(&notice.to_word()), Some(notice));
        }
        assert_eq!(Notice::parse("of the future:x"), None);
    }
}
