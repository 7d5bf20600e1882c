//! The table of contents that a layer's annotations name.

use std::ops::Range;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::Descriptor;

const ESTARGZ: &str = "containerd.io/snapshot/stargz/toc.digest";
/// containers/storage wrote the first form, and writes the second.
const CHUNKED: [(&str, &str); 2] = [
    ("io.containers.zstd-chunked.manifest-checksum", "io.containers.zstd-chunked.manifest-position"),
    (
        "io.github.containers.zstd-chunked.manifest-checksum",
        "io.github.containers.zstd-chunked.manifest-position",
    ),
];

/// Annotations by which runtimes read a layer through its table of contents instead of its tar.
pub(crate) const TABLE_ANNOTATIONS: [&str; 6] = [
    ESTARGZ,
    "io.containers.estargz.uncompressed-size",
    CHUNKED[0].0,
    CHUNKED[0].1,
    CHUNKED[1].0,
    CHUNKED[1].1,
];

/// The table that a layer's annotations name.
pub(crate) enum Announced {
    Nothing,
    Estargz { digest: Digest },
    Chunked { digest: Digest, range: Range<u64>, size: u64 },
}

impl Announced {
    pub(crate) fn by(blob: &Descriptor, limits: &Limits) -> Result<Self> {
        let estargz = blob.annotation(ESTARGZ);
        let mut tables =
            CHUNKED.iter().filter_map(|(sum, at)| Some((blob.annotation(sum)?, blob.annotation(at))));
        let chunked = tables.next();
        // Each tool reads one of the two forms: they must lead to one table.
        if tables.any(|table| Some(table) != chunked) {
            return Err(inconsistent("one table of contents").found("annotations that name two"));
        }
        match (estargz, chunked) {
            (None, None) => Ok(Announced::Nothing),
            (Some(digest), None) => Ok(Announced::Estargz { digest: digest.parse()? }),
            (Some(_), Some(_)) => {
                Err(inconsistent("one table of contents").found("annotations of two kinds"))
            }
            (None, Some((digest, position))) => {
                let numbers: Option<Vec<u64>> = position.unwrap_or_default().split(':').map(number).collect();
                let Some([offset, length, size, 1]) = numbers.as_deref() else {
                    return Err(inconsistent("a position OFFSET:LENGTH:SIZE:1 of the table of contents")
                        .found(format!("{position:?}")));
                };
                for size in [length, size] {
                    Limits::check("table-size", limits.table_size, *size, "table of contents")?;
                }
                let range = *offset..offset.saturating_add(*length);
                Ok(Announced::Chunked { digest: digest.parse()?, range, size: *size })
            }
        }
    }

    pub(crate) fn is_any(&self) -> bool {
        !matches!(self, Announced::Nothing)
    }

    /// The part of the blob that must be kept while it is read.
    pub(crate) fn range(&self) -> Range<u64> {
        match self {
            Announced::Chunked { range, .. } => range.clone(),
            Announced::Nothing | Announced::Estargz { .. } => 0..0,
        }
    }
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

pub(super) fn inconsistent(expected: &str) -> Error {
    Error::new(Code::LayerInconsistent, "table of contents").expected(expected)
}

#[cfg(test)]
mod tests;
