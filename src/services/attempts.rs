//! How often somebody may try to sign in: per account and per address.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::secrets;
use crate::error::{AppError, AppResult};

/// Attempts an account sees before one must wait, and how soon one more is allowed.
const PER_ACCOUNT: (NonZeroU32, Duration) = (NonZeroU32::new(10).unwrap(), Duration::from_secs(6));
/// The same for an address, behind which many people may sit.
const PER_ADDRESS: (NonZeroU32, Duration) = (NonZeroU32::new(60).unwrap(), Duration::from_secs(1));

/// Counts attempts to sign in, in this process.
pub struct SignInAttempts {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<String>,
}

impl Default for SignInAttempts {
    fn default() -> Self {
        Self { accounts: limiter(PER_ACCOUNT), addresses: limiter(PER_ADDRESS) }
    }
}

impl SignInAttempts {
    /// Counts an attempt for `email` from `address`.
    ///
    /// # Errors
    /// `TooManyRequests`, with the time to wait.
    pub fn count(&self, email: &str, address: &str) -> AppResult<()> {
        self.count_address(address)?;
        check(&self.accounts, account_key(email))
    }

    /// Counts an attempt from `address` for no account that is known yet: at a provider.
    ///
    /// # Errors
    /// `TooManyRequests`, with the time to wait.
    pub fn count_address(&self, address: &str) -> AppResult<()> {
        check(&self.addresses, address.to_owned())
    }

    /// Forgets accounts and addresses whose allowance is full again.
    pub fn forget_idle(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

/// The same few bytes for an address of any length, so that attempts cannot fill the memory.
fn account_key(email: &str) -> String {
    secrets::hash(&email.trim().to_lowercase())
}

fn limiter((burst, refill): (NonZeroU32, Duration)) -> DefaultKeyedRateLimiter<String> {
    let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
    RateLimiter::keyed(quota)
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, key: String) -> AppResult<()> {
    limiter.check_key(&key).map_err(|refusal| {
        let wait = refusal.wait_time_from(DefaultClock::default().now());
        AppError::TooManyRequests { retry_after: wait.as_secs() + 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::account_key;

    #[test]
    fn an_account_is_one_however_it_is_written_and_takes_little_memory() {
        assert_eq!(account_key(" Ada@Example.com"), account_key("ada@example.com"));
        assert_ne!(account_key("eve@example.com"), account_key("ada@example.com"));
        assert_eq!(account_key(&"x".repeat(1 << 20)).len(), 64);
    }
}
