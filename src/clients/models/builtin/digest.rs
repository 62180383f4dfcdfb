//! SHA-256 of files, and of what is being written; knows nothing of weights.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// SHA-256 of a file, in hexadecimal.
pub(super) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut digesting = Digesting::new(io::sink());
    io::copy(&mut File::open(path)?, &mut digesting)?;
    Ok(digesting.finish().1)
}

/// A writer that knows the SHA-256 of what went through it.
pub(super) struct Digesting<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Digesting<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new() }
    }

    /// The writer, and the hash in hexadecimal.
    pub(super) fn finish(self) -> (W, String) {
        let mut hexadecimal = String::with_capacity(64);
        for byte in self.digest.finalize() {
            // Writing into a string cannot fail.
            let _ = write!(hexadecimal, "{byte:02x}");
        }
        (self.inner, hexadecimal)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_what_was_written() {
        let mut digesting = Digesting::new(Vec::new());
        digesting.write_all(b"abc").unwrap();
        let (written, hash) = digesting.finish();
        assert_eq!(written, b"abc");
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
