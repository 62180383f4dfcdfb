//! What a part of a list costs: of a hundred rows and of a hundred thousand, read from the database each time; and how
//! many a second there are beside the cheapest route.

use std::time::Instant;

use anyhow::ensure;
use diesel::connection::SimpleConnection;
use r2d2::ManageConnection;
use reqwest::Method;
use stoa::db::{DbTarget, Manager, Synchronous};
use tempfile::TempDir;

use super::figures::{Figure, median, milliseconds};
use super::server::{EMAIL, Server, Site};
use super::throughput::{Request, ratio, speed};

/// The lists, fifty rows of each.
const LISTS: [&str; 6] = [
    "/api/chat/sessions?limit=50",
    "/api/artifacts?limit=50",
    "/api/tasks?limit=50",
    "/api/posts?limit=50",
    "/api/products?limit=50",
    "/api/users?limit=50",
];
const FEW: u32 = 100;
const MANY: u32 = 100_000;
/// Requests for each list, one after the other.
const REQUESTS: usize = 400;
const ROUNDS: usize = 3;

/// Measures both, few rows first.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let (few, many) = (Lists::new(FEW).await?, Lists::new(MANY).await?);
    for path in LISTS {
        let (of_few, of_many) = (few.time(path).await?, many.time(path).await?);
        let what = format!("{path}, of {FEW}: {}, of {MANY}", milliseconds(of_few));
        let ratio = of_many.as_secs_f64() / of_few.as_secs_f64();
        figures.push(Figure::new(what, format!("{} ({ratio:.2}×)", milliseconds(of_many)), "≤ 1.5×"));
    }
    figures.extend(many.throughput().await?);
    few.server.stop().await?;
    many.server.stop().await?;
    Ok(figures)
}

/// A server whose lists have a certain length.
struct Lists {
    server: Server,
    token: String,
    _site: Site,
}

impl Lists {
    async fn new(rows: u32) -> anyhow::Result<Self> {
        let site = Site::new("[builtin_model]\nenabled = false\n")?;
        let token = site.member(EMAIL).await?;
        let target = DbTarget::Sqlite(site.database());
        let fill = move || -> anyhow::Result<()> {
            let mut conn = Manager::new(target, Synchronous::Normal).connect()?;
            Ok(conn.batch_execute(&filling(rows))?)
        };
        tokio::task::spawn_blocking(fill).await??;
        let server = site.start().await?;
        Ok(Self { server, token, _site: site })
    }

    /// The median time of a request that nothing is remembered for.
    async fn time(&self, path: &str) -> anyhow::Result<std::time::Duration> {
        let mut times = Vec::with_capacity(REQUESTS);
        for n in 0..REQUESTS {
            // Unknown parameters are ignored, but make it another request.
            let path = format!("{path}&bench={n}");
            let begun = Instant::now();
            let answer = self.server.request(Method::GET, &path).bearer_auth(&self.token).send().await?;
            ensure!(answer.status().is_success(), "{path}: {}", answer.status());
            answer.bytes().await?;
            times.push(begun.elapsed());
        }
        Ok(median(&times))
    }

    async fn throughput(&self) -> anyhow::Result<Vec<Figure>> {
        let folder = TempDir::new()?;
        let hello = Request::new(folder.path(), "GET", "/api/hello", None)?;
        let list = |path| Request::new(folder.path(), "GET", path, Some(&self.token));
        let lists = LISTS.map(list).into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let (mut hellos, mut loads) = (Vec::new(), vec![Vec::new(); lists.len()]);
        for _ in 0..ROUNDS {
            hellos.push(hello.load(&self.server).await?);
            for (list, loads) in lists.iter().zip(&mut loads) {
                loads.push(list.load(&self.server).await?);
            }
        }
        let figures = LISTS.iter().zip(&loads);
        Ok(figures.flat_map(|(path, loads)| [speed(path, loads), ratio(path, loads, &hellos)]).collect())
    }
}

/// SQL that makes every list `rows` long. Ids sort as the rows were made.
fn filling(rows: u32) -> String {
    let id = "printf('%08x-0000-7000-8000-%012x', i, i)";
    let owner = "(SELECT id FROM users LIMIT 1)";
    format!(
        "BEGIN;
         CREATE TEMP TABLE numbers AS
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n;
         INSERT INTO chat_sessions (id, user_id, name, unnamed, kind, created_at, updated_at)
             SELECT {id}, {owner}, 'Session ' || i, FALSE, 'chat', i, i FROM numbers;
         INSERT INTO artifacts (id, user_id, title, kind, version, size, created_at, updated_at)
             SELECT {id}, {owner}, 'Artifact ' || i, 'text', 1, 4, i, i FROM numbers;
         INSERT INTO artifact_versions (artifact_id, version, title, content, size, created_at)
             SELECT {id}, 1, 'Artifact ' || i, 'text', 4, i FROM numbers;
         INSERT INTO tasks (id, user_id, title, description, status, created_at, updated_at)
             SELECT {id}, {owner}, 'Task ' || i, '', 'todo', i, i FROM numbers;
         INSERT INTO posts (id, user_id, slug, title, content, published, published_at, created_at, updated_at)
             SELECT {id}, {owner}, 'post-' || i, 'Post ' || i, 'A short post.', TRUE, i, i, i FROM numbers;
         INSERT INTO products (id, name, description, created_at, updated_at)
             SELECT {id}, 'Product ' || i, '', i, i FROM numbers;
         INSERT INTO users (id, name, role, created_at, updated_at)
             SELECT {id}, 'Member ' || i, 'member', i, i FROM numbers WHERE i > 1;
         COMMIT;
         ANALYZE;"
    )
}
