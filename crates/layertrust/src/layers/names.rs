//! Names of images, and the class that a vendor's names give an image.
//!
//! `docs/FORMATS.md` says which of the vendor's names were seen and which are inferred.

/// What the names in one vouching signature of a vendor say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Class {
    /// The vendor's products, as `dhi/X`.
    Catalog(Vec<String>),
    /// Built by the vendor for one organization, as `<org>/dhi-X`.
    Customization { org: String, repository: String },
    /// Another name, two organizations, or a package.
    Other(Vec<String>),
}

/// The class that all names of one signature give together; none if it names nothing.
pub(crate) fn class(names: &[String]) -> Option<Class> {
    let mut repositories: Vec<String> = names.iter().map(|name| repository(name)).collect();
    repositories.sort_unstable();
    repositories.dedup();
    if repositories.is_empty() {
        return None;
    }
    let kinds: Vec<Name<'_>> = repositories.iter().map(|name| Name::of(name)).collect();
    if kinds.iter().any(|kind| matches!(kind, Name::Other)) {
        return Some(Class::Other(repositories));
    }
    let mut orgs: Vec<&str> = kinds.iter().filter_map(|kind| kind.org()).collect();
    orgs.dedup();
    Some(match orgs.as_slice() {
        [] => Class::Catalog(repositories),
        [org] => {
            let of_org = repositories.iter().find(|name| name.starts_with(&format!("{org}/"))).cloned();
            Class::Customization { org: (*org).to_owned(), repository: of_org.unwrap_or_default() }
        }
        _ => Class::Other(repositories),
    })
}

enum Name<'n> {
    Catalog,
    Customization(&'n str),
    Other,
}

impl<'n> Name<'n> {
    fn of(repository: &'n str) -> Self {
        match repository.split('/').collect::<Vec<_>>().as_slice() {
            ["dhi", product] if !product.is_empty() && !product.starts_with("pkg-") => Name::Catalog,
            [org, product]
                if *org != "dhi"
                    && !org.is_empty()
                    && product.strip_prefix("dhi-").is_some_and(|x| !x.is_empty()) =>
            {
                Name::Customization(org)
            }
            _ => Name::Other,
        }
    }

    fn org(&self) -> Option<&'n str> {
        match self {
            Name::Customization(org) => Some(org),
            _ => None,
        }
    }
}

/// A vendor's name for an image, whatever form it is written in, as `dhi/X` or `<org>/dhi-X`: the one
/// table that maps registries to namespaces.
fn repository(name: &str) -> String {
    let name = image_name(name);
    for (registry, namespace) in [
        ("registry.scout.docker.com/", ""),
        ("index.docker.io/", ""),
        ("docker.io/", ""),
        ("dhi.io/", "dhi/"),
    ] {
        if let Some(rest) = name.strip_prefix(registry) {
            return format!("{namespace}{rest}");
        }
    }
    name
}

/// An image's name without tag, digest and package-URL dress: `HOST/REPOSITORY`, as it was written.
pub(crate) fn image_name(name: &str) -> String {
    let (name, is_purl) = match name.strip_prefix("pkg:docker/") {
        Some(rest) => (rest.split(['?', '#']).next().unwrap_or(rest), true),
        None => (name, false),
    };
    let name = name.split('@').next().unwrap_or(name);
    let name = if is_purl { percent_decoded(name) } else { name.to_owned() };
    let last = name.rfind('/').map_or(0, |at| at + 1);
    match name.get(last..).and_then(|rest| rest.find(':')) {
        Some(colon) if !is_purl => name.get(..last + colon).unwrap_or(&name).to_owned(),
        _ => name,
    }
}

