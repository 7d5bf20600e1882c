//! An accepted image as files on disk, which can be changed, asked about, and put back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use layertrust::report::{Layers, Report};
use layertrust::{
    Code, Digest, Error, Failure, Files, Layout, Limits, Policy, Request, Selector, Severity, Stack, Verifier,
};
use layertrust_testkit::case::Case;
use layertrust_testkit::cases::{keyless, scene};
use layertrust_testkit::json_text::parse;
use layertrust_testkit::relink::{Relinked, relink};
use layertrust_testkit::store::Layout as Store;

use crate::scenario::{Beside, Scenario, codes};

/// What an attacker holds: every byte of the layouts, and no key.
pub(crate) struct World {
    pub(crate) name: String,
    /// The image's layout and, if there is one, the evidence.
    stores: Vec<Store>,
    /// The image that is asked for, before any change.
    image: String,
    verifier: Verifier,
    request: Box<dyn Fn(Selector) -> Request + Send + Sync>,
}

/// One change, carried through to the unsigned root.
pub(crate) struct Changed {
    /// Old digest to new digest, of each blob that changed.
    pub(crate) renamed: BTreeMap<String, String>,
    blobs: BTreeMap<String, Vec<u8>>,
    /// The text of each layout's `index.json`.
    roots: Vec<Vec<u8>>,
    marker: Vec<u8>,
}

/// An answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Accepted(Box<Report>),
    /// With the codes of its error findings.
    Rejected(BTreeSet<&'static str>),
    /// No answer, with the code that says why.
    Error(Code),
    Panicked,
}

const MARKER: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// The keys and roots of the testkit under the paths that its policies name.
struct TestKeys;

impl Files for TestKeys {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let wanted = Path::new(path).file_stem().and_then(|stem| stem.to_str());
        let keys = scene::keys().into_iter().map(|(name, key)| (name, key.public_pem().into_bytes()));
        let roots = keyless::roots().into_iter().map(|(name, root)| (name, root.bytes()));
        keys.chain(roots)
            .find(|(name, _)| Some(*name) == wanted)
            .map(|(_, bytes)| bytes)
            .ok_or_else(|| Error::new(Code::Io, path).found("no such key"))
    }
}

impl World {
    pub(crate) fn of_case(case: &Case) -> World {
        let policy = Policy::from_toml(&case.policy.text(case.name), &TestKeys).unwrap();
        // Cases state only what they need, as `case.toml` would.
        let layers = layers(case.layers);
        let platforms: Vec<_> = case.platforms.iter().map(|text| text.parse().unwrap()).collect();
        let (now, name_as) = (case.now.parse().unwrap(), case.as_name);
        World {
            name: case.name.to_owned(),
            stores: [Some(case.image.clone()), case.evidence.clone()].into_iter().flatten().collect(),
            image: case.digest.clone(),
            verifier: Verifier::new(policy).unwrap(),
            request: Box::new(move |selector| {
                let request =
                    Request::new("image", selector, now).layers(layers).platforms(platforms.clone());
                match name_as {
                    Some(name) => request.name(name),
                    None => request,
                }
            }),
        }
    }

    pub(crate) fn of_scenario(scenario: &Scenario, folder: &Path) -> World {
        let store = |reference: &str| {
            let (transport, rest) = reference.split_once(':').unwrap();
            let path = folder.join(rest.split('@').next().unwrap());
            if transport == "oci-archive" { Store::load_tar(&path) } else { Store::load_dir(&path) }
        };
        let policy = fs::read_to_string(folder.join("policy.toml")).unwrap();
        let policy = Policy::from_toml(&policy, &Beside(folder.to_owned())).unwrap();
        let layers = layers(scenario.layers.as_deref());
        let platforms: Vec<_> = scenario.platforms.iter().map(|text| text.parse().unwrap()).collect();
        let (now, name_as) = (scenario.now.parse().unwrap(), scenario.name_as.clone());
        let references = [&scenario.image].into_iter().chain(&scenario.evidence);
        World {
            name: scenario.name.clone(),
            stores: references.map(|reference| store(reference)).collect(),
            image: scenario.image.split_once('@').expect("scenarios name their image by digest").1.to_owned(),
            verifier: Verifier::new(policy).unwrap(),
            request: Box::new(move |selector| {
                let request =
                    Request::new("image", selector, now).layers(layers).platforms(platforms.clone());
                match &name_as {
                    Some(name) => request.name(name),
                    None => request,
                }
            }),
        }
    }

    /// Every JSON object among the blobs, once.
    pub(crate) fn documents(&self) -> BTreeMap<String, Vec<u8>> {
        let blobs = self.stores.iter().flat_map(|store| &store.blobs);
        let objects = blobs.filter(|(_, bytes)| {
            bytes.starts_with(b"{") && parse(bytes).is_some_and(|root| !root.members().is_empty())
        });
        objects.map(|(digest, bytes)| (digest.clone(), bytes.clone())).collect()
    }

    /// The texts of `index.json`, of the image's layout first.
    pub(crate) fn roots(&self) -> Vec<Vec<u8>> {
        self.stores.iter().map(|store| store.index_json().into_bytes()).collect()
    }

