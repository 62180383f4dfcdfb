-- When a message was last the end of the branch that was shown, until another branch took its place; NULL if never.
ALTER TABLE messages ADD COLUMN shown_at BIGINT;
-- The few messages that a session begins with: they have no parent by which to find each other.
CREATE INDEX messages_by_beginning ON messages (session_id) WHERE parent_id IS NULL;
