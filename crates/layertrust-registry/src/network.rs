//! What the network is like here: whose certificates count, and which proxy is in between.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use layertrust::{Code, Error};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

use crate::hosts::is_loopback;
use crate::http::config;
use crate::url::Url;

/// Where systems keep the certificates that they trust: Debian, Fedora, openSUSE, Alpine and macOS.
const SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Connections, directly and by a proxy.
pub(crate) struct Network {
    direct: Agent,
    proxied: Option<Agent>,
    no_proxy: Vec<String>,
}

impl Network {
    /// With the certificates of `authorities` in PEM, else the system's. No server may be silent for longer than
    /// `silence`.
    ///
    /// # Errors
    /// `usage` if they cannot be read, or the proxy's address is none.
    pub(crate) fn new(
        authorities: Option<&[u8]>,
        proxy: Option<&str>,
        no_proxy: &str,
        silence: Duration,
    ) -> Result<Self, Error> {
        let roots = match authorities {
            Some(pem) => certificates(pem)?,
            None => system(),
        };
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::from(roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let agent = |proxy| Agent::from(config(silence).tls_config(tls.clone()).proxy(proxy).build());
        let proxied = match proxy {
            Some(address) => {
                // The address may have a password.
                let proxy = Proxy::new(address).map_err(|_| {
                    Error::new(Code::Usage, "proxy").expected("http://HOST:PORT").found("no such address")
                })?;
                Some(agent(Some(proxy)))
            }
            None => None,
        };
        let no_proxy =
            no_proxy.split(',').map(|host| host.trim().trim_start_matches('.').to_ascii_lowercase());
        let no_proxy = no_proxy.filter(|host| !host.is_empty()).collect();
        Ok(Network { direct: agent(None), proxied, no_proxy })
    }

    /// What to reach an address by. This machine is reached directly.
    pub(crate) fn agent(&self, url: &Url) -> &Agent {
        match &self.proxied {
            Some(proxied) if !self.is_direct(url) => proxied,
            _ => &self.direct,
        }
    }

    fn is_direct(&self, url: &Url) -> bool {
        let origin = url.origin();
        let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        is_loopback(host)
            || self
                .no_proxy
                .iter()
                .any(|own| own == "*" || own == host || own == name || name.ends_with(&format!(".{own}")))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, Error> {
    let wrong = |found: &str| {
        Error::new(Code::Usage, "certificate authorities").expected("certificates in PEM").found(found)
    };
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(wrong("what is no PEM")),
        }
    }
    if found.is_empty() { Err(wrong("none")) } else { Ok(found) }
}

/// The certificates that this system trusts. None, and no TLS connection holds: an error says so when one is tried.
fn system() -> Vec<Certificate<'static>> {
    let read = |path: &&str| std::fs::read(Path::new(path)).ok();
    let parse = |pem: Vec<u8>| {
        let items = parse_pem(&pem).filter_map(Result::ok);
        let certificates = items.filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        });
        certificates.collect::<Vec<_>>()
    };
    SYSTEM.iter().find_map(read).map(parse).unwrap_or_default()
}
