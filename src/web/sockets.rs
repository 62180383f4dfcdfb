//! Connections whose other end takes nothing of what it is sent; knows nothing of what that is.

use std::net::TcpListener;
use std::time::Duration;

/// How long a client may leave what it is sent untouched. Who comes back goes on where it was.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Has connections that `listener` accepts be cut once their other end has taken nothing for `patience`. A stream whose
/// reader has stopped reading waits for room and notices nothing by itself, so the system has to; where it cannot, streams
/// of such readers wait on.
///
/// # Errors
/// When the system refuses.
pub fn cut_idle(listener: &TcpListener, patience: Duration) -> std::io::Result<()> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    socket2::SockRef::from(listener).set_tcp_user_timeout(Some(patience))?;
    #[cfg(not(any(target_os = "android", target_os = "linux")))]
    let _ = (listener, patience);
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn who_takes_nothing_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        cut_idle(&listener, Duration::from_millis(300)).unwrap();
        let _reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut writer, _) = listener.accept().unwrap();
        let broken = loop {
            if let Err(error) = writer.write_all(&[0; 65536]) {
                break error.kind();
            }
        };
        assert_eq!(broken, std::io::ErrorKind::TimedOut);
    }
}
