//! The few things that are done with addresses: joining a `Location` or a `Link`, and comparing hosts.

use ureq::http::Uri;

use crate::hosts::is_loopback;

/// An address, absolute, over HTTP or HTTPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url(Uri);

/// Why an address is none to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadUrl {
    /// Not readable as one, or with user and password in it.
    Malformed,
    /// Plain HTTP to another machine.
    Plain,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self, BadUrl> {
        let uri: Uri = text.parse().map_err(|_| BadUrl::Malformed)?;
        let authority = uri.authority().ok_or(BadUrl::Malformed)?;
        if authority.as_str().contains('@') {
            return Err(BadUrl::Malformed);
        }
        match uri.scheme_str() {
            Some("https") => Ok(Url(uri)),
            Some("http") if is_loopback(authority.as_str()) => Ok(Url(uri)),
            Some("http") => Err(BadUrl::Plain),
            _ => Err(BadUrl::Malformed),
        }
    }

    /// What a header of an answer from here names: an absolute address, or a path on this host.
    pub(crate) fn join(&self, text: &str) -> Result<Self, BadUrl> {
        if text.starts_with("http://") || text.starts_with("https://") {
            let other = Self::parse(text)?;
            // What was private stays so, even towards this machine.
            let is_downgrade = self.0.scheme_str() == Some("https") && other.0.scheme_str() == Some("http");
            return if is_downgrade { Err(BadUrl::Plain) } else { Ok(other) };
        }
        match text.strip_prefix('/') {
            Some(rest) if !rest.starts_with('/') => Self::parse(&format!("{}{text}", self.origin())),
            _ => Err(BadUrl::Malformed),
        }
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        let scheme = self.0.scheme_str().unwrap_or("https");
        let authority = self.0.authority().map_or("", |authority| authority.as_str());
        format!("{scheme}://{}", authority.to_ascii_lowercase())
    }

    pub(crate) fn is_same_origin(&self, other: &Self) -> bool {
        self.origin() == other.origin()
    }

    pub(crate) fn as_str(&self) -> String {
        self.0.to_string()
    }

    /// For messages: without the query, where content networks keep signatures.
    pub(crate) fn shown(&self) -> String {
        format!("{}{}", self.origin(), self.0.path())
    }
}

/// The address of the next page, where a `Link` header names one (RFC 8288; distribution-spec, "Listing Referrers").
pub(crate) fn next_link(value: &str) -> Option<&str> {
    value.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|one| matches!(one.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_safe_addresses_are_gone_to() {
        let here = url("https://a.example.com/v2/x");
        assert_eq!(here.join("/v2/y?z=1").unwrap(), url("https://a.example.com/v2/y?z=1"));
        assert_eq!(here.join("https://b.example.com/y").unwrap(), url("https://b.example.com/y"));
        assert_eq!(here.join("http://b.example.com/y"), Err(BadUrl::Plain));
        assert_eq!(here.join("http://localhost/y"), Err(BadUrl::Plain));
        assert_eq!(
            url("http://localhost:1/x").join("http://127.0.0.1:2/y").unwrap(),
            url("http://127.0.0.1:2/y")
        );
        for wrong in
            ["y", "//b.example.com/y", "ftp://b/y", "https://me:secret@b.example.com/", "https://", ""]
        {
            assert_eq!(here.join(wrong), Err(BadUrl::Malformed), "{wrong}");
        }
        assert!(here.is_same_origin(&url("https://A.example.com/other")));
        assert!(!here.is_same_origin(&url("https://a.example.com:8443/v2/x")));
    }

    #[test]
    fn the_next_page_is_found_among_links() {
        assert_eq!(next_link(r#"</v2/x?n=2>; rel="next""#), Some("/v2/x?n=2"));
        assert_eq!(next_link(r#"</a>; rel="prev", </b>; title="x"; rel=next"#), Some("/b"));
        for none in ["", "</a>", r#"</a>; rel="prev""#, "/a; rel=next"] {
            assert_eq!(next_link(none), None, "{none}");
        }
    }
}
