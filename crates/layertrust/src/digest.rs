//! Digests, one type for each role: a diff ID is no blob digest, and nothing converts between them.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256, Sha512};

use crate::code::Code;
use crate::error::{Error, Result};

/// A hash algorithm registered in the OCI image specification ("descriptor.md", digests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name in front of the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
        }
    }

    const fn length(self) -> usize {
        match self {
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        }
    }
}

/// The digest of some bytes: algorithm and value. Parsed once, compared by value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    bytes: [u8; 64],
}

impl Digest {
    /// Hashes `bytes`.
    #[must_use]
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// The SHA-256 of `bytes`.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self::of(Algorithm::Sha256, bytes)
    }

    /// The digest with this value in lower-case hexadecimal.
    pub fn from_hex(algorithm: Algorithm, hex: &str) -> Result<Self> {
        let mut bytes = [0; 64];
        let valid = hex.len() == 2 * algorithm.length()
            && hex.as_bytes().chunks_exact(2).zip(&mut bytes).all(|(pair, byte)| match pair {
                [high, low] => match (hex_value(*high), hex_value(*low)) {
                    (Some(high), Some(low)) => {
                        *byte = high << 4 | low;
                        true
                    }
                    _ => false,
                },
                _ => false,
            });
        if !valid {
            return Err(Error::new(Code::Malformed, "digest")
                .expected(format!(
                    "{} lower-case hexadecimal digits after {}:",
                    2 * algorithm.length(),
                    algorithm.name()
                ))
                .found(format!("{hex:?}")));
        }
        Ok(Digest { algorithm, bytes })
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The value.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.algorithm.length()).unwrap_or_default()
    }

    /// The value in lower-case hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(self.as_bytes())
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            Some(("sha256", hex)) => Digest::from_hex(Algorithm::Sha256, hex),
            Some(("sha512", hex)) => Digest::from_hex(Algorithm::Sha512, hex),
            _ => Err(Error::new(Code::Malformed, "digest")
                .expected("sha256:… or sha512:… in lower-case hexadecimal")
                .found(format!("{text:?}"))),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a layer's uncompressed tar (image-spec "config.md", Layer DiffID).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiffId(pub(crate) Digest);

impl fmt::Display for DiffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for DiffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl DiffId {
    /// The algorithm that the config chose.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    /// Whether this is the diff ID of a tar archive without entries, as common tools write one:
    /// no bytes, two zero blocks, or one record of twenty zero blocks.
    #[must_use]
    pub fn is_known_empty(&self) -> bool {
        const EMPTY: [&str; 3] = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
            "84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652",
        ];
        EMPTY.contains(&self.0.hex().as_str())
    }
}

/// The digest of a whole stack of layers (image-spec "config.md", Layer ChainID).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(Digest);

impl ChainId {
    /// The chain ID of these layers, bottom up; none for no layers.
    #[must_use]
    pub fn of(diff_ids: impl IntoIterator<Item = DiffId>) -> Option<Self> {
        Self::each(diff_ids).last()
    }

    /// The chain IDs of the lowest layer, of the lowest two, and so on.
    pub(crate) fn each(diff_ids: impl IntoIterator<Item = DiffId>) -> impl Iterator<Item = Self> {
        diff_ids.into_iter().scan(None, |below: &mut Option<ChainId>, diff_id| {
            *below = Some(ChainId(match below {
                None => diff_id.0,
                Some(below) => Digest::sha256(format!("{below} {diff_id}").as_bytes()),
            }));
            *below
        })
    }

    pub(crate) const fn digest(&self) -> Digest {
        self.0
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Hashes a stream piece by piece.
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha512(Box<Sha512>),
}

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            Algorithm::Sha512 => Hasher::Sha512(Box::new(Sha512::new())),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Digest {
        let mut bytes = [0; 64];
        let algorithm = match self {
            Hasher::Sha256(hasher) => {
                bytes.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
                Algorithm::Sha256
            }
            Hasher::Sha512(hasher) => {
                bytes.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
                Algorithm::Sha512
            }
        };
        Digest { algorithm, bytes }
    }
}

macro_rules! serialize_as_text {
    ($($name:ident),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
serialize_as_text!(Digest, DiffId, ChainId);
