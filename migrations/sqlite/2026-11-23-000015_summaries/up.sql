-- What was said up to a message, in few words: what a model is given in place of messages for which it has no room. It holds
-- for every branch through that message, and goes with it.
CREATE TABLE summaries (
    message_id TEXT NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
