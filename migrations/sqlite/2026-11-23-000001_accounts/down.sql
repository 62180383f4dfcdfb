DROP TABLE api_tokens;
DROP TABLE login_sessions;
DROP TABLE identities;
DROP TABLE users;
