-- Files that members give to be read: their clean text, and beside it the bytes as they came.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- The length of the bytes.
    size BIGINT NOT NULL,
    content TEXT NOT NULL,
    -- Of the bytes, in hexadecimal: the same file is kept once.
    sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, sha256)
);
CREATE INDEX documents_by_owner ON documents (user_id, id);

CREATE TABLE document_files (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
);

CREATE TRIGGER documents_counted_in AFTER INSERT ON documents BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (NEW.user_id, 'documents', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER documents_counted_out AFTER DELETE ON documents BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (OLD.user_id, 'documents', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER documents_searched_in AFTER INSERT ON documents BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'document', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.title || char(10) || NEW.content) FROM search_entries WHERE kind = 'document' AND thing_id = NEW.id;
END;
CREATE TRIGGER documents_searched_out AFTER DELETE ON documents BEGIN
    DELETE FROM search_entries WHERE kind = 'document' AND thing_id = OLD.id;
END;

-- What is published stands in the index a second time, under everybody's mark instead of its author's.
CREATE TRIGGER posts_published_in AFTER INSERT ON posts WHEN NEW.published BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'published', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words('everybody', kind, NEW.title || char(10) || NEW.content) FROM search_entries WHERE kind = 'published' AND thing_id = NEW.id;
END;
CREATE TRIGGER posts_published_anew AFTER UPDATE OF title, content, published ON posts
    WHEN NEW.published AND (NOT OLD.published OR OLD.title <> NEW.title OR OLD.content <> NEW.content) BEGIN
    DELETE FROM search_entries WHERE kind = 'published' AND thing_id = OLD.id;
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES (NEW.user_id, 'published', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words('everybody', kind, NEW.title || char(10) || NEW.content) FROM search_entries WHERE kind = 'published' AND thing_id = NEW.id;
END;
CREATE TRIGGER posts_published_no_more AFTER UPDATE OF published ON posts WHEN NOT NEW.published BEGIN
    DELETE FROM search_entries WHERE kind = 'published' AND thing_id = OLD.id;
END;
CREATE TRIGGER posts_published_out AFTER DELETE ON posts BEGIN
    DELETE FROM search_entries WHERE kind = 'published' AND thing_id = OLD.id;
END;

-- What is published already, oldest first.
INSERT INTO search_entries (user_id, kind, thing_id)
SELECT user_id, 'published', id FROM posts WHERE published ORDER BY updated_at, id;
INSERT INTO search_words (rowid, words)
SELECT e.id, stoa_search_words('everybody', e.kind, t.title || char(10) || t.content)
FROM search_entries e JOIN posts t ON t.id = e.thing_id WHERE e.kind = 'published';
