DROP INDEX messages_by_beginning;
ALTER TABLE messages DROP COLUMN shown_at;
