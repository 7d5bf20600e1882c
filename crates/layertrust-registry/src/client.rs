//! Access to registries: who the caller is, where repositories are really read, and what a registry answers.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use layertrust::{Code, Error, Limits, Repository, Selector};
use ureq::http::{HeaderMap, StatusCode};

use crate::credentials::Credentials;
use crate::hosts::{DOCKER_ATTESTATIONS, has_docker_attestations, origin};
use crate::http::{Answer, Ask, Failed, Http, unreachable};
use crate::limits::{DOCUMENT, PAUSE, SILENCE};
use crate::mirror::{Mirror, mapped};
use crate::network::Network;
use crate::pool::Pool;
use crate::source::RegistrySource;
use crate::token::{authorization, unauthorized};
use crate::url::{BadUrl, Url};

/// Access to registries, shared by all sources that are made of it. Cheap to clone; can be used from several threads.
///
/// Contacted are only the registries of the repositories that the caller names, their mirrors instead of them, the
/// token endpoints and content networks that they send to, and for `docker.io/dhi/X` and `docker.io/<org>/dhi-X`
/// Docker's registry of attestations ([`RegistryBuilder::docker_attestations`]): nothing that an image says.
/// Over TLS, except on this machine itself (`localhost`, `127.0.0.0/8`, `::1`), where plain HTTP is spoken.
#[derive(Clone)]
pub struct Registry(pub(crate) Arc<Client>);

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("mirrors", &self.0.mirrors).finish_non_exhaustive()
    }
}

/// How registries are accessed. Made by [`Registry::builder`].
#[derive(Debug, Clone)]
pub struct RegistryBuilder {
    credentials: Credentials,
    mirrors: Vec<Mirror>,
    attestations: Option<String>,
    authorities: Option<Vec<u8>>,
    proxy: Option<String>,
    no_proxy: String,
    offline: bool,
    pause: Duration,
    patience: Duration,
}

impl Registry {
    /// Anonymous access, without mirrors and proxies, with the system's certificate authorities.
    #[must_use]
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder {
            credentials: Credentials::anonymous(),
            mirrors: Vec::new(),
            attestations: Some(DOCKER_ATTESTATIONS.to_owned()),
            authorities: None,
            proxy: None,
            no_proxy: String::new(),
            offline: false,
            pause: PAUSE,
            patience: DOCUMENT,
        }
    }

    /// The images of a repository as a source. Nothing is asked yet.
    ///
    /// `selector` is what the source stands for: what it resolves where nothing is selected (nothing at all means the
    /// tag `latest`), and as evidence the image that it brings (nothing at all means none).
    ///
    /// # Errors
    /// `usage` if a mirror makes a name of it that is none.
    pub fn source(
        &self,
        repository: &Repository,
        selector: Selector,
        limits: &Limits,
    ) -> Result<RegistrySource, Error> {
        let at = mapped(repository, &self.0.mirrors)?;
        let attestations = match &self.0.attestations {
            Some(host) if has_docker_attestations(&at) => {
                Some(Repository::new(&format!("{host}/{}", at.path()))?)
            }
            _ => None,
        };
        let places = [at].into_iter().chain(attestations).collect();
        Ok(RegistrySource::new(self.0.clone(), places, selector, *limits))
    }
}

impl RegistryBuilder {
    /// Who the caller is.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Reads what lies under one name under another.
    #[must_use]
    pub fn mirror(mut self, mirror: Mirror) -> Self {
        self.mirrors.push(mirror);
        self
    }

    /// The registry that has the attestations of Docker's hardened images on Docker Hub, or none to ask none.
    #[must_use]
    pub fn docker_attestations(mut self, host: Option<&str>) -> Self {
        self.attestations = host.map(str::to_owned);
        self
    }

    /// The certificate authorities that count, in PEM, instead of the system's.
    #[must_use]
    pub fn authorities(mut self, pem: &[u8]) -> Self {
        self.authorities = Some(pem.to_vec());
        self
    }

    /// The proxy to registries (`http://HOST:PORT`), and the hosts that are reached without it, divided by commas.
    /// This machine always is.
    #[must_use]
    pub fn proxy(mut self, address: &str, except: &str) -> Self {
        self.proxy = Some(address.to_owned());
        self.no_proxy = except.to_owned();
        self
    }

    /// Contacts nothing: every question ends in `unreachable`.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// The first pause before a request is tried again, if the registry asks for none; each further one is twice as
    /// long.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// How long one document may take, a minute if nothing is said. Layers may take longer, but a server that is
    /// silent for half as long is given up there too.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// `usage` if the certificate authorities cannot be read or the proxy has no address.
    pub fn build(self) -> Result<Registry, Error> {
        let silence = SILENCE.min(self.patience / 2);
        let (authorities, proxy) = (self.authorities.as_deref(), self.proxy.as_deref());
        let network = Network::new(authorities, proxy, &self.no_proxy, silence)?;
        Ok(Registry(Arc::new(Client {
            http: Http::new(network, self.pause, self.patience),
            credentials: self.credentials,
            mirrors: self.mirrors,
            attestations: self.attestations,
            offline: self.offline,
            known: Mutex::default(),
            pool: Pool::default(),
        })))
    }
}

/// How a repository wants to be asked, as far as is known.
#[derive(Clone, PartialEq, Eq, Default)]
enum Access {
    #[default]
    Unknown,
    /// Without a word about the caller.
    Open,
    /// With this `Authorization`.
    By(String),
}

