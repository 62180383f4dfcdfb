-- What is searched, one row for each thing, kept by the database itself: the newest id is what was changed last.
CREATE TABLE search_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    UNIQUE (kind, thing_id)
);
CREATE INDEX search_entries_by_owner ON search_entries (user_id, id);

-- The words of an entry; the words alone, for the text stands in its own table.
CREATE TABLE search_words (
    id BIGINT NOT NULL PRIMARY KEY REFERENCES search_entries (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_by_word ON search_words USING gin (words);

-- Lower case of all of Unicode, whatever the database's own locale knows.
DO $do$
DECLARE
    rules TEXT := (
        SELECT collname FROM pg_collation
        WHERE collnamespace = 'pg_catalog'::regnamespace AND collname IN ('pg_c_utf8', 'und-x-icu', 'C.utf8', 'C.UTF-8')
            AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
        ORDER BY array_position(ARRAY['pg_c_utf8', 'und-x-icu', 'C.utf8', 'C.UTF-8'], collname::TEXT) LIMIT 1
    );
BEGIN
    EXECUTE format($make$
        CREATE FUNCTION search_fold(content TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $body$
            SELECT translate(lower(translate(content, 'İ', 'i') COLLATE %I), 'ς', 'σ')
        $body$
    $make$, COALESCE(rules, 'default'));
END
$do$;

-- Scripts with spaces give whole words and their first letters; scripts without give every character and every pair of
-- neighbours. The end of the owner's id, which is random, stands before each: nobody's search is slowed down by others'.
CREATE FUNCTION search_tokens(in_user TEXT, in_kind TEXT, content TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
    WITH runs AS (
        SELECT place, run[1] AS word, run[2] AS line
        FROM regexp_matches(
            search_fold(content),
            '([0-9A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u0DFF\u0F00-\u0FFF\u10A0-\u177F\u1800-\u1FFF\u2070-\u218F\u2C00-\u2DFF\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]+)'
            '|([\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u2190-\u2BFF\u2E80-\u2FFF\u3005-\u3007\u3021-\uFF00\uFF66-\U0010FFFF]+)',
            'g'
        ) WITH ORDINALITY AS found (run, place)
    ), characters AS (
        SELECT c, lead(c) OVER (PARTITION BY runs.place ORDER BY line.place) AS following
        FROM runs, unnest(string_to_array(runs.line, NULL)) WITH ORDINALITY AS line (c, place)
    ), pieces AS (
        SELECT left(word, letters) AS piece FROM runs, generate_series(1, LEAST(length(word), 16)) AS letters WHERE word IS NOT NULL
        UNION ALL SELECT left(word, 40) FROM runs WHERE length(word) > 16
        UNION ALL SELECT c FROM characters
        UNION ALL SELECT c || following FROM characters WHERE following IS NOT NULL
    )
    SELECT array_agg(DISTINCT right(in_user, 8) || piece) || ('x' || in_kind || right(in_user, 8)) FROM pieces
$$;

-- A tsvector holds one megabyte at the most; of a text with more different words the beginning is indexed.
CREATE FUNCTION search_vector(in_user TEXT, in_kind TEXT, content TEXT) RETURNS TSVECTOR LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    tokens TEXT[] := search_tokens(in_user, in_kind, content);
BEGIN
    IF octet_length(content) > 50000 AND (SELECT SUM(octet_length(token)) FROM unnest(tokens) AS token) > 1000000 THEN
        tokens := search_tokens(in_user, in_kind, left(content, 30000));
    END IF;
    RETURN array_to_tsvector(tokens);
END
$$;

CREATE FUNCTION search_forget(in_kind TEXT, thing TEXT) RETURNS VOID LANGUAGE sql AS $$
    DELETE FROM search_entries WHERE kind = in_kind AND thing_id = thing
$$;
CREATE FUNCTION search_note(in_user TEXT, in_kind TEXT, thing TEXT, content TEXT) RETURNS VOID LANGUAGE sql AS $$
    WITH entry AS (
        INSERT INTO search_entries (user_id, kind, thing_id) VALUES (in_user, in_kind, thing) RETURNING id
    )
    INSERT INTO search_words (id, words) SELECT id, search_vector(in_user, in_kind, content) FROM entry
$$;
CREATE FUNCTION search_artifact(artifact TEXT) RETURNS VOID LANGUAGE sql AS $$
    SELECT search_forget('artifact', artifact);
    SELECT search_note(a.user_id, 'artifact', a.id, a.title || E'\n' || v.content)
    FROM artifacts a JOIN artifact_versions v ON v.artifact_id = a.id
    WHERE a.id = artifact ORDER BY v.version DESC LIMIT 1
$$;

CREATE FUNCTION search_chat_sessions() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('session', OLD.id); END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.unnamed THEN
        PERFORM search_note(NEW.user_id, 'session', NEW.id, NEW.name);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_sessions_searched AFTER INSERT OR DELETE ON chat_sessions FOR EACH ROW EXECUTE FUNCTION search_chat_sessions();
CREATE TRIGGER chat_sessions_searched_anew AFTER UPDATE OF name, unnamed ON chat_sessions FOR EACH ROW
    WHEN (OLD.name <> NEW.name OR OLD.unnamed <> NEW.unnamed) EXECUTE FUNCTION search_chat_sessions();

CREATE FUNCTION search_messages() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('message', OLD.id); END IF;
    IF TG_OP <> 'DELETE' AND NEW.status <> 'streaming' AND NEW.content <> '' THEN
        PERFORM search_note((SELECT user_id FROM chat_sessions WHERE id = NEW.session_id), 'message', NEW.id, NEW.content);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER messages_searched AFTER INSERT OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION search_messages();
CREATE TRIGGER messages_searched_anew AFTER UPDATE OF content, status ON messages FOR EACH ROW
    WHEN ((NEW.status <> 'streaming' OR OLD.status <> 'streaming') AND (OLD.content <> NEW.content OR OLD.status <> NEW.status)) EXECUTE FUNCTION search_messages();

CREATE FUNCTION search_tasks() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('task', OLD.id); END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM search_note(NEW.user_id, 'task', NEW.id, NEW.title || E'\n' || NEW.description);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tasks_searched AFTER INSERT OR DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION search_tasks();
CREATE TRIGGER tasks_searched_anew AFTER UPDATE OF title, description ON tasks FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.description <> NEW.description) EXECUTE FUNCTION search_tasks();

CREATE FUNCTION search_posts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM search_forget('post', OLD.id); END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM search_note(NEW.user_id, 'post', NEW.id, NEW.title || E'\n' || NEW.content);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER posts_searched AFTER INSERT OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION search_posts();
CREATE TRIGGER posts_searched_anew AFTER UPDATE OF title, content ON posts FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.content <> NEW.content) EXECUTE FUNCTION search_posts();

-- An artifact is found by its title and the text of its newest version.
CREATE FUNCTION search_artifact_versions() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_artifact(NEW.artifact_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER artifact_versions_searched AFTER INSERT OR UPDATE OF content ON artifact_versions FOR EACH ROW
    EXECUTE FUNCTION search_artifact_versions();
CREATE FUNCTION search_artifacts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM search_forget('artifact', OLD.id);
    ELSE PERFORM search_artifact(NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER artifacts_searched_out AFTER DELETE ON artifacts FOR EACH ROW EXECUTE FUNCTION search_artifacts();
CREATE TRIGGER artifacts_searched_anew AFTER UPDATE OF title ON artifacts FOR EACH ROW
    WHEN (OLD.title <> NEW.title) EXECUTE FUNCTION search_artifacts();

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
INSERT INTO search_words (id, words)
SELECT e.id, search_vector(e.user_id, e.kind, t.name) FROM search_entries e JOIN chat_sessions t ON t.id = e.thing_id WHERE e.kind = 'session';
INSERT INTO search_words (id, words)
SELECT e.id, search_vector(e.user_id, e.kind, t.content) FROM search_entries e JOIN messages t ON t.id = e.thing_id WHERE e.kind = 'message';
INSERT INTO search_words (id, words)
SELECT e.id, search_vector(e.user_id, e.kind, a.title || E'\n' || v.content) FROM search_entries e JOIN artifacts a ON a.id = e.thing_id JOIN artifact_versions v ON v.artifact_id = a.id
    AND v.version = (SELECT MAX(version) FROM artifact_versions WHERE artifact_id = a.id) WHERE e.kind = 'artifact';
INSERT INTO search_words (id, words)
SELECT e.id, search_vector(e.user_id, e.kind, t.title || E'\n' || t.description) FROM search_entries e JOIN tasks t ON t.id = e.thing_id WHERE e.kind = 'task';
INSERT INTO search_words (id, words)
SELECT e.id, search_vector(e.user_id, e.kind, t.title || E'\n' || t.content) FROM search_entries e JOIN posts t ON t.id = e.thing_id WHERE e.kind = 'post';
