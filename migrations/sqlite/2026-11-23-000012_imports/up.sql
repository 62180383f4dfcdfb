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

-- Messages of large imports whose words are indexed later, a few at a time: most of an import's cost is its words, and
-- storing it must hold the one writer but shortly. Who takes a row out has its message indexed.
CREATE TABLE search_backlog (
    message_id TEXT NOT NULL PRIMARY KEY
);
DROP TRIGGER messages_searched_in;
CREATE TRIGGER messages_searched_in AFTER INSERT ON messages WHEN NEW.status <> 'streaming' AND NEW.content <> ''
    AND NOT EXISTS (SELECT 1 FROM search_backlog WHERE message_id = NEW.id) BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES ((SELECT user_id FROM chat_sessions WHERE id = NEW.session_id), 'message', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.content) FROM search_entries WHERE kind = 'message' AND thing_id = NEW.id;
END;
CREATE TRIGGER search_backlog_indexed AFTER DELETE ON search_backlog BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id)
    SELECT s.user_id, 'message', m.id FROM messages m JOIN chat_sessions s ON s.id = m.session_id
    WHERE m.id = OLD.message_id AND m.status <> 'streaming' AND m.content <> ''
    AND NOT EXISTS (SELECT 1 FROM search_entries WHERE kind = 'message' AND thing_id = m.id);
    -- One that was changed meanwhile has been indexed by that.
    INSERT INTO search_words (rowid, words)
    SELECT e.id, stoa_search_words(e.user_id, e.kind, m.content) FROM messages m
    JOIN search_entries e ON e.kind = 'message' AND e.thing_id = m.id
    WHERE m.id = OLD.message_id AND NOT EXISTS (SELECT 1 FROM search_words WHERE rowid = e.id);
END;
