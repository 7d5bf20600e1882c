//! Who the caller is, for each registry. Everything is an argument: no environment and no home folder is read.

mod auth_file;
mod helper;

use std::collections::BTreeMap;
use std::fmt;

use layertrust::{Error, Repository};

use crate::hosts::{DOCKER_HUB, shares_credentials_with};

/// What a registry is told. Never shown and never logged.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// User and password, or an access token in a password's place.
    Password {
        /// The user.
        username: String,
        /// The password.
        password: String,
    },
    /// A token that the registry's token endpoint exchanges (OAuth 2, `refresh_token`).
    IdentityToken(String),
    /// A token for the registry itself, sent as it is.
    RegistryToken(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// The caller's credentials by registry or by the beginning of a repository's name. None at all is anonymous.
#[derive(Clone, Default)]
pub struct Credentials {
    /// Under `HOST` or `HOST/PATH`.
    known: BTreeMap<String, Credential>,
    /// Programs that know the credentials of one registry, by the ends of their names.
    helpers: BTreeMap<String, String>,
    /// The program that knows those of every other.
    store: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("for", &self.known.keys()).finish_non_exhaustive()
    }
}

impl Credentials {
    /// No credentials: what a registry shows to everybody.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Adds a credential for a registry (`registry.example.com`), or for what lies under the beginning of a name
    /// (`registry.example.com/team`). The longest one counts.
    #[must_use]
    pub fn with(mut self, name: &str, credential: Credential) -> Self {
        self.known.insert(auth_file::normalized(name), credential);
        self
    }

    /// Adds what a file has that `docker login` or `podman login` wrote: `auths`, `credHelpers` and `credsStore`.
    /// What was added before counts first. The programs that the last two name (`docker-credential-NAME`) are run
    /// when a registry asks for credentials.
    ///
    /// # Errors
    /// `usage` if it is no such file. The message shows nothing of its contents.
    pub fn with_auth_file(self, json: &[u8]) -> Result<Self, Error> {
        auth_file::add(self, json)
    }

    /// What a registry is told that asks who wants to read a repository.
    pub(crate) fn find(&self, repository: &Repository) -> Result<Option<Credential>, Error> {
        match self.of_host(repository.host(), repository.path())? {
            None => match shares_credentials_with(repository.host()) {
                Some(host) => self.of_host(host, repository.path()),
                None => Ok(None),
            },
            found => Ok(found),
        }
    }

    fn of_host(&self, host: &str, path: &str) -> Result<Option<Credential>, Error> {
        // 1. A program for this registry alone.
        if let Some(program) = self.helpers.get(host) {
            return helper::ask(program, server(host));
        }
        // 2. The longest name that the repository lies under.
        let mut name = format!("{host}/{path}");
        loop {
            if let Some(found) = self.known.get(&name) {
                return Ok(Some(found.clone()));
            }
            match name.rfind('/') {
                Some(at) => name.truncate(at),
                None => break,
            }
        }
        // 3. The program for all.
        self.store.as_deref().map_or(Ok(None), |program| helper::ask(program, server(host)))
    }
}

/// A registry as credential helpers call it: Docker Hub by the address of its first version.
fn server(host: &str) -> &str {
    if host == DOCKER_HUB { "https://index.docker.io/v1/" } else { host }
}

#[cfg(test)]
mod tests;
