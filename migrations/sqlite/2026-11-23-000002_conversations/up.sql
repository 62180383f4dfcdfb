CREATE TABLE chat_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- TRUE until somebody, or the model after the first exchange, has named it.
    unnamed BOOLEAN NOT NULL,
    kind TEXT NOT NULL,
    model TEXT,
    pinned BOOLEAN NOT NULL DEFAULT FALSE,
    archived BOOLEAN NOT NULL DEFAULT FALSE,
    tags TEXT NOT NULL DEFAULT '[]',
    -- The last message of the branch that is shown.
    head_id TEXT,
    message_count BIGINT NOT NULL DEFAULT 0,
    run_status TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- In the order of the list, whichever filter is set; the last column lets counts and filters do without the row.
CREATE INDEX chat_sessions_by_activity ON chat_sessions (user_id, pinned, updated_at, id, archived);

CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    content TEXT NOT NULL,
    reasoning TEXT NOT NULL DEFAULT '',
    model TEXT,
    status TEXT NOT NULL,
    -- Why the answer is not complete: a stable code, as in run errors.
    error_code TEXT,
    citations TEXT NOT NULL DEFAULT '[]',
    prompt_tokens BIGINT NOT NULL DEFAULT 0,
    completion_tokens BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_by_session ON messages (session_id, id);
CREATE INDEX messages_by_parent ON messages (parent_id);
