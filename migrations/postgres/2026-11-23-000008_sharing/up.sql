-- A conversation as it was when it was shared, for whoever has the address.
CREATE TABLE shares (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL UNIQUE REFERENCES chat_sessions (id) ON DELETE CASCADE,
    -- The part of the address nobody can guess; its owner is shown it again.
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- JSON: the messages of the branch that was shown.
    snapshot TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX shares_by_user ON shares (user_id);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    code_hash TEXT NOT NULL UNIQUE,
    -- Who may accept it; whoever has the link when absent.
    email TEXT,
    role TEXT NOT NULL,
    invited_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);
