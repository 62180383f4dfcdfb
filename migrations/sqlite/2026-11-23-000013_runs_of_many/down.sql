DROP TRIGGER chat_sessions_told_out;
DROP TRIGGER chat_sessions_told_on;
DROP TRIGGER chat_sessions_told_in;
DROP INDEX runs_to_compact;
ALTER TABLE runs DROP COLUMN compacted;
DROP INDEX runs_by_user;
CREATE INDEX runs_by_user ON runs (user_id);
DROP INDEX runs_at_work;