/// The names that a dependency of a build goes by: as it is written, and by the table that Docker's own names
/// are read with, where `library/` is left out as Docker does. None of a URI that holds no name.
pub(crate) fn dependency_names(uri: &str) -> Vec<String> {
    let bare = ["oci://", "docker://", "docker-image://"].iter().find_map(|scheme| uri.strip_prefix(scheme));
    let written = match (uri.strip_prefix("pkg:oci/"), bare) {
        // The name in such a package URL is the last part alone; where it comes from is a qualifier.
        (Some(rest), _) => {
            let (name, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
            let qualifiers = qualifiers.split('#').next().unwrap_or_default();
            let url = qualifiers.split('&').find_map(|one| one.strip_prefix("repository_url="));
            image_name(&url.map_or_else(|| name.to_owned(), percent_decoded))
        }
        (None, bare) => image_name(bare.unwrap_or(uri)),
    };
    let by_table = repository(&written);
    let by_table = by_table.strip_prefix("library/").map(str::to_owned).unwrap_or(by_table);
    let mut names = vec![written];
    if !names.contains(&by_table) {
        names.push(by_table);
    }
    names.retain(|name| !name.is_empty());
    names
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let decoded = (*first == b'%')
            .then(|| {
                tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok())
            })
            .flatten();
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Option<Class> {
        class(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn every_spelling_of_a_catalog_name_is_one_name() {
        let expected = Some(Class::Catalog(vec!["dhi/python".to_owned()]));
        for name in [
            "registry.scout.docker.com/dhi/python",
            "index.docker.io/dhi/python",
            "docker.io/dhi/python:3.13",
            "dhi.io/python",
            "dhi.io/python:3.13@sha256:00",
            "dhi/python@sha256:00",
            "pkg:docker/dhi/python@3.13.9-debian13?platform=linux%2Famd64",
            "pkg:docker/dhi.io/python@3.13?digest=sha256:00",
        ] {
            assert_eq!(of(&[name]), expected, "{name}");
        }
    }

    #[test]
    fn catalog_only_if_all_names_are_the_catalogs() {
        let customization =
            Class::Customization { org: "acme".to_owned(), repository: "acme/dhi-python".to_owned() };
        assert_eq!(of(&["registry.scout.docker.com/acme/dhi-python", "dhi/python"]), Some(customization));
        assert!(matches!(of(&["acme/dhi-python", "globex/dhi-python"]), Some(Class::Other(_))));
        assert!(matches!(of(&["dhi/pkg-openssl"]), Some(Class::Other(_))));
        assert!(matches!(of(&["dhi/python", "dhi/pkg-openssl"]), Some(Class::Other(_))));
        assert!(matches!(of(&["quay.io/dhi/python"]), Some(Class::Other(_))));
        assert!(matches!(of(&["dhi/python/extra"]), Some(Class::Other(_))));
        assert!(matches!(of(&["dhi/"]), Some(Class::Other(_))));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_dependency_is_named_whatever_its_uri_looks_like() {
        for (uri, names) in [
            ("pkg:docker/debian@12?platform=linux%2Famd64", vec!["debian"]),
            ("pkg:docker/dhi.io/python@3.13?digest=sha256:00", vec!["dhi.io/python", "dhi/python"]),
            ("docker://docker.io/library/debian:12", vec!["docker.io/library/debian", "debian"]),
            ("docker-image://localhost:5000/acme/build@sha256:00", vec!["localhost:5000/acme/build"]),
            ("oci://gcr.io/acme/build@sha256:00", vec!["gcr.io/acme/build"]),
            ("gcr.io/cloud-builders/docker@sha256:00", vec!["gcr.io/cloud-builders/docker"]),
            (
                "pkg:oci/debian@sha256%3A00?repository_url=docker.io%2Flibrary%2Fdebian&tag=12",
                vec!["docker.io/library/debian", "debian"],
            ),
            ("pkg:oci/debian@sha256%3A00", vec!["debian"]),
            ("oci://", vec![]),
        ] {
            assert_eq!(dependency_names(uri), names, "{uri}");
        }
    }

    #[test]
    fn names_lose_tag_and_digest_but_not_their_port() {
        assert_eq!(image_name("localhost:5001/acme/app:1.0@sha256:00"), "localhost:5001/acme/app");
        assert_eq!(
            image_name("pkg:docker/localhost:5001/acme/app@1.0?platform=x"),
            "localhost:5001/acme/app"
        );
        assert_eq!(image_name("pkg:docker/localhost%3A5001/acme/app@1.0"), "localhost:5001/acme/app");
    }
}
