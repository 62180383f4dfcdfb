-- What still waits is indexed.
DELETE FROM search_backlog;
DROP TABLE search_backlog;
DROP TRIGGER messages_searched_in;
CREATE TRIGGER messages_searched_in AFTER INSERT ON messages WHEN NEW.status <> 'streaming' AND NEW.content <> '' BEGIN
    INSERT INTO search_entries (user_id, kind, thing_id) VALUES ((SELECT user_id FROM chat_sessions WHERE id = NEW.session_id), 'message', NEW.id);
    INSERT INTO search_words (rowid, words)
    SELECT id, stoa_search_words(user_id, kind, NEW.content) FROM search_entries WHERE kind = 'message' AND thing_id = NEW.id;
END;
DROP TABLE imports;
