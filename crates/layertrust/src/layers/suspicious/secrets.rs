//! Files that hold credentials, by their names.

use super::{split, tails};

/// Files by the end of their path, whatever the home.
const IN_HOME: &[&str] = &[
    ".aws/credentials",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".composer/auth.json",
    ".config/containers/auth.json",
    ".config/gcloud/access_tokens.db",
    ".config/gcloud/application_default_credentials.json",
    ".config/gcloud/credentials.db",
    ".config/gh/hosts.yml",
    ".docker/config.json",
    ".gem/credentials",
    ".google/credentials.json",
    ".kube/config",
    ".terraform.d/credentials.tfrc.json",
];

/// Folders that hold nothing else.
const FOLDERS: &[&str] = &[".azure/", ".config/gcloud/legacy_credentials/"];

/// Endings of stores of keys, of passwords and of a cloud's state.
const ENDINGS: &[&str] = &[".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".tfstate", ".tfstate.backup"];

/// Words in the names of samples, as in `.env.example`.
const SAMPLES: &[&[u8]] =
    &[b"example", b"sample", b"template", b"dist", b"default", b"defaults", b"tpl", b"schema"];

/// Whether a file's name says that it holds credentials.
pub(super) fn is_secret(path: &[u8], name: &[u8]) -> bool {
    by_name(path, name)
        || ENDINGS.iter().any(|ending| name.ends_with(ending.as_bytes()))
        || tails(path).filter(|tail| tail.starts_with(b".")).any(|tail| {
            IN_HOME.iter().any(|file| tail == file.as_bytes())
                || FOLDERS.iter().any(|folder| tail.starts_with(folder.as_bytes()))
        })
}

/// By the name alone, wherever it is.
fn by_name(path: &[u8], name: &[u8]) -> bool {
    match name {
        b"id_rsa" | b"id_dsa" | b"id_ecdsa" | b"id_ecdsa_sk" | b"id_ed25519" | b"id_ed25519_sk"
        | b"_netrc" | b"kubeconfig" | b".netrc" | b".pgpass" | b".my.cnf" | b".pypirc"
        | b".git-credentials" | b".dockercfg" | b".vault-token" | b".htpasswd" => true,
        // A program has this name too.
        b"htpasswd" => !matches!(split(split(path).0).1, b"bin" | b"sbin"),
        // Published packages carry settings of their authors by these names; the shape tells if there is more.
        b".npmrc" => !is_published(path),
        _ => is_environment(name) && !is_published(path),
    }
}

/// `.env` and its variants, but no samples.
fn is_environment(name: &[u8]) -> bool {
    match name.strip_prefix(b".env") {
        Some(b"") => true,
        Some([b'.', rest @ ..]) => !rest.split(|byte| *byte == b'.').any(|part| SAMPLES.contains(&part)),
        _ => false,
    }
}

/// In a package that came from a registry.
fn is_published(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').any(|part| part == b"node_modules" || part == b"site-packages")
}
