//! `FROM=TO`: where the repositories of a registry or a namespace are really read.

use std::str::FromStr;

use layertrust::{Code, Error, Repository};

/// Reads what lies under one name under another. Only the other is contacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    from: String,
    to: String,
}

impl FromStr for Mirror {
    type Err = Error;

    /// Reads `FROM=TO`: a registry, or a registry with the first parts of a repository's name, on each side.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::new(Code::Usage, "mirror")
                .expected("FROM=TO, a registry each or the beginning of a repository's name, as docker.io=mirror.example.com/hub")
                .found(format!("{text:?}"))
        };
        let (from, to) = text.split_once('=').ok_or_else(wrong)?;
        let place = |side: &str| {
            // Checked by the name of some repository that lies under it.
            let side = side.trim_end_matches('/');
            let name = if side.contains('/') { format!("{side}/x") } else { format!("{side}/x/x") };
            let is_registry = Repository::new(&name).is_ok_and(|read| read.to_string() == name);
            is_registry.then(|| side.to_owned())
        };
        match (place(from), place(to)) {
            (Some(from), Some(to)) => Ok(Mirror { from, to }),
            _ => Err(wrong()),
        }
    }
}

/// The place where a repository is read: by the mirror of the longest name that it lies under.
pub(crate) fn mapped(repository: &Repository, mirrors: &[Mirror]) -> Result<Repository, Error> {
    let name = repository.to_string();
    let under = |mirror: &&Mirror| {
        name.strip_prefix(&mirror.from).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match mirrors.iter().filter(under).max_by_key(|mirror| mirror.from.len()) {
        Some(mirror) => {
            let rest = name.get(mirror.from.len()..).unwrap_or_default();
            Repository::new(&format!("{}{rest}", mirror.to))
        }
        None => Ok(repository.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_that_a_repository_lies_under_counts() {
        let mirrors: Vec<Mirror> =
            ["docker.io=mirror.example.com/hub", "docker.io/dhi=localhost:5000/hardened"]
                .map(|text| text.parse().unwrap())
                .to_vec();
        for (name, at) in [
            ("alpine", "mirror.example.com/hub/library/alpine"),
            ("dhi/node", "localhost:5000/hardened/node"),
            ("dhi-x/node", "mirror.example.com/hub/dhi-x/node"),
            ("ghcr.io/a/b", "ghcr.io/a/b"),
        ] {
            assert_eq!(mapped(&Repository::new(name).unwrap(), &mirrors).unwrap().to_string(), at);
        }
    }

    #[test]
    fn what_is_no_pair_of_registries_is_refused() {
        for wrong in [
            "docker.io",
            "=x.y",
            "docker.io=",
            "dhi=x.example.com",
            "docker.io=https://x.example.com",
            "a.b=c.d/E",
        ] {
            assert_eq!(wrong.parse::<Mirror>().unwrap_err().code(), Code::Usage, "{wrong}");
        }
    }
}
