-- How long lists are, kept by the database itself so that a long list opens as fast as a short one.
-- scope: the owner's id, or empty for what everybody sees.
CREATE TABLE counts (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (scope, kind)
);

INSERT INTO counts (scope, kind, n) SELECT user_id, 'sessions', COUNT(*) FROM chat_sessions GROUP BY user_id;
CREATE TRIGGER chat_sessions_counted_in AFTER INSERT ON chat_sessions BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (NEW.user_id, 'sessions', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER chat_sessions_counted_out AFTER DELETE ON chat_sessions BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (OLD.user_id, 'sessions', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

INSERT INTO counts (scope, kind, n) SELECT user_id, 'artifacts', COUNT(*) FROM artifacts GROUP BY user_id;
CREATE TRIGGER artifacts_counted_in AFTER INSERT ON artifacts BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (NEW.user_id, 'artifacts', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER artifacts_counted_out AFTER DELETE ON artifacts BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (OLD.user_id, 'artifacts', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

INSERT INTO counts (scope, kind, n) SELECT user_id, 'tasks', COUNT(*) FROM tasks GROUP BY user_id;
CREATE TRIGGER tasks_counted_in AFTER INSERT ON tasks BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (NEW.user_id, 'tasks', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER tasks_counted_out AFTER DELETE ON tasks BEGIN
    INSERT INTO counts (scope, kind, n) VALUES (OLD.user_id, 'tasks', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

INSERT INTO counts (scope, kind, n) SELECT '', 'posts', COUNT(*) FROM posts WHERE published;
CREATE TRIGGER posts_counted_in AFTER INSERT ON posts WHEN NEW.published BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'posts', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER posts_counted_out AFTER DELETE ON posts WHEN OLD.published BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'posts', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER posts_counted_anew AFTER UPDATE OF published ON posts WHEN OLD.published <> NEW.published BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'posts', CASE WHEN NEW.published THEN 1 ELSE -1 END)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

INSERT INTO counts (scope, kind, n) SELECT '', 'products', COUNT(*) FROM products;
CREATE TRIGGER products_counted_in AFTER INSERT ON products BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'products', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER products_counted_out AFTER DELETE ON products BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'products', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;

INSERT INTO counts (scope, kind, n) SELECT '', 'users', COUNT(*) FROM users;
CREATE TRIGGER users_counted_in AFTER INSERT ON users BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'users', 1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER users_counted_out AFTER DELETE ON users BEGIN
    INSERT INTO counts (scope, kind, n) VALUES ('', 'users', -1)
    ON CONFLICT (scope, kind) DO UPDATE SET n = n + excluded.n;
END;
