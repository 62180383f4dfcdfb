//! Claims on runs: renewed while they are worked on, and taken over when their process has died.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Runs;
use super::recovery::{Watch, recover};
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::run::Run;
use crate::repositories::runs::{self, Held};

/// How often a claim is renewed, and looked at by others, while it holds.
const RENEWALS: u32 = 6;

impl Runs {
    /// When a claim that is made or renewed now ends.
    pub(super) fn lease_end(&self) -> Time {
        Time::now().plus_seconds(i64::from(self.0.config.lease_seconds))
    }

    /// Renews the claims of this process and takes over those of dead ones, for ever.
    pub(super) async fn keep_leases(self) {
        let renewal = self.0.config.lease() / RENEWALS;
        // The owner died up to one renewal before its claim was first seen, and the last look is up to one late.
        let silence = self.0.config.lease() - 2 * renewal;
        let mut ticks = interval_at(Instant::now() + renewal, renewal);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut watch = Watch::default();
        loop {
            ticks.tick().await;
            if let Err(error) = self.renew().await {
                tracing::warn!(%error, "leases could not be renewed");
            }
            if let Err(error) = self.recover_abandoned(&mut watch, silence).await {
                tracing::warn!(%error, "abandoned runs could not be taken over");
            }
            self.0.readers.tidy();
            self.0.sidebars.tidy();
        }
    }

    async fn renew(&self) -> AppResult<()> {
        let (owner, live) = (self.0.owner.clone(), self.live_ids());
        if live.is_empty() {
            return Ok(());
        }
        let end = self.lease_end();
        let renew = move |conn: &mut DbConn| runs::renew(conn, &owner, &live, end);
        for held in self.0.db.write(renew).await? {
            match held {
                Held::Unwanted(id) => self.live(&id).inspect(|live| live.cancel.cancel()),
                Held::Lost(id) => self.live(&id).inspect(|live| live.lost.cancel()),
            };
        }
        Ok(())
    }

    async fn recover_abandoned(&self, watch: &mut Watch, silence: Duration) -> AppResult<()> {
        let running = self.running_elsewhere().await?;
        self.recover(watch.abandoned(running, &self.0.owner, silence)).await
    }

    /// Takes over all runs that are not at work here: no other process can be alive.
    pub(super) async fn recover_all(&self) -> AppResult<()> {
        let running = self.running_elsewhere().await?;
        self.recover(running).await
    }

    async fn running_elsewhere(&self) -> AppResult<Vec<Run>> {
        let _claiming = self.0.claiming.lock().await;
        let live = self.live_ids();
        self.0.db.read(move |conn| runs::list_running_elsewhere(conn, &live)).await
    }

    async fn recover(&self, abandoned: Vec<Run>) -> AppResult<()> {
        for run in abandoned {
            let (id, owner, end) = (run.id.clone(), self.0.owner.clone(), self.lease_end());
            let work = move |conn: &mut DbConn| recover(conn, &run, &owner, end);
            if self.0.db.write(work).await? {
                tracing::info!(run = id, "a run whose process had died was taken over");
                self.written(&id);
                self.wake();
            }
        }
        Ok(())
    }
}
