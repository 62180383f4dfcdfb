-- What a member may spend a day, where that is not as for everybody: tokens, or -1 for no limit.
ALTER TABLE users ADD COLUMN daily_tokens BIGINT;

-- What members have spent, by the day in UTC (2026-11-23). Nothing is ever taken back, whatever becomes of the answers.
CREATE TABLE token_usage (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (user_id, day)
);
