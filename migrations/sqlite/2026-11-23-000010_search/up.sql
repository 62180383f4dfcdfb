-- What is searched, one row for each thing, kept by the database itself: the newest id is what was changed last.
CREATE TABLE search_entries (
    id INTEGER NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    UNIQUE (kind, thing_id)
);
CREATE INDEX search_entries_by_owner ON search_entries (user_id, id);

-- The words of the entry whose id is the rowid; the words alone, for the text stands in its own table.
CREATE VIRTUAL TABLE search_words USING fts5(words, content = '', contentless_delete = 1, detail = none, tokenize = ascii);
CREATE TRIGGER search_entries_forgotten AFTER DELETE ON search_entries BEGIN
    DELETE FROM search_words WHERE rowid = OLD.id;
END;

CREATE TRIGGER chat_sessions_searched_in AFTER INSERT ON chat_sessions WHEN NOT NEW.unnamed BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'session', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.name) FROM search_entries WHERE kind = 'session' AND thing_id = NEW.id;
END;
CREATE TRIGGER chat_sessions_searched_anew AFTER UPDATE OF name, unnamed ON chat_sessions WHEN NOT NEW.unnamed AND (OLD.name <> NEW.name OR OLD.unnamed <> NEW.unnamed) BEGIN
    DELETE FROM search_entries WHERE kind = 'session' AND thing_id = OLD.id;
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'session', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.name) FROM search_entries WHERE kind = 'session' AND thing_id = NEW.id;
END;
CREATE TRIGGER chat_sessions_searched_no_more AFTER UPDATE OF name, unnamed ON chat_sessions WHEN NEW.unnamed BEGIN
    DELETE FROM search_entries WHERE kind = 'session' AND thing_id = OLD.id;
END;
CREATE TRIGGER chat_sessions_searched_out AFTER DELETE ON chat_sessions BEGIN
    DELETE FROM search_entries WHERE kind = 'session' AND thing_id = OLD.id;
END;

CREATE TRIGGER messages_searched_in AFTER INSERT ON messages WHEN NEW.status <> 'streaming' AND NEW.content <> '' BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES ((SELECT user_id FROM chat_sessions WHERE id = NEW.session_id), 'message', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.content) FROM search_entries WHERE kind = 'message' AND thing_id = NEW.id;
END;
CREATE TRIGGER messages_searched_anew AFTER UPDATE OF content, status ON messages WHEN NEW.status <> 'streaming' AND NEW.content <> '' AND (OLD.content <> NEW.content OR OLD.status = 'streaming') BEGIN
    DELETE FROM search_entries WHERE kind = 'message' AND thing_id = OLD.id;
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES ((SELECT user_id FROM chat_sessions WHERE id = NEW.session_id), 'message', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.content) FROM search_entries WHERE kind = 'message' AND thing_id = NEW.id;
END;
CREATE TRIGGER messages_searched_no_more AFTER UPDATE OF content, status ON messages WHEN (NEW.status = 'streaming' AND OLD.status <> 'streaming' OR NEW.content = '' AND OLD.content <> '') BEGIN
    DELETE FROM search_entries WHERE kind = 'message' AND thing_id = OLD.id;
END;
CREATE TRIGGER messages_searched_out AFTER DELETE ON messages BEGIN
    DELETE FROM search_entries WHERE kind = 'message' AND thing_id = OLD.id;
END;

CREATE TRIGGER tasks_searched_in AFTER INSERT ON tasks BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'task', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.title || char(10) || NEW.description) FROM search_entries WHERE kind = 'task' AND thing_id = NEW.id;
END;
CREATE TRIGGER tasks_searched_anew AFTER UPDATE OF title, description ON tasks WHEN (OLD.title <> NEW.title OR OLD.description <> NEW.description) BEGIN
    DELETE FROM search_entries WHERE kind = 'task' AND thing_id = OLD.id;
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'task', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.title || char(10) || NEW.description) FROM search_entries WHERE kind = 'task' AND thing_id = NEW.id;
END;
CREATE TRIGGER tasks_searched_out AFTER DELETE ON tasks BEGIN
    DELETE FROM search_entries WHERE kind = 'task' AND thing_id = OLD.id;
END;

CREATE TRIGGER posts_searched_in AFTER INSERT ON posts BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'post', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.title || char(10) || NEW.content) FROM search_entries WHERE kind = 'post' AND thing_id = NEW.id;
END;
CREATE TRIGGER posts_searched_anew AFTER UPDATE OF title, content ON posts WHEN (OLD.title <> NEW.title OR OLD.content <> NEW.content) BEGIN
    DELETE FROM search_entries WHERE kind = 'post' AND thing_id = OLD.id;
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'post', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.title || char(10) || NEW.content) FROM search_entries WHERE kind = 'post' AND thing_id = NEW.id;
END;
CREATE TRIGGER posts_searched_out AFTER DELETE ON posts BEGIN
    DELETE FROM search_entries WHERE kind = 'post' AND thing_id = OLD.id;
