//! A small web of pages and a search engine over it, with everything that is met out there; counts who fetched what.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::web::{Data, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::json;
use stoa::config::Config;
use tokio::sync::watch;

use super::pdf::{page_of, stream};
use super::scripted::{Said, Scripted};
use super::upstream::{Signal, wait};

/// A running web; it stops with the test's runtime. Its pages:
///
/// | path | what is there |
/// |---|---|
/// | `/zh`, `/en` | good pages on Roman law and the Stoa |
/// | `/book.pdf`, `/data.json`, `/notes.md` | the same in other kinds |
/// | `/wrong-charset` | GB18030 that calls itself UTF-8 |
/// | `/moved` | leads to `/en` |
/// | `/inside` | leads to a server that nobody may fetch from |
/// | `/slow` | comes when [`LocalWeb::release`] is called, as every page that is held back |
/// | `/huge`, `/bomb` | more than is fetched, the latter packed small |
/// | `/private/page` | forbidden by robots.txt |
/// | `/picture` | nothing to read |
/// | others | 404, until [`LocalWeb::put`] |
pub struct LocalWeb {
    port: u16,
    shared: Arc<Shared>,
    inside: Scripted,
}

struct Shared {
    pages: Mutex<HashMap<String, Said>>,
    found: Mutex<Vec<(String, Vec<String>)>>,
    fetched: watch::Sender<HashMap<String, usize>>,
    searches: Mutex<Vec<String>>,
    answered: Mutex<Vec<(String, Said)>>,
    held: Mutex<Vec<String>>,
    released: Signal,
}

#[derive(Deserialize)]
struct Search {
    q: String,
}

impl LocalWeb {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let inside = Scripted::serve(|_| Said::html("what nobody may see"));
        let shared = Arc::new(Shared {
            pages: Mutex::new(pages(&inside.url)),
            found: Mutex::default(),
            fetched: watch::Sender::default(),
            searches: Mutex::default(),
            answered: Mutex::default(),
            held: Mutex::new(vec!["/slow".to_owned()]),
            released: Signal::new(),
        });
        let data = Data::from(Arc::clone(&shared));
        let server = HttpServer::new(move || {
            let search = web::get().to(search);
            App::new().app_data(data.clone()).route("/search", search).default_service(web::to(page))
        });
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { port, shared, inside }
    }

    /// The address of a page. It is a name, so that the web can be allowed and all else of this machine not.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Lets Stoa search here, as the source `web`, and fetch what is found.
    pub fn configure(&self, config: &mut Config) {
        config.research = toml::from_str(&self.keys()).unwrap();
    }

    /// The same as a table of `stoa.toml`.
    pub fn toml(&self) -> String {
        let keys = self.keys().replace("[[sources]]", "[[research.sources]]");
        format!("[research]\n{keys}")
    }

    fn keys(&self) -> String {
        let url = self.url("/");
        format!("allow_hosts = ['localhost']\n[[sources]]\nkind = 'searxng'\nname = 'web'\nurl = '{url}'\n")
    }

    /// Puts a page at a path, or another one.
    pub fn put(&self, path: &str, page: Said) {
        self.shared.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// From now on whoever searches for something with `words` in it finds these paths. What is told first counts.
    pub fn finds(&self, words: &str, paths: &[&str]) {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self.shared.found.lock().unwrap().push((words.to_lowercase(), paths));
    }

    /// From now on searches are answered so.
    pub fn search_fails(&self, answer: Said) {
        self.answers("", answer);
    }

    /// From now on searches for something with `words` in it are answered so. What is told first counts.
    pub fn answers(&self, words: &str, answer: Said) {
        self.shared.answered.lock().unwrap().push((words.to_lowercase(), answer));
    }

    /// What was searched for.
    pub fn searches(&self) -> Vec<String> {
        self.shared.searches.lock().unwrap().clone()
    }

    /// How often a path was fetched.
    pub fn fetched(&self, path: &str) -> usize {
        self.shared.fetched.borrow().get(path).copied().unwrap_or_default()
    }

    /// How often the server was asked that nobody may fetch from.
    pub fn fetched_inside(&self) -> usize {
        self.inside.asked().len()
    }

    /// Holds a page back until [`Self::release`]; `/search` is one, too.
    pub fn hold(&self, path: &str) {
        self.shared.held.lock().unwrap().push(path.to_owned());
    }

    /// Waits until a path has been asked for that often.
    pub async fn asked_for(&self, path: &str, times: usize) {
        wait(&self.shared.fetched, |fetched| fetched.get(path).is_some_and(|count| *count >= times)).await;
    }

    /// Lets `/slow` come, and what else is held back, now and from now on.
    pub fn release(&self) {
        self.shared.released.fire();
    }
}

