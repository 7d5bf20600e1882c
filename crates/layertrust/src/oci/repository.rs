//! Names of repositories in registries, read as `docker pull` reads them (distribution "reference.go").

use std::fmt;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::oci::reference::Selector;

/// The registry that a name without one means.
const DOCKER_HUB: &str = "docker.io";
/// The longest repository name (distribution-spec, "Pulling manifests"): 255 with the registry's.
const LONGEST: usize = 255;
/// The longest tag (distribution-spec, "Pulling manifests").
const LONGEST_TAG: usize = 128;

/// A repository of a registry: `docker.io/library/alpine`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository {
    host: String,
    path: String,
}

impl Repository {
    /// Reads `NAME`, completed as Docker does: without a registry it is Docker Hub's, and there without a
    /// namespace it is `library/NAME`.
    ///
    /// # Errors
    /// `usage` if it is no name of a repository.
    pub fn new(name: &str) -> Result<Self> {
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if is_host(host) => (host, path),
            _ => (DOCKER_HUB, name),
        };
        // Docker Hub's old name.
        let host = if host == "index.docker.io" { DOCKER_HUB } else { host };
        let path = match host {
            DOCKER_HUB if !path.contains('/') => format!("library/{path}"),
            _ => path.to_owned(),
        };
        let wrong = |expected: &str| {
            Err(Error::new(Code::Usage, "repository name").expected(expected).found(format!("{name:?}")))
        };
        if !is_host_name(host) {
            return wrong("a registry's host, with a port where it has one");
        }
        if !path.split('/').all(is_path_part) {
            return wrong(
                "lowercase letters and digits, with single . _ or - between them, in parts divided by /",
            );
        }
        if host.len() + 1 + path.len() > LONGEST {
            return wrong("at most 255 characters");
        }
        let is_digest = path.strip_prefix("library/").is_some_and(|path| path.len() == 64 && is_hex(path));
        if is_digest {
            return wrong("a name, not the digits of a digest");
        }
        Ok(Repository { host: host.to_owned(), path })
    }

    /// Reads `NAME[:TAG][@DIGEST]`. Of a tag and a digest the digest counts, as with `docker pull`; with neither,
    /// nothing is selected, which a registry reads as `latest`.
    pub(crate) fn with_selector(text: &str) -> Result<(Self, Selector)> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => {
                let digest = digest.parse().map_err(|error: Error| {
                    Error::new(Code::Usage, "image reference")
                        .expected("a digest after @")
                        .found(error.message())
                })?;
                (name, Some(digest))
            }
            None => (text, None),
        };
        // A colon before the last slash is a port's.
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(Error::new(Code::Usage, "image reference")
                .expected("a tag of letters, digits, _ . and -, 128 at most")
                .found(format!("{tag:?}")));
        }
        let selector = match (digest, tag) {
            (Some(digest), _) => Selector::Digest(digest),
            (None, Some(tag)) => Selector::Tag(tag.to_owned()),
            (None, None) => Selector::Only,
        };
        Ok((Repository::new(name)?, selector))
    }

    /// The registry, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The name within the registry: `library/alpine`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.path)
    }
}

/// Whether the first part of a name is a registry and no namespace of Docker Hub's.
fn is_host(part: &str) -> bool {
    part.contains(['.', ':'])
        || part == "localhost"
        || part.contains(|letter: char| letter.is_ascii_uppercase())
}

/// A domain name, an IPv4 address or an IPv6 address in brackets, with a port where there is one.
fn is_host_name(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => ("localhost", rest),
            _ => return false,
        },
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let is_label = |label: &str| {
        let inner = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !label.is_empty() && label.chars().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
    is_port && name.split('.').all(is_label)
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
fn is_path_part(part: &str) -> bool {
    let is_alphanumeric = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_between = |between: &str| {
        matches!(between, "." | "_" | "__")
            || !between.is_empty() && between.chars().all(|letter| letter == '-')
    };
    part.starts_with(is_alphanumeric)
        && part.ends_with(is_alphanumeric)
        && part.split(is_alphanumeric).filter(|between| !between.is_empty()).all(is_between)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    tag.starts_with(is_word)
        && tag.len() <= LONGEST_TAG
        && tag.chars().all(|letter| is_word(letter) || matches!(letter, '.' | '-'))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests;
