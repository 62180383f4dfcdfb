//! Reading in a process of its own, as `stoa read`: it may take no more than it is given, and when it dies nothing else
//! does. The libraries that know PDF and HTML neither end with certainty nor bound what they take, and a thread cannot be
//! stopped.
//!
//! On stdin comes the content type as a JSON string in a line and then the bytes; on stdout goes the [`Outcome`] as JSON.

use std::io::{BufRead, Read, Write};

use super::{ReadError, Text, read};

/// What is answered.
pub type Outcome = Result<Text, ReadError>;

/// The most memory it may take beside the program itself, in bytes.
const MEMORY: u64 = 384 * 1024 * 1024;
/// The most it may work, in seconds, also when nobody is left to end it.
const WORK: u64 = 15;

/// Reads what stands on stdin and answers on stdout.
///
/// # Errors
/// When stdin or stdout break.
pub fn serve() -> std::io::Result<()> {
    limit()?;
    let mut stdin = std::io::stdin().lock();
    let mut head = String::new();
    stdin.read_line(&mut head)?;
    let content_type: String = serde_json::from_str(&head)?;
    let mut body = Vec::new();
    stdin.read_to_end(&mut body)?;
    let outcome: Outcome = read(&content_type, &body);
    std::io::stdout().lock().write_all(&serde_json::to_vec(&outcome)?)
}

/// Whoever goes beyond is ended by the system, or by the allocator that is refused memory.
#[cfg(unix)]
fn limit() -> std::io::Result<()> {
    use rlimit::Resource;
    let memory = MEMORY.saturating_add(mapped());
    for (resource, most) in
        [(Resource::AS, memory), (Resource::CPU, WORK), (Resource::CORE, 0), (Resource::FSIZE, 0)]
    {
        // Where the system knows no such limit, that of time is left.
        if resource.is_supported() {
            let most = most.min(resource.get_hard()?);
            resource.set(most, most)?;
        }
    }
    Ok(())
}

/// Addresses that the program has taken before it reads anything: a build for debugging is large. 0 where nobody tells.
#[cfg(unix)]
fn mapped() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default().saturating_mul(1024)
}

#[cfg(not(unix))]
fn limit() -> std::io::Result<()> {
    Ok(())
}