    /// The text of `oci-layout`.
    pub(crate) fn marker() -> &'static [u8] {
        MARKER
    }

    /// Nothing changed.
    pub(crate) fn unchanged(&self) -> Changed {
        Changed {
            renamed: BTreeMap::new(),
            blobs: BTreeMap::new(),
            roots: self.roots(),
            marker: MARKER.to_vec(),
        }
    }

    /// One blob replaced, and all descriptors above it mended in all layouts.
    pub(crate) fn replaced(&self, digest: &str, bytes: &[u8]) -> Changed {
        // Relinking reads manifests and indexes alone; leaving out the rest keeps thousands of copies cheap.
        let matters = |name: &String, blob: &[u8]| name == digest || is_manifest(blob);
        let mut all = Store::new();
        for store in &self.stores {
            let kept = store.blobs.iter().filter(|(name, blob)| matters(name, blob));
            all.blobs.extend(kept.map(|(name, blob)| (name.clone(), blob.clone())));
            all.entries.extend(store.entries.iter().cloned());
        }
        let Relinked { layout, renamed } = relink(&all, digest, bytes);
        let mut entries = layout.entries.into_iter();
        let roots = self.stores.iter().map(|store| {
            let entries = entries.by_ref().take(store.entries.len()).collect();
            Store { blobs: BTreeMap::new(), entries, indent: store.indent }.index_json().into_bytes()
        });
        Changed {
            roots: roots.collect(),
            blobs: renamed.values().map(|new| (new.clone(), layout.blobs[new].clone())).collect(),
            renamed,
            marker: MARKER.to_vec(),
        }
    }

    /// Another text for the `index.json` of one layout.
    pub(crate) fn rooted(&self, which: usize, bytes: Vec<u8>) -> Changed {
        let mut changed = self.unchanged();
        changed.roots[which] = bytes;
        changed
    }

    /// Another text for `oci-layout`, everywhere.
    pub(crate) fn marked(&self, bytes: Vec<u8>) -> Changed {
        Changed { marker: bytes, ..self.unchanged() }
    }
}

fn layers(word: Option<&str>) -> Layers {
    match word {
        Some("all") => Layers::All,
        Some("none") => Layers::None,
        _ => Layers::Auto,
    }
}

fn is_manifest(blob: &[u8]) -> bool {
    blob.starts_with(b"{")
        && parse(blob).is_some_and(|root| {
            ["schemaVersion", "manifests", "layers"].iter().any(|name| root.find(name).is_some())
        })
}

/// The files of a world, in a folder of one thread.
pub(crate) struct Bench<'w> {
    world: &'w World,
    folder: tempfile::TempDir,
}

impl<'w> Bench<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (number, store) in world.stores.iter().enumerate() {
            store.write_dir(&folder.path().join(number.to_string()));
        }
        Bench { world, folder }
    }

    /// Asks about the changed world, under the digest that the image then has; then undoes the change.
    pub(crate) fn ask(&self, changed: &Changed) -> Answer {
        self.write(changed);
        let answer = catch_unwind(AssertUnwindSafe(|| self.answer(changed))).unwrap_or(Answer::Panicked);
        self.undo(changed);
        answer
    }

    fn answer(&self, changed: &Changed) -> Answer {
        let image = changed.renamed.get(&self.world.image).unwrap_or(&self.world.image);
        let selector = Selector::Digest(image.parse::<Digest>().unwrap());
        let answer = self
            .source()
            .map_err(Failure::Error)
            .and_then(|source| self.world.verifier.verify(&source, &(self.world.request)(selector)));
        match answer {
            Ok(accepted) => Answer::Accepted(Box::new(accepted.into_report())),
            Err(Failure::Rejected(report)) => {
                Answer::Rejected(codes(&report, Severity::Error).into_iter().collect())
            }
            Err(Failure::Error(error)) => Answer::Error(error.code()),
        }
    }

    fn source(&self) -> Result<Stack, Error> {
        let limits = Limits::default();
        let open = |number| Layout::open_folder(&self.store(number), &limits);
        let mut stack = Stack::new(Box::new(open(0)?));
        for number in 1..self.world.stores.len() {
            stack = stack.evidence(Box::new(open(number)?));
        }
        Ok(stack)
    }

    fn write(&self, changed: &Changed) {
        for (number, store) in self.world.stores.iter().enumerate() {
            for (old, new) in changed.renamed.iter().filter(|(old, _)| store.blobs.contains_key(*old)) {
                fs::remove_file(self.blob(number, old)).unwrap();
                fs::write(self.blob(number, new), &changed.blobs[new]).unwrap();
            }
            fs::write(self.store(number).join("index.json"), &changed.roots[number]).unwrap();
            fs::write(self.store(number).join("oci-layout"), &changed.marker).unwrap();
        }
    }

    fn undo(&self, changed: &Changed) {
        for (number, store) in self.world.stores.iter().enumerate() {
            for (old, new) in &changed.renamed {
                if let Some(bytes) = store.blobs.get(old) {
                    fs::remove_file(self.blob(number, new)).unwrap();
                    fs::write(self.blob(number, old), bytes).unwrap();
                }
            }
        }
    }

    fn store(&self, number: usize) -> PathBuf {
        self.folder.path().join(number.to_string())
    }

    fn blob(&self, number: usize, digest: &str) -> PathBuf {
        self.store(number).join("blobs").join(digest.replace(':', "/"))
    }
}
