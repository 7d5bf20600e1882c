//! Which host is contacted for a repository: one table, nothing that an image says.

use layertrust::Repository;

/// Where Docker keeps the attestations of its hardened images on Docker Hub.
pub const DOCKER_ATTESTATIONS: &str = "registry.scout.docker.com";
/// Docker Hub, as names have it.
pub(crate) const DOCKER_HUB: &str = "docker.io";

/// The beginning of all addresses of a registry: `https://HOST`, but plain HTTP for this machine itself.
pub(crate) fn origin(host: &str) -> String {
    match host {
        DOCKER_HUB => "https://registry-1.docker.io".to_owned(),
        host if is_loopback(host) => format!("http://{host}"),
        host => format!("https://{host}"),
    }
}

/// Whether a host, with or without a port, is this machine: there is no way in between that could be listened to.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_address || name == "localhost" || name.ends_with(".localhost")
}

/// Whether Docker keeps attestations of this repository's images at [`DOCKER_ATTESTATIONS`]: `docker.io/dhi/X` and
/// `docker.io/<org>/dhi-X` (docs/FORMATS.md). Those of `dhi.io` lie beside the images.
pub(crate) fn has_docker_attestations(repository: &Repository) -> bool {
    repository.host() == DOCKER_HUB
        && repository
            .path()
            .split_once('/')
            .is_some_and(|(namespace, name)| namespace == "dhi" || name.starts_with("dhi-"))
}

/// Whose credentials a host takes that has none of its own: Docker's own registries take Docker Hub's.
pub(crate) fn shares_credentials_with(host: &str) -> Option<&'static str> {
    matches!(host, DOCKER_ATTESTATIONS | "dhi.io").then_some(DOCKER_HUB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_plain() {
        for (host, is) in [
            ("localhost", true),
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("127.9.9.9", true),
            ("[::1]:5000", true),
            ("registry.localhost:5000", true),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("10.0.0.1:5000", false),
            ("[fe80::1]:5000", false),
        ] {
            assert_eq!(is_loopback(host), is, "{host}");
            assert_eq!(origin(host).starts_with("http://"), is, "{host}");
        }
    }

    #[test]
    fn attestations_of_hardened_images_on_docker_hub_have_a_host_of_their_own() {
        for (name, has) in [
            ("dhi/node", true),
            ("acme/dhi-node", true),
            ("acme/node", false),
            ("dhi.io/node", false),
            ("localhost:5000/dhi/node", false),
        ] {
            assert_eq!(has_docker_attestations(&Repository::new(name).unwrap()), has, "{name}");
        }
    }
}
