//! What is attached to a digest: the referrers API or the tag that stands in for it, and cosign's tags.

use std::collections::BTreeSet;
use std::sync::Arc;

use layertrust::{Code, Descriptor, Digest, Error, Limits, Origin, Referrer, Referrers};
use serde::Deserialize;
use ureq::http::{HeaderMap, header};

use crate::client::Reply;
use crate::documents::{INDEX, Kind, Link};
use crate::limits::{MANIFEST_SIZE, PAGES};
use crate::source::early::Follow;
use crate::source::{Fetched, Inner, Key, descriptor, unexpected};
use crate::url::next_link;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    manifests: Vec<Listed>,
}

/// An entry of a list: a hint, the manifest decides.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    media_type: String,
    digest: String,
    size: u64,
}

impl Inner {
    /// Everything that is attached to `subject`. What could not be looked at is said beside what was found.
    pub(super) fn referrers(inner: &Arc<Self>, subject: &Digest, limits: &Limits) -> Referrers {
        let keys = inner.attached_keys(subject);
        // All at once, and then one after the other.
        for key in &keys {
            Self::queue(inner, key, Follow::Nothing);
        }
        let mut answer = Referrers::default();
        for key in &keys {
            match inner.cells.get(key, || inner.fetch(key)) {
                Ok(Fetched::List(list)) => answer.found.extend(list.iter().cloned()),
                Ok(Fetched::Document(document)) => answer
                    .found
                    .push(Referrer { descriptor: descriptor(&document), origin: Origin::CosignTag }),
                Ok(Fetched::Absent) => {}
                Err(error) => answer.incomplete.push(error),
            }
        }
        // Of a digest with too many referrers none is used.
        if let Err(error) = within(answer.found.len(), subject, limits) {
            return Referrers { found: Vec::new(), incomplete: vec![error] };
        }
        answer
    }

    /// Where something attached to a digest can be.
    pub(super) fn attached_keys(&self, subject: &Digest) -> Vec<Key> {
        let lists = (0..self.places.len()).map(|place| Key::List(place, *subject));
        let tag = tag(subject);
        let tags = ["sig", "att"].map(|suffix| Key::Tag(0, format!("{tag}.{suffix}")));
        lists.chain(tags).collect()
    }

    /// The referrers API, page by page (distribution-spec, "Listing Referrers").
    pub(super) fn list(&self, place: usize, subject: &Digest) -> Result<Fetched, Error> {
        let Some(repository) = self.places.get(place) else { return Ok(Fetched::Absent) };
        let mut found = Vec::new();
        let mut at = format!("referrers/{subject}");
        let mut seen = BTreeSet::new();
        for _ in 0..PAGES {
            if !seen.insert(at.clone()) {
                return Err(unexpected(
                    &repository.to_string(),
                    "a page of referrers that follows itself".to_owned(),
                ));
            }
            let limit = self.limits.manifest_size.max(MANIFEST_SIZE);
            let reply = self.client.document(repository, &at, INDEX, limit)?;
            let is_first = seen.len() == 1;
            let (headers, bytes) = match reply {
                Reply::Whole(headers, bytes) if is_index(&headers) => (headers, bytes),
                // Registries without the API answer 404; some say in other words that they do not know the address.
                Reply::Whole(..) if is_first => return self.fallback(place, subject),
                Reply::None(answer)
                    if is_first && matches!(answer.status.as_u16(), 400 | 404 | 405 | 501) =>
                {
                    return self.fallback(place, subject);
                }
                Reply::Whole(..) => {
                    return Err(unexpected(&format!("{repository} {at}"), "no index".to_owned()));
                }
                Reply::None(answer) => {
                    return Err(unexpected(&format!("{repository} {at}"), answer.complaint()));
                }
            };
            let next = headers.get(header::LINK).and_then(|link| link.to_str().ok()).and_then(next_link);
            let next = next.map(str::to_owned);
            self.take(place, &bytes, Origin::Referrer, &mut found)?;
            within(found.len(), subject, &self.limits)?;
            match next {
                Some(next) => at = next,
                None => return Ok(Fetched::List(Arc::new(found))),
            }
        }
        Err(Error::new(Code::LimitExceeded, format!("referrers of {subject}"))
            .expected(format!("at most {PAGES} pages"))
            .found("more"))
    }

    /// The tag `sha256-<hex>` (distribution-spec, "Referrers Tag Schema").
    fn fallback(&self, place: usize, subject: &Digest) -> Result<Fetched, Error> {
        let key = Key::Tag(place, tag(subject));
        match self.cells.get(&key, || self.fetch(&key))? {
            Fetched::Document(index) => {
                let mut found = Vec::new();
                self.take(place, &index.bytes, Origin::FallbackTag, &mut found)?;
                within(found.len(), subject, &self.limits)?;
                Ok(Fetched::List(Arc::new(found)))
            }
            Fetched::Absent | Fetched::List(_) => Ok(Fetched::Absent),
        }
    }

    /// Takes the entries of one list.
    fn take(&self, place: usize, bytes: &[u8], origin: Origin, to: &mut Vec<Referrer>) -> Result<(), Error> {
        let page: Page = serde_json::from_slice(bytes).map_err(|error| {
            Error::new(Code::Malformed, "list of referrers").expected("an OCI index").found(error)
        })?;
        let mut named = self.named.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for listed in page.manifests {
            let digest: Digest = listed.digest.parse().map_err(|error: Error| {
                Error::new(Code::Malformed, "list of referrers").expected("digests").found(error.message())
            })?;
            let link = Link { digest, size: listed.size, kind: Kind::Manifest, is_statement: false };
            named.entry(digest).or_insert((place, link));
            let descriptor = Descriptor::new(listed.media_type, digest, listed.size);
            to.push(Referrer { descriptor, origin });
        }
        Ok(())
    }
}

fn is_index(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    said.and_then(|said| said.split(';').next()).is_some_and(|said| said.trim() == INDEX)
}

/// A digest as a tag: `sha256-<hex>`.
fn tag(subject: &Digest) -> String {
    subject.to_string().replacen(':', "-", 1)
}

fn within(found: usize, subject: &Digest, limits: &Limits) -> Result<(), Error> {
    if found as u64 <= limits.referrers {
        return Ok(());
    }
    Err(Error::new(Code::LimitExceeded, format!("referrers of {subject}"))
        .expected(format!("at most {} (limit referrers)", limits.referrers))
        .found("more")
        .hint("If they are legitimate, raise `referrers` in [limits] of the policy."))
}
