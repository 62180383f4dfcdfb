CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What it was noted down from; it outlives that.
    session_id TEXT REFERENCES chat_sessions (id) ON DELETE SET NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX tasks_by_change ON tasks (user_id, updated_at, id);
CREATE INDEX tasks_by_status ON tasks (user_id, status, updated_at, id);
CREATE INDEX tasks_by_session ON tasks (session_id);
