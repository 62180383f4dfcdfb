-- What a research is going to do: the member approves it, changes it or rejects it, however long that takes.
CREATE TABLE plans (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX plans_by_session ON plans (session_id);

-- What was read, as it was then: quotes are looked up in it.
CREATE TABLE sources (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    -- From 1 in each session: the only name a model ever has for it.
    number BIGINT NOT NULL,
    origin TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    -- Of the content, in hexadecimal.
    sha256 TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    UNIQUE (session_id, number),
    UNIQUE (session_id, url, sha256)
);

-- Passages that answer a question of the plan: bytes of their source's content.
CREATE TABLE notes (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- From 1 in the plan.
    question BIGINT NOT NULL,
    source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    start_byte BIGINT NOT NULL,
    end_byte BIGINT NOT NULL,
    claim TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notes_by_run ON notes (run_id, question);
CREATE INDEX notes_by_session ON notes (session_id);
CREATE INDEX notes_by_source ON notes (source_id);

-- What is known of a version of an artifact that a research has written. It outlives the session, as the artifact does.
CREATE TABLE reports (
    artifact_id TEXT NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    session_id TEXT REFERENCES chat_sessions (id) ON DELETE SET NULL,
    run_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (artifact_id, version)
);
CREATE INDEX reports_by_session ON reports (session_id, created_at);
CREATE INDEX reports_by_run ON reports (run_id);
