//! The files that `docker login` (`config.json`) and `podman login` (`auth.json`) write.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use layertrust::{Code, Error};
use serde::Deserialize;

use crate::credentials::{Credential, Credentials};
use crate::hosts::DOCKER_HUB;
use crate::limits::AUTH_FILE_SIZE;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AuthFile {
    auths: BTreeMap<String, Entry>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// Adds what a file says to what is known.
pub(super) fn add(mut to: Credentials, json: &[u8]) -> Result<Credentials, Error> {
    // A parser's message could show a password.
    let wrong = || {
        Error::new(Code::Usage, "credentials file")
            .expected("JSON as `docker login` or `podman login` writes it")
            .found("something else")
            .hint("Log in again, or name another file.")
    };
    if json.len() as u64 > AUTH_FILE_SIZE {
        return Err(wrong());
    }
    let file: AuthFile = serde_json::from_slice(json).map_err(|_| wrong())?;
    for (name, entry) in file.auths {
        if let Some(credential) = credential(entry).map_err(|()| wrong())? {
            to.known.entry(normalized(&name)).or_insert(credential);
        }
    }
    for (name, program) in file.cred_helpers {
        to.helpers.entry(normalized(&name)).or_insert(program);
    }
    to.store = to.store.or(file.creds_store.filter(|program| !program.is_empty()));
    Ok(to)
}

/// What an entry says; nothing where a program keeps it.
fn credential(entry: Entry) -> Result<Option<Credential>, ()> {
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(token) = said(entry.registrytoken) {
        return Ok(Some(Credential::RegistryToken(token)));
    }
    if let Some(token) = said(entry.identitytoken) {
        return Ok(Some(Credential::IdentityToken(token)));
    }
    if let Some(auth) = said(entry.auth) {
        let bytes = STANDARD.decode(&auth).or_else(|_| STANDARD_NO_PAD.decode(&auth)).map_err(|_| ())?;
        let text = String::from_utf8(bytes).map_err(|_| ())?;
        let (username, password) = text.split_once(':').ok_or(())?;
        // Docker pads with zeros what it once encrypted.
        let password = password.trim_end_matches('\0');
        return Ok(Some(Credential::Password {
            username: username.to_owned(),
            password: password.to_owned(),
        }));
    }
    Ok(match (said(entry.username), said(entry.password)) {
        (Some(username), Some(password)) => Some(Credential::Password { username, password }),
        _ => None,
    })
}

/// A key of such a file as the beginning of a repository's name: `https://index.docker.io/v1/` is `docker.io`.
pub(super) fn normalized(key: &str) -> String {
    let (had_scheme, key) = match key.split_once("://") {
        Some((_, key)) => (true, key),
        None => (false, key),
    };
    let key = key.trim_end_matches('/');
    let (host, path) = key.split_once('/').unwrap_or((key, ""));
    let host = match host {
        "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
        host => host,
    };
    // Addresses end in the API's version, which is no name.
    let path = if had_scheme || matches!(path, "v1" | "v2") { "" } else { path };
    if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
}
