//! What types of package URL have beside the rules that all share (purl-spec, `types/`).

use super::parse::{NoPurl, Purl};

/// The rules that a table can hold.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) namespace: Namespace,
    pub(super) namespace_casing: Casing,
    pub(super) name_casing: Casing,
}

#[derive(Clone, Copy)]
pub(super) enum Namespace {
    Optional,
    Required,
    Prohibited,
}

/// Whether letter case tells two names apart.
#[derive(Clone, Copy)]
pub(super) enum Casing {
    Kept,
    Lower,
}

impl Namespace {
    pub(super) fn check(self, is_there: bool) -> Result<(), NoPurl> {
        match (self, is_there) {
            (Namespace::Required, false) => Err(NoPurl::NamespaceMissing),
            (Namespace::Prohibited, true) => Err(NoPurl::NamespaceProhibited),
            _ => Ok(()),
        }
    }
}

/// The rules of a type; of one that is not known, none.
pub(super) fn of(kind: &str) -> Rules {
    use Casing::{Kept, Lower};
    use Namespace::{Optional, Prohibited, Required};
    let (namespace, namespace_casing, name_casing) = match kind {
        "alpm" | "apk" | "bitbucket" | "brew" | "composer" | "deb" | "git" | "github" | "gitlab"
        | "golang" | "hex" | "npm" => (Optional, Lower, Lower),
        "bitnami" | "oci" | "pub" | "pypi" => (Optional, Kept, Lower),
        "qpkg" | "rpm" => (Optional, Lower, Kept),
        "swift" | "vscode-extension" => (Required, Kept, Kept),
        "bazel" | "chrome-extension" | "julia" | "vcpkg" => (Prohibited, Kept, Kept),
        "otp" => (Prohibited, Kept, Lower),
        _ => (Optional, Kept, Kept),
    };
    Rules { namespace, namespace_casing, name_casing }
}

/// The rules that no table holds.
pub(super) fn adjust(purl: &mut Purl) -> Result<(), NoPurl> {
    let is_kept = match purl.kind.as_str() {
        "pypi" => {
            purl.name = purl.name.replace('_', "-");
            true
        }
        // Two of the services that keep models do not tell case apart.
        "mlflow" => {
            let service = purl.qualifiers.get("repository_url");
            if service.is_some_and(|service| service.contains("azuredatabricks")) {
                purl.name = purl.name.to_lowercase();
            }
            true
        }
        "huggingface" => {
            purl.version = purl.version.take().map(|version| version.to_lowercase());
            true
        }
        // A distribution, and no module.
        "cpan" => !purl.name.contains("::"),
        "julia" => purl.qualifiers.contains_key("uuid"),
        "chrome-extension" => {
            let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let is_version =
                |version: &String| version.split('.').count() <= 4 && version.split('.').all(is_part);
            purl.name.len() == 32
                && purl.name.bytes().all(|byte| (b'a'..=b'p').contains(&byte))
                && purl.version.as_ref().is_none_or(is_version)
        }
        _ => true,
    };
    if is_kept { Ok(()) } else { Err(NoPurl::TypeRule) }
}
