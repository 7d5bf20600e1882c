//! Registries as this user reaches them: the only place where the environment is read for credentials, proxies and
//! certificate authorities.

use std::env;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::OnceLock;

use layertrust::{Code, Error, Limits, Repository, Selector};
use layertrust_registry::{Credentials, Mirror, Registry, RegistryBuilder, RegistrySource};

use crate::args::Global;

/// One client for a run, made when the first name in a registry is met.
pub(crate) struct Registries {
    is_offline: bool,
    mirrors: Vec<Mirror>,
    client: OnceLock<Result<Registry, Error>>,
}

impl Registries {
    pub(crate) fn new(global: &Global) -> Self {
        Registries { is_offline: global.offline, mirrors: global.mirror.clone(), client: OnceLock::new() }
    }

    /// The images of a repository. Nothing is contacted before it is asked for.
    pub(crate) fn open(
        &self,
        repository: &Repository,
        selector: Selector,
        limits: &Limits,
    ) -> Result<RegistrySource, Error> {
        match self.client.get_or_init(|| self.connect()) {
            Ok(registry) => registry.source(repository, selector, limits),
            Err(error) => Err(error.clone()),
        }
    }

    fn connect(&self) -> Result<Registry, Error> {
        let builder = self.mirrors.iter().cloned().fold(Registry::builder(), RegistryBuilder::mirror);
        if self.is_offline {
            return builder.offline(true).build();
        }
        let mut builder = builder.credentials(credentials()?);
        if let Some(path) = variable(&["SSL_CERT_FILE"]) {
            let pem = std::fs::read(&path).map_err(|error| Error::new(Code::Io, path).found(error))?;
            builder = builder.authorities(&pem);
        }
        // Plain HTTP goes to this machine alone, which no proxy is asked for: HTTP_PROXY has no use here.
        if let Some(proxy) = variable(&["HTTPS_PROXY", "https_proxy"]) {
            builder = builder.proxy(&proxy, &variable(&["NO_PROXY", "no_proxy"]).unwrap_or_default());
        }
        builder.build()
    }
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// DOCKER_AUTH_CONFIG, then REGISTRY_AUTH_FILE alone where it is set, else Podman's and Docker's files.
fn credentials() -> Result<Credentials, Error> {
    let mut credentials = Credentials::anonymous();
    if let Some(text) = variable(&["DOCKER_AUTH_CONFIG"]) {
        credentials =
            credentials.with_auth_file(text.as_bytes()).map_err(|error| error.about("DOCKER_AUTH_CONFIG"))?;
    }
    let named = env::var_os("REGISTRY_AUTH_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let is_named = named.is_some();
    for path in named.map_or_else(usual_files, |path| vec![path]) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                credentials =
                    credentials.with_auth_file(&bytes).map_err(|error| error.about(path.display()))?;
            }
            Err(error)
                if !is_named && matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(Error::new(Code::Io, path.display().to_string()).found(error)),
        }
    }
    Ok(credentials)
}

/// Where `podman login` and `docker login` write, in the order of containers-auth.json(5).
fn usual_files() -> Vec<PathBuf> {
    let folder = |name: &str| -> Option<PathBuf> {
        env::var_os(name).filter(|path: &OsString| !path.is_empty()).map(PathBuf::from)
    };
    let home = folder("HOME");
    let at_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let podman = [folder("XDG_RUNTIME_DIR"), folder("XDG_CONFIG_HOME").or_else(|| at_home(".config"))];
    let podman = podman.into_iter().flatten().map(|folder| folder.join("containers/auth.json"));
    let docker = folder("DOCKER_CONFIG").or_else(|| at_home(".docker"));
    podman.chain(docker.map(|folder| folder.join("config.json"))).collect()
}
