CREATE TABLE posts (
    id TEXT NOT NULL PRIMARY KEY,
    -- The author.
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    published BOOLEAN NOT NULL,
    -- When it was first published.
    published_at BIGINT,
    -- What it was made from; it outlives that.
    artifact_id TEXT REFERENCES artifacts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX posts_by_publication ON posts (published_at, id) WHERE published;
CREATE INDEX posts_by_author ON posts (user_id, updated_at, id);
CREATE INDEX posts_by_artifact ON posts (artifact_id);

CREATE TABLE products (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_cents BIGINT,
    currency TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX products_by_change ON products (updated_at, id);
