DROP TABLE token_usage;
ALTER TABLE users DROP COLUMN daily_tokens;
