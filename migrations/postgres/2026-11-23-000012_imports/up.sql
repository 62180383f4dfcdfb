-- Files that members bring in: how far each is, and what became of it.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    -- Messages in the file.
    total BIGINT NOT NULL,
    -- What was imported, as JSON; written in the transaction that holds the messages.
    result TEXT,
    error_code TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX imports_by_owner ON imports (user_id, created_at);

-- Messages whose words are indexed later. None here: others write beside an import.
CREATE TABLE search_backlog (
    message_id TEXT NOT NULL PRIMARY KEY
);
