DROP TRIGGER chat_sessions_told ON chat_sessions;
DROP FUNCTION tell_sessions;
DROP INDEX runs_to_compact;
ALTER TABLE runs DROP COLUMN compacted;
DROP INDEX runs_by_user;
CREATE INDEX runs_by_user ON runs (user_id);
DROP INDEX runs_at_work;