/// What all sources share.
pub(crate) struct Client {
    http: Http,
    credentials: Credentials,
    mirrors: Vec<Mirror>,
    attestations: Option<String>,
    offline: bool,
    known: Mutex<HashMap<Repository, Arc<Mutex<Access>>>>,
    pub(crate) pool: Pool,
}

/// One question to the API of a repository.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    /// Behind `/v2/NAME/`, or a whole address that the registry gave.
    pub(crate) at: &'q str,
    pub(crate) accept: &'q str,
    pub(crate) from: u64,
    pub(crate) is_document: bool,
}

/// An answer to the question for a document.
pub(crate) enum Reply {
    /// The whole of it.
    Whole(HeaderMap, Vec<u8>),
    /// Neither that nor an error of the registry's: 404 above all.
    None(Answer),
}

impl Client {
    /// Asks a repository for a document of at most `limit` bytes. Once more, if only a part of it comes.
    pub(crate) fn document(
        &self,
        repository: &Repository,
        at: &str,
        accept: &str,
        limit: u64,
    ) -> Result<Reply, Error> {
        let question = Question { at, accept, from: 0, is_document: true };
        let mut is_again = false;
        loop {
            let answer = self.ask(repository, question)?;
            if !answer.status.is_success() {
                return Ok(Reply::None(answer));
            }
            let headers = answer.headers.clone();
            match answer.read(limit) {
                Ok(bytes) => return Ok(Reply::Whole(headers, bytes)),
                Err(Failed::Broken(_)) if !is_again => is_again = true,
                Err(failed) => return Err(failed.into()),
            }
        }
    }

    /// Asks a repository. An answer other than 2xx is the caller's to judge, but 401, 403, 429 and 5xx are errors.
    pub(crate) fn ask(&self, repository: &Repository, question: Question<'_>) -> Result<Answer, Error> {
        if self.offline {
            return Err(Error::new(Code::Unreachable, repository.to_string())
                .expected("an answer")
                .found("that nothing may be contacted: offline")
                .hint(
                    "Pack the image where there is a network (`layertrust pack`), or leave --offline out.",
                ));
        }
        let url = address(repository, question.at)?;
        let access = self.access(repository);
        let send = |authorization: Option<&str>| {
            let Question { accept, from, is_document, .. } = question;
            self.http.send(&Ask { url: url.clone(), accept, authorization, from, form: None, is_document })
        };

        // 1. As the repository wants it. Who asks first finds out how; the others wait for that and not for a 401 each.
        let mut locked = access.lock().unwrap_or_else(PoisonError::into_inner);
        let known = locked.clone();
        if known != Access::Unknown {
            drop(locked);
            let answer = send(known.header())?;
            if answer.status != StatusCode::UNAUTHORIZED {
                return settled(answer, repository);
            }
            // 2. Refused: the token may have grown old. Of several who learn so one asks for a new one.
            locked = access.lock().unwrap_or_else(PoisonError::into_inner);
            if *locked == known {
                *locked = self.identify(&answer, repository)?;
            }
        } else {
            let answer = send(None)?;
            if answer.status != StatusCode::UNAUTHORIZED {
                *locked = Access::Open;
                drop(locked);
                return settled(answer, repository);
            }
            *locked = self.identify(&answer, repository)?;
        }
        let now = locked.clone();
        drop(locked);

        // 3. Once more, and not again: who still refuses means the caller.
        let answer = send(now.header())?;
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(unauthorized(repository, &answer.complaint()));
        }
        settled(answer, repository)
    }

    fn identify(&self, refused: &Answer, repository: &Repository) -> Result<Access, Error> {
        let credential = self.credentials.find(repository)?;
        authorization(&self.http, refused, repository, credential.as_ref()).map(Access::By)
    }

    fn access(&self, repository: &Repository) -> Arc<Mutex<Access>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(repository.clone()).or_default().clone()
    }
}

impl Access {
    fn header(&self) -> Option<&str> {
        match self {
            Access::By(header) => Some(header),
            Access::Unknown | Access::Open => None,
        }
    }
}

fn settled(answer: Answer, repository: &Repository) -> Result<Answer, Error> {
    match answer.status {
        StatusCode::FORBIDDEN => Err(unauthorized(repository, &answer.complaint())),
        status if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED => {
            let url = answer.url.clone();
            Err(unreachable(&url, &answer.complaint()))
        }
        _ => Ok(answer),
    }
}

/// The address of something in a repository. What the registry itself named must be on the registry.
fn address(repository: &Repository, at: &str) -> Result<Url, Error> {
    let wrong = |found: &str| {
        Error::new(Code::Unreachable, repository.to_string())
            .expected("a page on the registry itself")
            .found(found)
    };
    let base = format!("{}/v2/{}/", origin(repository.host()), repository.path());
    let base = Url::parse(&base).map_err(|_| wrong("a name that makes no address"))?;
    let is_whole = at.starts_with('/') || at.contains("://");
    let url = if is_whole { base.join(at) } else { Url::parse(&format!("{}{at}", base.as_str())) };
    match url {
        Ok(url) if url.is_same_origin(&base) => Ok(url),
        Ok(_) | Err(BadUrl::Plain) => Err(wrong("a page on another host")),
        Err(BadUrl::Malformed) => Err(wrong("a page at what is no address")),
    }
}
