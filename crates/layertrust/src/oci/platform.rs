//! Platforms, and when two of them are the same.

use std::fmt;
use std::str::FromStr;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::Node;

/// What an image runs on (image-spec "image-index.md", platform).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// Operating system, as in Go's GOOS.
    pub os: String,
    /// CPU architecture, as in Go's GOARCH.
    pub architecture: String,
    /// CPU variant, for instance `v7`.
    pub variant: Option<String>,
    /// Operating system version; Windows images differ by it.
    pub os_version: Option<String>,
}

impl Platform {
    pub(crate) fn parse(node: &Node<'_>, what: &str) -> Result<Self> {
        let fields = node
            .structure(what, &["architecture", "os", "os.version", "os.features", "variant", "features"])?;
        Ok(Platform {
            os: fields.require_string("os")?.to_owned(),
            architecture: fields.require_string("architecture")?.to_owned(),
            variant: fields.string("variant")?.filter(|variant| !variant.is_empty()).map(str::to_owned),
            os_version: fields.string("os.version")?.filter(|version| !version.is_empty()).map(str::to_owned),
        })
    }

    /// Whether this is the `unknown/unknown` under which BuildKit lists attestation manifests.
    pub(crate) fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// The form in which equal platforms are equal: aliases and default variants as containerd's
    /// `platforms.Normalize` resolves them.
    #[must_use]
    pub fn normalized(&self) -> Platform {
        let os = match self.os.to_ascii_lowercase().as_str() {
            "macos" => "darwin".to_owned(),
            os => os.to_owned(),
        };
        let architecture = self.architecture.to_ascii_lowercase();
        let variant = self.variant.as_deref().unwrap_or_default().to_ascii_lowercase();
        let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
            ("i386", _) => ("386", String::new()),
            ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", String::new()),
            ("x86_64" | "x86-64", _) => ("amd64", variant),
            ("aarch64" | "arm64", "8" | "v8") => ("arm64", String::new()),
            ("aarch64", _) => ("arm64", variant),
            ("armhf", _) => ("arm", "v7".to_owned()),
            ("armel", _) => ("arm", "v6".to_owned()),
            ("arm", "" | "7") => ("arm", "v7".to_owned()),
            ("arm", "5" | "6" | "8") => ("arm", format!("v{variant}")),
            (other, _) => (other, variant),
        };
        Platform {
            os,
            architecture: architecture.to_owned(),
            variant: Some(variant).filter(|variant| !variant.is_empty()),
            os_version: self.os_version.clone(),
        }
    }

    /// Whether an image for `self` answers a request for `asked`. The operating system version is
    /// not compared: it is never asked for.
    #[must_use]
    pub fn answers(&self, asked: &Platform) -> bool {
        let (mine, asked) = (self.normalized(), asked.normalized());
        (mine.os, mine.architecture, mine.variant) == (asked.os, asked.architecture, asked.variant)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl FromStr for Platform {
    type Err = Error;

    /// Reads `OS/ARCH` or `OS/ARCH/VARIANT`.
    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            [os, architecture] => (*os, *architecture, None),
            [os, architecture, variant] => (*os, *architecture, Some(*variant)),
            _ => ("", "", None),
        };
        if os.is_empty() || architecture.is_empty() || variant == Some("") {
            return Err(Error::new(Code::Usage, "platform")
                .expected("OS/ARCH or OS/ARCH/VARIANT, for instance linux/amd64")
                .found(format!("{text:?}")));
        }
        Ok(Platform {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.map(str::to_owned),
            os_version: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_platforms_normalize_equal() {
        for (one, two) in [
            ("linux/arm64", "linux/arm64/v8"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/x86_64", "linux/amd64"),
            ("Linux/AMD64/v1", "linux/amd64"),
            ("macos/arm64", "darwin/arm64"),
        ] {
            let (one, two): (Platform, Platform) = (one.parse().unwrap(), two.parse().unwrap());
            assert_eq!(one.normalized(), two.normalized());
            assert!(one.answers(&two));
        }
        let v3: Platform = "linux/amd64/v3".parse().unwrap();
        assert!(!v3.answers(&"linux/amd64".parse().unwrap()));
    }

    #[test]
    fn incomplete_platforms_are_usage_errors() {
        for text in ["", "linux", "linux/", "/amd64", "linux/amd64/", "a/b/c/d"] {
            assert_eq!(text.parse::<Platform>().unwrap_err().code(), Code::Usage, "{text}");
        }
    }
}
