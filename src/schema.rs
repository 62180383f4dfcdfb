// @generated automatically by Diesel CLI.

diesel::table! {
    api_tokens (id) {
        id -> Text,
        user_id -> Text,
        name -> Text,
        prefix -> Text,
        token_hash -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    artifact_versions (artifact_id, version) {
        artifact_id -> Text,
        version -> BigInt,
        title -> Text,
        content -> Text,
        size -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    artifacts (id) {
        id -> Text,
        user_id -> Text,
        session_id -> Nullable<Text>,
        title -> Text,
        kind -> Text,
        language -> Nullable<Text>,
        tags -> Text,
        version -> BigInt,
        size -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    chat_sessions (id) {
        id -> Text,
        user_id -> Text,
        name -> Text,
        unnamed -> Bool,
        kind -> Text,
        model -> Nullable<Text>,
        pinned -> Bool,
        archived -> Bool,
        tags -> Text,
        head_id -> Nullable<Text>,
        message_count -> BigInt,
        run_status -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    checkpoints (run_id, step) {
        run_id -> Text,
        step -> Text,
        state -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    counts (scope, kind) {
        scope -> Text,
        kind -> Text,
        n -> BigInt,
    }
}

diesel::table! {
    document_files (document_id) {
        document_id -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        user_id -> Text,
        title -> Text,
        file_name -> Text,
        content_type -> Text,
        size -> BigInt,
        content -> Text,
        sha256 -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    identities (id) {
        id -> Text,
        user_id -> Text,
        issuer -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    imports (id) {
        id -> Text,
        user_id -> Text,
        status -> Text,
        total -> BigInt,
        result -> Nullable<Text>,
        error_code -> Nullable<Text>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        code_hash -> Text,
        email -> Nullable<Text>,
        role -> Text,
        invited_by -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    login_sessions (id) {
        id -> Text,
        key_hash -> Text,
        user_id -> Nullable<Text>,
        state -> Text,
        user_agent -> Text,
        address -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        session_id -> Text,
        parent_id -> Nullable<Text>,
        role -> Text,
        content -> Text,
        reasoning -> Text,
        model -> Nullable<Text>,
        status -> Text,
        error_code -> Nullable<Text>,
        citations -> Text,
        prompt_tokens -> BigInt,
        completion_tokens -> BigInt,
        created_at -> BigInt,
        shown_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    notes (id) {
        id -> Text,
        session_id -> Text,
        run_id -> Text,
        question -> BigInt,
        source_id -> Text,
        start_byte -> BigInt,
        end_byte -> BigInt,
        claim -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    plans (run_id) {
        run_id -> Text,
        session_id -> Text,
        status -> Text,
        content -> Text,
        created_at -> BigInt,
        decided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    posts (id) {
        id -> Text,
        user_id -> Text,
        slug -> Text,
        title -> Text,
        content -> Text,
        tags -> Text,
        published -> Bool,
        published_at -> Nullable<BigInt>,
        artifact_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    products (id) {
        id -> Text,
        name -> Text,
        description -> Text,
        price_cents -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        tags -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    reports (artifact_id, version) {
        artifact_id -> Text,
        version -> BigInt,
        session_id -> Nullable<Text>,
        run_id -> Text,
        message_id -> Text,
        mode -> Text,
        content -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    run_events (run_id, seq) {
        run_id -> Text,
        seq -> BigInt,
        last_seq -> BigInt,
        kind -> Text,
        data -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    runs (id) {
        id -> Text,
        session_id -> Text,
        user_id -> Text,
        message_id -> Text,
        kind -> Text,
        status -> Text,
        model -> Text,
        lease_owner -> Nullable<Text>,
        lease_expires_at -> Nullable<BigInt>,
        cancel_requested -> Bool,
        attempts -> BigInt,
        idempotency_key -> Nullable<Text>,
        error_code -> Nullable<Text>,
        prompt_tokens -> BigInt,
        completion_tokens -> BigInt,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        compacted -> Bool,
    }
}

diesel::table! {
    search_backlog (message_id) {
        message_id -> Text,
    }
}

diesel::table! {
    search_entries (id) {
        id -> BigInt,
        user_id -> Text,
        kind -> Text,
        thing_id -> Text,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    shares (id) {
        id -> Text,
        user_id -> Text,
        session_id -> Text,
        key -> Text,
        name -> Text,
        snapshot -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sources (id) {
        id -> Text,
        session_id -> Text,
        number -> BigInt,
        origin -> Text,
        url -> Text,
        title -> Text,
        content -> Text,
        sha256 -> Text,
        fetched_at -> BigInt,
    }
}

diesel::table! {
    summaries (message_id) {
        message_id -> Text,
        content -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    tasks (id) {
        id -> Text,
        user_id -> Text,
        session_id -> Nullable<Text>,
        title -> Text,
        description -> Text,
        status -> Text,
        tags -> Text,
        due_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    token_usage (user_id, day) {
        user_id -> Text,
        day -> Text,
        tokens -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        email -> Nullable<Text>,
        name -> Text,
        role -> Text,
        avatar_url -> Nullable<Text>,
        locale -> Nullable<Text>,
        theme -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        disabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        daily_tokens -> Nullable<BigInt>,
    }
}

diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(artifact_versions -> artifacts (artifact_id));
diesel::joinable!(artifacts -> chat_sessions (session_id));
diesel::joinable!(artifacts -> users (user_id));
diesel::joinable!(chat_sessions -> users (user_id));
diesel::joinable!(checkpoints -> runs (run_id));
diesel::joinable!(document_files -> documents (document_id));
diesel::joinable!(documents -> users (user_id));
diesel::joinable!(identities -> users (user_id));
diesel::joinable!(imports -> users (user_id));
diesel::joinable!(invitations -> users (invited_by));
diesel::joinable!(login_sessions -> users (user_id));
diesel::joinable!(messages -> chat_sessions (session_id));
diesel::joinable!(notes -> chat_sessions (session_id));
diesel::joinable!(notes -> runs (run_id));
diesel::joinable!(notes -> sources (source_id));
diesel::joinable!(plans -> chat_sessions (session_id));
diesel::joinable!(plans -> runs (run_id));
diesel::joinable!(posts -> artifacts (artifact_id));
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(reports -> artifacts (artifact_id));
diesel::joinable!(reports -> chat_sessions (session_id));
diesel::joinable!(run_events -> runs (run_id));
diesel::joinable!(runs -> chat_sessions (session_id));
diesel::joinable!(runs -> messages (message_id));
diesel::joinable!(runs -> users (user_id));
diesel::joinable!(search_entries -> users (user_id));
diesel::joinable!(shares -> chat_sessions (session_id));
diesel::joinable!(shares -> users (user_id));
diesel::joinable!(sources -> chat_sessions (session_id));
diesel::joinable!(summaries -> messages (message_id));
diesel::joinable!(tasks -> chat_sessions (session_id));
diesel::joinable!(tasks -> users (user_id));
diesel::joinable!(token_usage -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_tokens,
    artifact_versions,
    artifacts,
    chat_sessions,
    checkpoints,
    counts,
    document_files,
    documents,
    identities,
    imports,
    invitations,
    login_sessions,
    messages,
    notes,
    plans,
    posts,
    products,
    reports,
    run_events,
    runs,
    search_backlog,
    search_entries,
    settings,
    shares,
    sources,
    summaries,
    tasks,
    token_usage,
    users,
);
