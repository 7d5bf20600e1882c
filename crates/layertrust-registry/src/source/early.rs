//! Fetching what will be asked for: many things at once, each leading to the next, nobody waiting in between.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use layertrust::{Digest, Want};

use crate::documents::{Document, Kind};
use crate::limits::{ALL_KEPT_SIZE, DEPTH, KEPT_SIZE};
use crate::source::{Fetched, Inner, Key};

/// What is wanted next of something that was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    Nothing,
    /// Its config, and where it holds statements these.
    Image,
    /// The manifests that it lists or is, and what those hold.
    Attached(u32),
    /// What it holds, and what is attached to it.
    Evidence(u32),
}

impl Inner {
    pub(super) fn prefetch(inner: &Arc<Self>, wants: &[Want]) {
        for want in wants {
            match want {
                Want::Manifest(digest) => Self::queue(inner, &Key::Manifest(*digest), Follow::Image),
                Want::Referrers(subject) => Self::attached(inner, subject, 0),
                // All sources hear of everything that is wanted; what nothing here names is elsewhere.
                Want::Blob(descriptor) => match inner.named(&descriptor.digest).map(|(_, link)| link.kind) {
                    Some(Kind::Manifest) => {
                        Self::queue(inner, &Key::Manifest(descriptor.digest), Follow::Image);
                    }
                    Some(Kind::Blob) => Self::queue_blob(inner, &descriptor.digest, descriptor.size),
                    Some(Kind::Layer) | None => {}
                },
            }
        }
    }

    /// Has a thread fetch something, if nobody does or did.
    pub(super) fn queue(inner: &Arc<Self>, key: &Key, follow: Follow) {
        let Some(key) = inner.cells.announce(key) else { return };
        let worker = inner.clone();
        inner.client.pool.submit(move || {
            if let Ok(fetched) = worker.cells.early(&key, || worker.fetch(&key)) {
                Self::follow(&worker, &fetched, follow);
            }
        });
    }

    fn queue_blob(inner: &Arc<Self>, digest: &Digest, size: u64) {
        let kept = inner.kept.load(Ordering::Relaxed);
        if size <= KEPT_SIZE && kept.saturating_add(size) <= ALL_KEPT_SIZE {
            Self::queue(inner, &Key::Blob(*digest), Follow::Nothing);
        }
    }

    fn attached(inner: &Arc<Self>, subject: &Digest, depth: u32) {
        for key in inner.attached_keys(subject) {
            Self::queue(inner, &key, Follow::Attached(depth));
        }
    }

    fn follow(inner: &Arc<Self>, fetched: &Fetched, follow: Follow) {
        match (fetched, follow) {
            (Fetched::Absent, _) | (_, Follow::Nothing) => {}
            (Fetched::List(list), Follow::Attached(depth)) => {
                for referrer in list.iter() {
                    let key = Key::Manifest(referrer.descriptor.digest);
                    Self::queue(inner, &key, Follow::Evidence(depth));
                }
            }
            // What a tag of cosign's names is the manifest itself.
            (Fetched::Document(document), Follow::Attached(depth) | Follow::Evidence(depth)) => {
                Self::hold(inner, document);
                if document.holds_only_statements() && depth < DEPTH {
                    Self::attached(inner, &document.digest, depth + 1);
                }
            }
            (Fetched::Document(document), Follow::Image) => Self::hold(inner, document),
            (Fetched::List(_), Follow::Image | Follow::Evidence(_)) => {}
        }
    }

    /// The small things that a manifest holds.
    fn hold(inner: &Arc<Self>, document: &Document) {
        for link in document.links().iter().filter(|link| link.kind == Kind::Blob) {
            Self::queue_blob(inner, &link.digest, link.size);
        }
    }
}
