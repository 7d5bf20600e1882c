//! A binary file of the caller's, read piece by piece.

use std::io::{self, Read};

use layertrust::{Code, Error};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::source::{attached, bytes, failed, wrong};

/// How much is asked for at once: every piece takes the interpreter from somebody.
const PIECE: usize = 256 << 10;

/// A Python object with `read(n)`. It is closed when nobody reads it any more.
pub(crate) struct FileReader {
    object: Py<PyAny>,
    what: String,
    piece: Option<PyBackedBytes>,
    /// How much of the piece was handed on.
    taken: usize,
}

impl FileReader {
    /// Takes an object that can be read, or none of it.
    pub(crate) fn new(what: &str, object: &Bound<'_, PyAny>) -> Result<Option<Self>, Error> {
        let read = object.getattr_opt("read").map_err(|raised| failed(object.py(), what, raised))?;
        Ok(read.filter(|read| read.is_callable()).map(|_| FileReader {
            object: object.clone().unbind(),
            what: format!("{what}: read"),
            piece: None,
            taken: 0,
        }))
    }

    fn rest(&self) -> &[u8] {
        self.piece.as_deref().and_then(|piece| piece.get(self.taken..)).unwrap_or_default()
    }

    /// Reads the next piece; an empty one is the end.
    fn advance(&mut self) -> Result<(), Error> {
        let what = &self.what;
        let piece = attached(what, |py| {
            let answer = self.object.bind(py).call_method1("read", (PIECE,));
            let answer = answer.map_err(|raised| failed(py, what, raised))?;
            let piece = bytes(what, &answer)?.ok_or_else(|| wrong(what, "bytes", &answer))?;
            if piece.len() > PIECE {
                return Err(Error::new(Code::Io, what.as_str())
                    .expected(format!("at most {PIECE} bytes, as asked"))
                    .found(piece.len()));
            }
            Ok(piece)
        })?;
        (self.piece, self.taken) = (Some(piece), 0);
        Ok(())
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest().is_empty() && !buffer.is_empty() {
            self.advance().map_err(io::Error::other)?;
        }
        let count = self.rest().read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

impl Drop for FileReader {
    fn drop(&mut self) {
        // All that was needed of it is read: what closing it says changes nothing.
        let _ = attached(&self.what, |py| {
            let close = self.object.bind(py).getattr_opt("close");
            let closed = close.and_then(|close| close.map(|close| close.call0()).transpose());
            closed.map(|_| ()).map_err(|raised| failed(py, &self.what, raised))
        });
    }
}