END;

-- An artifact is found by its title and the text of its newest version.
CREATE TRIGGER artifact_versions_searched_in AFTER INSERT ON artifact_versions BEGIN
    DELETE FROM search_entries WHERE kind = 'artifact' AND thing_id = NEW.artifact_id;
    INSERT INTO search_entries (user_id, kind, thing_id) SELECT user_id, 'artifact', id FROM artifacts WHERE id = NEW.artifact_id;
    INSERT INTO search_words (rowid, words)
    SELECT e.id, stoa_search_words(e.user_id, e.kind, a.title || char(10) || v.content)
    FROM search_entries e JOIN artifacts a ON a.id = e.thing_id JOIN artifact_versions v ON v.artifact_id = a.id
    WHERE e.kind = 'artifact' AND e.thing_id = NEW.artifact_id ORDER BY v.version DESC LIMIT 1;
END;
CREATE TRIGGER artifact_versions_searched_anew AFTER UPDATE OF content ON artifact_versions WHEN OLD.content <> NEW.content BEGIN
    DELETE FROM search_entries WHERE kind = 'artifact' AND thing_id = NEW.artifact_id;
    INSERT INTO search_entries (user_id, kind, thing_id) SELECT user_id, 'artifact', id FROM artifacts WHERE id = NEW.artifact_id;
    INSERT INTO search_words (rowid, words)
    SELECT e.id, stoa_search_words(e.user_id, e.kind, a.title || char(10) || v.content)
    FROM search_entries e JOIN artifacts a ON a.id = e.thing_id JOIN artifact_versions v ON v.artifact_id = a.id
    WHERE e.kind = 'artifact' AND e.thing_id = NEW.artifact_id ORDER BY v.version DESC LIMIT 1;
END;
CREATE TRIGGER artifacts_searched_anew AFTER UPDATE OF title ON artifacts WHEN OLD.title <> NEW.title BEGIN
    DELETE FROM search_entries WHERE kind = 'artifact' AND thing_id = NEW.id;
    INSERT INTO search_entries (user_id, kind, thing_id) SELECT user_id, 'artifact', id FROM artifacts WHERE id = NEW.id;
    INSERT INTO search_words (rowid, words)
    SELECT e.id, stoa_search_words(e.user_id, e.kind, a.title || char(10) || v.content)
    FROM search_entries e JOIN artifacts a ON a.id = e.thing_id JOIN artifact_versions v ON v.artifact_id = a.id
    WHERE e.kind = 'artifact' AND e.thing_id = NEW.id ORDER BY v.version DESC LIMIT 1;
END;
CREATE TRIGGER artifacts_searched_out AFTER DELETE ON artifacts BEGIN
    DELETE FROM search_entries WHERE kind = 'artifact' AND thing_id = OLD.id;
END;

-- What is there already, oldest first.
INSERT INTO search_entries (user_id, kind, thing_id)
SELECT user_id, kind, id FROM (
    SELECT user_id, 'session' AS kind, id, updated_at FROM chat_sessions WHERE NOT unnamed
    UNION ALL SELECT s.user_id, 'message', m.id, m.created_at FROM messages m JOIN chat_sessions s ON s.id = m.session_id
    WHERE m.status <> 'streaming' AND m.content <> ''
    UNION ALL SELECT user_id, 'artifact', id, updated_at FROM artifacts
    UNION ALL SELECT user_id, 'task', id, updated_at FROM tasks
    UNION ALL SELECT user_id, 'post', id, updated_at FROM posts
) AS things ORDER BY updated_at, id;
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words(e.user_id, e.kind, t.name) FROM search_entries e JOIN chat_sessions t ON t.id = e.thing_id WHERE e.kind = 'session';
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words(e.user_id, e.kind, t.content) FROM search_entries e JOIN messages t ON t.id = e.thing_id WHERE e.kind = 'message';
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words(e.user_id, e.kind, a.title || char(10) || v.content) FROM search_entries e JOIN artifacts a ON a.id = e.thing_id JOIN artifact_versions v ON v.artifact_id = a.id
    AND v.version = (SELECT MAX(version) FROM artifact_versions WHERE artifact_id = a.id) WHERE e.kind = 'artifact';
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words(e.user_id, e.kind, t.title || char(10) || t.description) FROM search_entries e JOIN tasks t ON t.id = e.thing_id WHERE e.kind = 'task';
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words(e.user_id, e.kind, t.title || char(10) || t.content) FROM search_entries e JOIN posts t ON t.id = e.thing_id WHERE e.kind = 'post';
