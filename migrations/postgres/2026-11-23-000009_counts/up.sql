-- How long lists are, kept by the database itself so that a long list opens as fast as a short one.
-- scope: the owner's id, or empty for what everybody sees.
CREATE TABLE counts (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (scope, kind)
);

CREATE FUNCTION count_row(in_scope TEXT, in_kind TEXT, change BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO counts (scope, kind, n) VALUES (in_scope, in_kind, change)
    ON CONFLICT (scope, kind) DO UPDATE SET n = counts.n + excluded.n
$$;

INSERT INTO counts (scope, kind, n) SELECT user_id, 'sessions', COUNT(*) FROM chat_sessions GROUP BY user_id;
CREATE FUNCTION count_chat_sessions() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row(OLD.user_id, 'sessions', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row(NEW.user_id, 'sessions', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_sessions_counted AFTER INSERT OR DELETE ON chat_sessions FOR EACH ROW EXECUTE FUNCTION count_chat_sessions();

INSERT INTO counts (scope, kind, n) SELECT user_id, 'artifacts', COUNT(*) FROM artifacts GROUP BY user_id;
CREATE FUNCTION count_artifacts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row(OLD.user_id, 'artifacts', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row(NEW.user_id, 'artifacts', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER artifacts_counted AFTER INSERT OR DELETE ON artifacts FOR EACH ROW EXECUTE FUNCTION count_artifacts();

INSERT INTO counts (scope, kind, n) SELECT user_id, 'tasks', COUNT(*) FROM tasks GROUP BY user_id;
CREATE FUNCTION count_tasks() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row(OLD.user_id, 'tasks', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row(NEW.user_id, 'tasks', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tasks_counted AFTER INSERT OR DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION count_tasks();

INSERT INTO counts (scope, kind, n) SELECT '', 'posts', COUNT(*) FROM posts WHERE published;
CREATE FUNCTION count_posts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row('', 'posts', -(CASE WHEN OLD.published THEN 1 ELSE 0 END)); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row('', 'posts', CASE WHEN NEW.published THEN 1 ELSE 0 END); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER posts_counted AFTER INSERT OR DELETE OR UPDATE OF published ON posts FOR EACH ROW EXECUTE FUNCTION count_posts();

INSERT INTO counts (scope, kind, n) SELECT '', 'products', COUNT(*) FROM products;
CREATE FUNCTION count_products() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row('', 'products', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row('', 'products', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER products_counted AFTER INSERT OR DELETE ON products FOR EACH ROW EXECUTE FUNCTION count_products();

INSERT INTO counts (scope, kind, n) SELECT '', 'users', COUNT(*) FROM users;
CREATE FUNCTION count_users() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_row('', 'users', -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_row('', 'users', 1); END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_counted AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION count_users();
