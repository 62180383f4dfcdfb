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
    bytes BYTEA NOT NULL
);

CREATE FUNCTION count_documents() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row(OLD.user_id, 'documents', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row(NEW.user_id, 'documents', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER documents_counted AFTER INSERT OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION count_documents();

CREATE FUNCTION search_documents() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('document', OLD.id); END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM search_note(NEW.user_id, 'document', NEW.id, NEW.title || E'\n' || NEW.content);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER documents_searched AFTER INSERT OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION search_documents();

-- What is published stands in the index a second time, under everybody's mark instead of its author's.
CREATE FUNCTION search_publish(post TEXT) RETURNS VOID LANGUAGE sql AS $$
    WITH entry AS (
        INSERT INTO search_entries (user_id, kind, thing_id)
        SELECT user_id, 'published', id FROM posts WHERE id = post AND published RETURNING id
    )
    INSERT INTO search_words (id, words)
    SELECT entry.id, search_vector('everybody', 'published', p.title || E'\n' || p.content) FROM entry, posts p WHERE p.id = post
$$;
CREATE FUNCTION search_published() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('published', OLD.id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM search_publish(NEW.id); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER posts_published AFTER INSERT OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION search_published();
CREATE TRIGGER posts_published_anew AFTER UPDATE OF title, content, published ON posts FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.content <> NEW.content OR OLD.published <> NEW.published) EXECUTE FUNCTION search_published();

-- The newest entries that answer a question. Reading all rows looks cheap to the planner, which does not count what it
-- costs to unpack the words of each: it is to ask the index.
CREATE FUNCTION search_places(question TSQUERY, most BIGINT) RETURNS SETOF BIGINT LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    WITH found AS MATERIALIZED (SELECT id FROM search_words WHERE words @@ question)
    SELECT id FROM found ORDER BY id DESC LIMIT most
$$;

-- What is published already, oldest first.
INSERT INTO search_entries (user_id, kind, thing_id)
SELECT user_id, 'published', id FROM posts WHERE published ORDER BY updated_at, id;
INSERT INTO search_words (id, words)
SELECT e.id, search_vector('everybody', e.kind, t.title || E'\n' || t.content)
FROM search_entries e JOIN posts t ON t.id = e.thing_id WHERE e.kind = 'published';
