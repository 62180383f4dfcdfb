//! A model server that follows a script: every byte, pause and cut is the test's; knows nothing of what it sends.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a test waits for something that must happen; reached only by a failing test.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server on a port of its own; it stops with the test's runtime.
#[derive(Clone)]
pub struct Upstream {
    pub base_url: String,
    shared: Arc<Shared>,
}

/// What chooses the script for a chat completion.
type Director = Arc<dyn Fn(&Request) -> Script + Send + Sync>;

struct Shared {
    scripts: Mutex<HashMap<String, VecDeque<Script>>>,
    director: Mutex<Option<Director>>,
    requests: watch::Sender<Vec<Request>>,
    disconnections: watch::Sender<usize>,
}

/// A request as it was received.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    /// `Null` when there was none.
    pub body: Value,
}

/// Something a script waits for.
#[derive(Clone)]
pub struct Signal(watch::Sender<bool>);

/// What to do with a connection, step by step. After the last step it is closed.
#[derive(Clone, Default)]
pub struct Script {
    steps: Vec<Step>,
    chunked: bool,
}

#[derive(Clone)]
enum Step {
    Send(Vec<u8>),
    Sleep(Duration),
    WaitFor(Signal),
    Hang,
    Reset,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            scripts: Mutex::default(),
            director: Mutex::default(),
            requests: watch::Sender::default(),
            disconnections: watch::Sender::default(),
        });
        let server = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&server).serve(stream));
            }
        });
        Self { base_url, shared }
    }

    /// A server whose chat completions follow `script`.
    pub async fn chat(script: Script) -> Self {
        Self::start().await.on("/v1/chat/completions", script)
    }

    /// Adds a script for requests of `path`. Each is used once, in order; the last one again and again.
    pub fn on(self, path: &str, script: Script) -> Self {
        self.shared.scripts.lock().unwrap().entry(path.to_owned()).or_default().push_back(script);
        self
    }

    /// From now on chat completions follow these scripts: each is used once, in order, the last one again and again.
    pub fn play(&self, scripts: impl IntoIterator<Item = Script>) {
        let scripts = scripts.into_iter().collect();
        self.shared.scripts.lock().unwrap().insert("/v1/chat/completions".to_owned(), scripts);
    }

    /// From now on the script of each chat completion depends on what is asked.
    pub fn direct(&self, director: impl Fn(&Request) -> Script + Send + Sync + 'static) {
        *self.shared.director.lock().unwrap() = Some(Arc::new(director));
    }

    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.borrow().clone()
    }

    /// Waits until `count` requests have come.
    pub async fn received(&self, count: usize) -> Vec<Request> {
        wait(&self.shared.requests, |requests| requests.len() >= count).await;
        self.requests()
    }

    /// Waits until `count` clients have left while their script had more to do.
    pub async fn disconnected(&self, count: usize) {
        wait(&self.shared.disconnections, |left| *left >= count).await;
    }
}

impl Signal {
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub fn fire(&self) {
        self.0.send_replace(true);
    }

    pub async fn fired(&self) {
        wait(&self.0, |fired| *fired).await;
    }
}

impl Script {
    /// Nothing is sent but what the steps say, head included.
    pub fn raw() -> Self {
        Self::default()
    }

    /// A whole response with a body of known length.
    pub fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        Self::raw().send(format!(
            "HTTP/1.1 {status} Scripted\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    pub fn json(status: u16, body: impl ToString) -> Self {
        Self::reply(status, &[("Content-Type", "application/json")], &body.to_string())
    }

    /// The head of an event stream. Each `send` is one chunk of it; without [`Script::end`] it is cut off.
    pub fn stream() -> Self {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        Self { chunked: true, ..Self::raw().send(head) }
    }

    /// A whole stream: `pieces` of text, the reason, the usage and `[DONE]`.
    pub fn answer(pieces: &[&str]) -> Self {
        pieces.iter().fold(Self::stream(), |script, piece| script.text(piece)).finish(pieces.len())
    }

    /// The reason, the usage and `[DONE]`.
    pub fn finish(self, completion_tokens: usize) -> Self {
        self.data(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
            .data(
                json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": completion_tokens}}),
            )
            .data("[DONE]")
            .end()
    }

    pub fn send(self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let frame = match self.chunked {
            true => [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat(),
            false => bytes.to_vec(),
        };
        self.then(Step::Send(frame))
    }

    /// An event.
    pub fn data(self, data: impl ToString) -> Self {
        self.send(format!("data: {}\n\n", data.to_string()))
    }

    /// An event with a delta.
    pub fn delta(self, delta: Value) -> Self {
        self.data(json!({"id": "c1", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]}))
    }

    pub fn text(self, text: &str) -> Self {
        self.delta(json!({"content": text}))
    }

    /// The orderly end of a stream.
    pub fn end(self) -> Self {
        self.then(Step::Send(b"0\r\n\r\n".to_vec()))
    }

    pub fn sleep(self, time: Duration) -> Self {
        self.then(Step::Sleep(time))
    }

    pub fn wait_for(self, signal: &Signal) -> Self {
        self.then(Step::WaitFor(signal.clone()))
    }

    /// Silence until the client leaves.
    pub fn hang(self) -> Self {
        self.then(Step::Hang)
    }

    /// A connection reset instead of a close.
    pub fn reset(self) -> Self {
        self.then(Step::Reset)
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl Shared {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        stream.set_nodelay(true).unwrap();
        let Some(request) = read_request(&mut stream).await else { return };
        let script = self.script(&request);
        self.requests.send_modify(|requests| requests.push(request));
        for step in script.steps {
            if perform(step, &mut stream).await.is_break() {
                self.disconnections.send_modify(|left| *left += 1);
                return;
            }
        }
    }

    fn script(&self, request: &Request) -> Script {
        let path = request.path.as_str();
        let director = self.director.lock().unwrap().clone();
        if let Some(director) = director.filter(|_| path == "/v1/chat/completions") {
            return director(request);
        }
        match self.scripts.lock().unwrap().get_mut(path) {
            Some(scripts) if scripts.len() > 1 => scripts.pop_front().unwrap(),
            Some(scripts) => scripts[0].clone(),
            None => Script::json(404, json!({"error": {"message": format!("no script for {path}")}})),
        }
    }
}

/// Does one step; breaks off when the client has left.
async fn perform(step: Step, stream: &mut TcpStream) -> ControlFlow<()> {
    match step {
        Step::Send(bytes) => match stream.write_all(&bytes).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        },
        Step::Sleep(time) => unless_left(stream, tokio::time::sleep(time)).await,
        Step::WaitFor(signal) => unless_left(stream, signal.fired()).await,
        Step::Hang => unless_left(stream, std::future::pending()).await,
        Step::Reset => {
            stream.set_zero_linger().unwrap();
            ControlFlow::Continue(())
        }
    }
}

async fn unless_left(stream: &mut TcpStream, pause: impl Future<Output = ()>) -> ControlFlow<()> {
    tokio::select! {
        () = pause => ControlFlow::Continue(()),
        _ = stream.read_u8() => ControlFlow::Break(()),
    }
}

/// An address that refuses connections for as long as the socket is kept, since nobody else can listen there.
pub fn refusing() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    Some(Request { method, path, headers, body })
}

/// Waits for something that must happen.
pub(super) async fn wait<T>(sender: &watch::Sender<T>, condition: impl FnMut(&T) -> bool) {
    let mut receiver = sender.subscribe();
    let waiting = receiver.wait_for(condition);
    timeout(PATIENCE, waiting).await.expect("what was waited for did not happen").unwrap();
}
