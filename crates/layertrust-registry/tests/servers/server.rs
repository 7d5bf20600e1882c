//! A registry program, started on loopback for one test.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::contents::Contents;
use crate::push::{Refused, push};
use crate::storage::store;

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Docker's registry 2.8, without a referrers API: the Debian package `docker-registry`.
    Docker,
    /// go-containerregistry's, with a referrers API: a program that serves on the address it is given.
    Crane,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Docker => "docker-registry",
            Kind::Crane => "crane",
        }
    }

    /// The program, or none with a word about what is missing.
    fn program(self) -> Option<PathBuf> {
        let variable = match self {
            Kind::Docker => "LAYERTRUST_DOCKER_REGISTRY",
            Kind::Crane => "LAYERTRUST_CRANE_REGISTRY",
        };
        let named = std::env::var_os(variable).map(PathBuf::from);
        let on_path = std::env::var_os("PATH").and_then(|path| {
            let mut places = std::env::split_paths(&path).map(|folder| folder.join(self.name()));
            places.find(|file| self == Kind::Docker && file.is_file())
        });
        let found = named.or(on_path);
        if found.is_none() {
            // Only what CI installs must be there.
            let must = self == Kind::Docker && std::env::var_os("LAYERTRUST_FORBID_SKIPS").is_some();
            assert!(
                !must,
                "docker-registry is missing and skips are forbidden: install the package docker-registry"
            );
            println!("SKIPPED: {} is not there; install it, or set {variable} to its path", self.name());
        }
        found
    }
}

/// A running registry. It ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) host: String,
    kind: Kind,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts one; none where the program is missing.
    pub(crate) fn start(kind: Kind) -> Option<Server> {
        let program = kind.program()?;
        let folder = tempfile::tempdir().unwrap();
        let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new(program);
        match kind {
            Kind::Docker => command.arg("serve").arg(config(folder.path(), &host)),
            Kind::Crane => command.arg(&host),
        };
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Server { child, host, kind, folder };
        let started = Instant::now();
        while TcpStream::connect(&server.host).is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "{} does not answer", kind.name());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// Has it serve what a layout holds.
    pub(crate) fn put(&self, layout: &Path, repository: &str) -> Result<(), Refused> {
        let contents = Contents::read(layout);
        match self.kind {
            Kind::Docker => {
                store(&contents.with_fallback_tags(), &self.folder.path().join("data"), repository);
                Ok(())
            }
            Kind::Crane => push(&contents, &self.host, repository),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(folder: &Path, host: &str) -> PathBuf {
    let file = folder.join("config.yml");
    let data = folder.join("data");
    let text = format!(
        "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n",
        data.display()
    );
    std::fs::write(&file, text).unwrap();
    file
}
