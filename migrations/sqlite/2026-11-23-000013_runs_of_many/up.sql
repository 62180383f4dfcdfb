-- Members take turns in the queue: who has how many at work, and was served when, is asked at every claim.
CREATE INDEX runs_at_work ON runs (user_id) WHERE status = 'running';
DROP INDEX runs_by_user;
CREATE INDEX runs_by_user ON runs (user_id, started_at);

-- Of a run that ended long ago the log keeps the ending alone; its text is in the message.
ALTER TABLE runs ADD COLUMN compacted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX runs_to_compact ON runs (finished_at) WHERE finished_at IS NOT NULL AND NOT compacted;

-- Whoever shows a member's sessions hears when one has changed. The function is this program's own (src/db/notices.rs).
CREATE TRIGGER chat_sessions_told_in AFTER INSERT ON chat_sessions BEGIN
    SELECT stoa_tell('sessions:' || NEW.user_id);
END;
CREATE TRIGGER chat_sessions_told_on AFTER UPDATE ON chat_sessions BEGIN
    SELECT stoa_tell('sessions:' || NEW.user_id);
END;
CREATE TRIGGER chat_sessions_told_out AFTER DELETE ON chat_sessions BEGIN
    SELECT stoa_tell('sessions:' || OLD.user_id);
END;