async fn page(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let path = request.path().to_owned();
    come(&shared, &path).await;
    let page = shared.pages.lock().unwrap().get(&path).cloned();
    page.unwrap_or(Said::status(404)).into()
}

/// Counts that a path was asked for, and waits if it is held back.
async fn come(shared: &Shared, path: &str) {
    shared.fetched.send_modify(|fetched| *fetched.entry(path.to_owned()).or_default() += 1);
    let is_held = shared.held.lock().unwrap().iter().any(|held| held == path);
    if is_held {
        shared.released.fired().await;
    }
}

async fn search(asked: Query<Search>, shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    shared.searches.lock().unwrap().push(asked.q.clone());
    come(&shared, "/search").await;
    let question = asked.q.to_lowercase();
    let answered = shared.answered.lock().unwrap().clone();
    if let Some((_, answer)) = answered.into_iter().find(|(words, _)| question.contains(words)) {
        return answer.into();
    }
    let found = shared.found.lock().unwrap();
    let paths = found.iter().find(|(words, _)| question.contains(words)).map(|(_, paths)| paths.as_slice());
    let host = request.connection_info().host().to_owned();
    let hit =
        |path: &String| json!({ "url": format!("http://{host}{path}"), "title": path, "content": asked.q });
    let results: Vec<_> = paths.unwrap_or_default().iter().map(hit).collect();
    HttpResponse::Ok().json(json!({ "query": asked.q, "results": results }))
}

fn pages(inside: &str) -> HashMap<String, Said> {
    let typed = |kind: &str, body: Vec<u8>| Said {
        status: 200,
        headers: vec![("content-type", kind.to_owned())],
        body,
    };
    let (gb, _, _) = encoding_rs::GB18030.encode(ZH);
    let bomb = Said::html(packed(&vec![b' '; 20_000_000])).with("content-encoding", "gzip");
    let pdf = page_of(&stream(b"BT /F1 12 Tf 72 720 Td (The Digest was issued in 533.) Tj ET", ""), "", &[]);
    [
        ("/zh", Said::html(ZH)),
        ("/en", Said::html(EN)),
        ("/book.pdf", typed("application/pdf", pdf)),
        ("/data.json", Said::json(200, r#"{"digest":{"issued":533,"books":50}}"#)),
        ("/notes.md", typed("text/markdown", "# Notes\n\nThe Digest has 50 books.\n".into())),
        ("/wrong-charset", typed("text/html; charset=utf-8", gb.into_owned())),
        ("/moved", Said::redirect("/en")),
        ("/inside", Said::redirect(&format!("{inside}/secret"))),
        ("/slow", Said::html(EN)),
        ("/huge", Said::html("word ".repeat(2_000_000))),
        ("/bomb", bomb),
        ("/private/page", Said::html(EN)),
        ("/picture", typed("image/png", b"\x89PNG\r\n\x1a\n".to_vec())),
        ("/robots.txt", typed("text/plain", "User-agent: *\nDisallow: /private/\n".into())),
    ]
    .map(|(path, page)| (path.to_owned(), page))
    .into()
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut encoder, body).unwrap();
    encoder.finish().unwrap()
}

const EN: &str = "<!doctype html><html lang=en><head><title>Roman law and the Stoa</title></head><body>\
<nav><a href=/>Home</a> <a href=/shop>Shop</a></nav><article><h1>Roman law and the Stoa</h1>\
<p>The Digest of Justinian was issued in the year 533. It holds extracts from the writings of thirty-nine jurists, \
arranged in fifty books, and it had the force of law.</p>\
<p>Panaetius of Rhodes taught in Rome in the second century before Christ. Quintus Mucius Scaevola, the pontifex, \
heard him, and was the first to arrange the civil law by kinds in eighteen books.</p>\
<p>Cicero wrote that true law is right reason in agreement with nature. He had this from the Stoics, who taught that one \
law rules all nations at all times.</p></article><footer>Cookies &amp; terms</footer></body></html>";

const ZH: &str = "<!doctype html><html lang=zh><head><title>罗马法与斯多葛学派</title></head><body>\
<nav><a href=/>首页</a> <a href=/shop>商店</a></nav><article><h1>罗马法与斯多葛学派</h1>\
<p>查士丁尼的《学说汇纂》于公元533年颁布，共五十卷，摘录了三十九位法学家的著作，并具有法律效力。</p>\
<p>罗得岛的帕奈提乌斯于公元前二世纪在罗马讲学。大祭司昆图斯·穆奇乌斯·斯凯沃拉听过他的课，\
他是第一个把市民法按类别编成十八卷的人。</p>\
<p>西塞罗写道，真正的法律是与自然相一致的正确理性。这一思想来自斯多葛学派，他们认为有一种法律在一切时代支配一切民族。</p>\
</article><footer>版权所有</footer></body></html>";
