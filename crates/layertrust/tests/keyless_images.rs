//! What other projects' keyless signatures and attestations of images prove: one table of what is asked, what
//! its authors state, and what we answer (`testdata/upstream/keyless.tsv`).
#![cfg(feature = "keyless")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state expectations by panicking"
)]

mod corpus;
#[path = "corpus/golden.rs"]
mod golden;
#[path = "keyless/images.rs"]
mod images;
#[path = "keyless/roots.rs"]
mod roots;
mod scenario;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use corpus::{Files, asked, identities, nothing, now, rule, table};
use images::{Asked, GITHUB};
use layertrust::report::{CandidateOrigin, CandidateOutcome, Report};
use layertrust::{
    Artifact, AttestationRule, AttestationType, BlobVerifier, Code, Digest, Selector, SignerKey, SignerRule,
    TrustedRoot,
};
use scenario::{shared, testdata};

/// The upstream files, and what the recorded verdicts say about the bundles in them.
struct Corpus {
    folder: PathBuf,
    identities: BTreeMap<(String, usize), (String, String)>,
}

/// What one row asks about one thing.
struct Question<'a> {
    corpus: &'a Corpus,
    /// Below the upstream folder.
    what: String,
    /// Others that the row's pattern names: another version, another generation.
    others: Vec<String>,
    root: &'a str,
}

/// Questions that only an index with its attestation manifests answers.
const NEED_AN_INDEX: [&str; 2] = ["provenance of the platform alone", "BuildKit's statements"];

/// One `*` for a folder: every one that is there.
fn expand(folder: &Path, what: &str) -> Vec<String> {
    let Some((before, after)) = what.split_once('*') else { return vec![what.to_owned()] };
    let entries = std::fs::read_dir(folder.join(before)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let paths = names.map(|name| format!("{before}{name}{after}"));
    let mut found: Vec<String> = paths.filter(|path| folder.join(path).exists()).collect();
    found.sort();
    assert!(!found.is_empty(), "nothing at {what}");
    found
}

impl Question<'_> {
    fn path(&self) -> PathBuf {
        self.corpus.folder.join(&self.what)
    }

    fn other(&self) -> PathBuf {
        let other = self.others.iter().find(|other| **other != self.what);
        self.corpus.folder.join(other.unwrap_or_else(|| panic!("nothing beside {}", self.what)))
    }

    fn root(&self) -> TrustedRoot {
        match self.root {
            "public-good" => TrustedRoot::sigstore_public_good(),
            "github" => TrustedRoot::github(),
            "own" => roots::conforma(&self.path()),
            "another generation" => roots::conforma(&self.other()),
            "fixtures" => roots::containers(&self.path()),
            other => panic!("root {other}"),
        }
    }

    /// SLSA's generator at the version in the folder's name, called by the example repository.
    fn generator(&self, identity: &str, repository: &str) -> SignerRule {
        let version = Path::new(&self.what).parent().unwrap().file_name().unwrap().to_str().unwrap();
        let identity = identity.replace("VERSION", version);
        SignerRule::certificate(GITHUB, &identity).unwrap().source_repository([repository]).unwrap()
    }

    fn answer(&self, asked: &str) -> String {
        const GENERATOR: &str = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/VERSION";
        const CALLER: &str = "https://github.com/slsa-framework/example-package";
        let provenance = |identity: &str, repository: &str| {
            Asked::provenance(self.generator(identity, repository), self.root())
        };
        let service = |name: &str| {
            let identity = format!("https://kubernetes.io/namespaces/default/serviceaccounts/{name}");
            SignerRule::certificate("https://kubernetes.default.svc.cluster.local", &identity).unwrap()
        };
        let digest = |text: &str| Selector::Digest(text.parse().unwrap());
        let image = || digest(&images::saved(&self.path(), &["image", "imageIndex"]));
        let testimage = || self.path().join("acceptance/image/testimage");
        let signed_image = || digest(&images::saved(&testimage(), &["image"]));
        let target = tempfile::tempdir().unwrap();
        match asked {
            "provenance" => provenance(GENERATOR, CALLER).of(&self.path(), image()).0,
            "provenance of this build"
            | "provenance of another source"
            | "provenance of another ref"
            | "provenance by another builder"
            | "provenance of another workflow" => {
                let rule = self.build(asked, GENERATOR, CALLER);
                provenance(GENERATOR, CALLER).and(rule).of(&self.path(), image()).0
            }
            "provenance of another version" => {
                images::with_evidence_of(&self.path(), &self.other(), target.path());
                let identity = GENERATOR.replace("VERSION", "*");
                provenance(&identity, CALLER).of(target.path(), image()).0
            }
            "provenance by the caller's workflow" => {
                provenance(&format!("{CALLER}/.github/workflows/*@**"), CALLER).of(&self.path(), image()).0
            }
            "provenance for another repository" => {
                let other = "https://github.com/slsa-framework/slsa-verifier";
                provenance(GENERATOR, other).of(&self.path(), image()).0
            }
            "provenance of the platform alone" => {
                let index = images::saved(&self.path(), &["image", "imageIndex"]);
                let platform = images::blob(&self.path(), &index)["manifests"][0]["digest"].clone();
                let platform = digest(platform.as_str().unwrap());
                provenance(GENERATOR, CALLER).of(&self.path(), platform).0
            }
            "image signature by the provenance's signer" => {
                let signer = self.generator(GENERATOR, CALLER);
                Asked::signature(signer, self.root()).of(&self.path(), image()).0
            }
            "BuildKit's statements" => {
                let nobody = provenance("https://github.com/nobody/**@**", CALLER);
                let (answer, report) = nobody.of(&self.path(), image());
                let report = report.unwrap();
                let platform = &report.platforms[0];
                assert!(platform.attestations.is_empty());
                let unsigned = platform.unverified.iter().any(|one| one.code == Code::AttestationUnsigned);
                format!("{answer}; {}", if unsigned { "attestation-unsigned" } else { "none there" })
            }
            "signature and provenance" => {
                let asked = Asked::signature(service("default"), self.root()).and_provenance();
                asked.of(&testimage(), signed_image()).0
            }
            "signature by another account" => {
                Asked::signature(service("other"), self.root()).of(&testimage(), signed_image()).0
            }
            "signature on another generation's image" => {
                let image = self.other().join("acceptance/image/testimage");
                images::with_evidence_of(&image, &testimage(), target.path());
                let image = digest(&images::saved(&image, &["image"]));
                Asked::signature(service("default"), self.root()).of(target.path(), image).0
            }
            "bundle" | "bundle of something else" | "bundle by somebody else" => self.bundle(asked),
            "bundle of the attested image" => {
                let (manifest, bundle) = self.docker();
                let manifest = images::blob(&self.path(), &manifest);
                self.blob(&bundle, manifest["subject"]["digest"].as_str().unwrap().parse().unwrap())
            }
            "bundle of the attestation manifest" => {
                let (manifest, bundle) = self.docker();
                self.blob(&bundle, manifest.parse().unwrap())
            }
            "image signature from an attestation manifest's" => {
                let (manifest, _) = self.docker();
                let index = images::with_attestation_manifest(&self.path(), &manifest, target.path());
                Asked::signature(docker(), self.root()).of(target.path(), digest(&index)).0
            }
            "attestation manifest as an image" => {
                let (manifest, _) = self.docker();
                Asked::signature(docker(), self.root()).of(&self.path(), digest(&manifest)).0
            }
            "docker-dhi" => self.advisory(SignerKey::DockerDhi),
            "docker-dhi-1" => self.advisory(SignerKey::DockerDhiPinned(1)),
            "docker-dhi-2" => self.advisory(SignerKey::DockerDhiPinned(2)),
            "annotations" | "annotations, payload altered" | "annotations without the log" => {
                self.annotations(asked, target.path())
            }
            "golden of this build" | "golden of another source" => self.golden_build(asked, target.path()),
            "golden" => self.golden("https://github.com/naqa92-portfolio-projects/harborlab", target.path()),
            "golden for another repository" => {
                self.golden("https://github.com/naqa92-portfolio-projects/other", target.path())
            }
            other => panic!("asked {other:?}"),
        }
    }

    /// What slsa-verifier compares: builder, source, ref and the workflow that was started; one of them wrong.
    fn build(&self, asked: &str, builder: &str, caller: &str) -> AttestationRule {
        let right = |what: &str| asked != format!("provenance {what}");
        let version = Path::new(&self.what).parent().unwrap().file_name().unwrap().to_str().unwrap();
        let builder = match right("by another builder") {
            true => builder.replace("VERSION", version),
            false => builder.replace("VERSION", "v0.0.1"),
        };
        let source = if right("of another source") {
            caller
        } else {
            "https://github.com/slsa-framework/slsa-verifier"
        };
        let reference = if right("of another ref") { "refs/**" } else { "refs/tags/v0.0.1" };
        let workflow = self.workflow();
        let workflow = if right("of another workflow") { workflow.as_str() } else { "release.yml" };
        AttestationRule::new(AttestationType::SlsaProvenance)
            .builder([builder.as_str()])
            .and_then(|rule| {
                rule.build_type(["https://github.com/slsa-framework/slsa-github-generator/container@v1"])
            })
            .and_then(|rule| rule.source([format!("git+{source}").as_str()]))
            .and_then(|rule| rule.source_ref([reference]))
            .and_then(|rule| rule.external_parameter(["entryPoint"], workflow))
            .unwrap()
    }

    /// The workflow that was started, as the provenance in the layout says.
    fn workflow(&self) -> String {
        let blobs = std::fs::read_dir(self.path().join("blobs/sha256")).unwrap();
        let workflows = blobs.filter_map(|entry| {
            let envelope: serde_json::Value =
                serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).ok()?;
            let payload = STANDARD.decode(envelope["payload"].as_str()?).ok()?;
            let statement: serde_json::Value = serde_json::from_slice(&payload).ok()?;
            let started = statement["predicate"]["invocation"]["configSource"]["entryPoint"].as_str();
            started.map(str::to_owned)
        });
        workflows.last().unwrap()
    }

    /// The real image's provenance by GitHub's action.
    fn golden_build(&self, asked: &str, target: &Path) -> String {
        const REPOSITORY: &str = "https://github.com/naqa92-portfolio-projects/harborlab";
        let signer =
            SignerRule::certificate(GITHUB, &format!("{REPOSITORY}/.github/workflows/*@**")).unwrap();
        let signer = signer.source_repository([REPOSITORY]).unwrap();
        let source =
            if asked.ends_with("this build") { REPOSITORY } else { "https://github.com/naqa92/other" };
        let rule = AttestationRule::new(AttestationType::SlsaProvenance)
            .source([format!("git+{source}").as_str()])
            .and_then(|rule| rule.build_type(["https://actions.github.io/buildtypes/workflow/v1"]))
            .and_then(|rule| rule.external_parameter(["context"], "images/golden/python"))
            .and_then(|rule| rule.builder_images(["dhi/*"]))
            .unwrap();
        let image = golden::assemble(&self.path(), target).digest;
        let asked = Asked::signature(signer, self.root()).and(rule);
        asked.of(target, Selector::Digest(image.parse().unwrap())).0
    }

    /// A bundle in a file, after `#` its number; by default about its own subject, by whom its certificate
    /// names.
    fn bundle(&self, asked_for: &str) -> String {
        let (path, number) = self.what.split_once('#').unwrap_or((&self.what, "1"));
        let number = number.parse().unwrap();
        let bundle = Files::default().bundle(&self.corpus.folder, path, number);
        let digest = asked(&serde_json::from_str(&bundle).unwrap()).unwrap();
        let (name, issuer) = &self.corpus.identities[&(path.to_owned(), number)];
        let (rule, digest) = match asked_for {
            "bundle by somebody else" => (rule("somebody@else.invalid", issuer), digest),
            "bundle of something else" => (rule(name, issuer), nothing()),
            _ => (rule(name, issuer), digest),
        };
        verdict(rule, self.root(), Artifact::Digest(digest), bundle.as_bytes())
    }

    /// The attestation manifest of a layout that docker/github-builder signed, and the bundle about it.
    fn docker(&self) -> (String, Vec<u8>) {
        let index = images::json(&self.path().join("index.json"));
        let entries = index["manifests"].as_array().unwrap();
        let of_type = |kind: &str| {
            let is_of =
                |entry: &&serde_json::Value| entry["artifactType"].as_str().unwrap_or_default() == kind;
            entries.iter().find(is_of).unwrap()["digest"].as_str().unwrap().to_owned()
        };
        let bundle = of_type("application/vnd.dev.sigstore.bundle.v0.3+json");
        let layer = images::blob(&self.path(), &bundle)["layers"][0]["digest"].clone();
        let layer = layer.as_str().unwrap().replace(':', "/");
        let bundle = std::fs::read(self.path().join("blobs").join(layer)).unwrap();
        (of_type("application/vnd.docker.attestation.manifest.v1+json"), bundle)
    }

    fn blob(&self, bundle: &[u8], digest: Digest) -> String {
        verdict(docker(), self.root(), Artifact::Digest(digest), bundle)
    }

    /// A file that Docker signed, with its bundle beside it.
    fn advisory(&self, key: SignerKey) -> String {
        let signature = std::fs::read(self.path()).unwrap();
        let file = std::fs::read(self.path().with_extension("")).unwrap();
        let rule = SignerRule::from(key).require_tlog();
        verdict(rule, self.root(), Artifact::Bytes(&file), &signature)
    }

    /// A signature as an old manifest carries it. The image it names is not among the files, so it stands
    /// beside one of ours: everything holds until the subject is compared.
    fn annotations(&self, asked: &str, target: &Path) -> String {
        let text = |name: &str| std::fs::read_to_string(self.path().join(name)).unwrap();
        let mut payload = text("rekor-payload");
        if asked.ends_with("altered") {
            payload = payload.replace("alpine", "alpina");
        }
        let mut annotations = vec![
            ("dev.cosignproject.cosign/signature", text("rekor-sig")),
            ("dev.sigstore.cosign/certificate", text("fulcio-cert")),
            ("dev.sigstore.cosign/chain", text("fulcio-chain")),
        ];
        if !asked.ends_with("log") {
            annotations.push(("dev.sigstore.cosign/bundle", text("rekor-set")));
        }
        let image = images::with_signature(payload.as_bytes(), &annotations, target);
        let signer = SignerRule::certificate("https://github.com/login/oauth", "mitr@redhat.com").unwrap();
        let selector = Selector::Digest(image.parse().unwrap());
        Asked::signature(signer, self.root()).of(target, selector).0
    }

    /// One organization's real image: what it signed, and where its provenance points.
    fn golden(&self, repository: &str, target: &Path) -> String {
        let identity = "https://github.com/naqa92-portfolio-projects/harborlab/.github/workflows/*@**";
        let signer = SignerRule::certificate(GITHUB, identity).unwrap();
        let signer = signer.source_repository([repository]).unwrap();
        let image = golden::assemble(&self.path(), target).digest;
        let asked = Asked::signature(signer, self.root()).and_provenance();
        let (answer, report) = asked.of(target, Selector::Digest(image.parse().unwrap()));
        format!("{answer}; {}", bases(&report.unwrap()))
    }
}

/// How many signatures and attestations hold, and which bases somebody named.
fn bases(report: &Report) -> String {
    let platform = &report.platforms[0];
    let mut text =
        format!("{} signatures, {} attestations", platform.signatures.len(), platform.attestations.len());
    for candidate in &platform.base_candidates {
        let by = match candidate.origin {
            CandidateOrigin::Provenance => "verified provenance",
            CandidateOrigin::Unsigned => "nobody",
            other => panic!("{other:?}"),
        };
        assert_eq!(candidate.outcome, CandidateOutcome::NotAtHand, "its manifests are not among the files");
        text.push_str(&format!(", base {} by {by}", &candidate.digest[7..19]));
    }
    text
}

fn docker() -> SignerRule {
    let identity = "https://github.com/docker/github-builder-experimental/.github/workflows/build.yml@refs/heads/build-reusable-workflow";
    SignerRule::certificate(GITHUB, identity).unwrap().any_source_repository().unwrap()
}

fn verdict(rule: SignerRule, root: TrustedRoot, artifact: Artifact<'_>, bundle: &[u8]) -> String {
    let outcome = BlobVerifier::new(rule, root).unwrap().verify(artifact, bundle, now());
    outcome.map_or_else(|error| error.code().name(), |_| "pass").to_owned()
}

#[test]
fn every_question_about_real_keyless_evidence_is_answered_as_stated() {
    let Some(folder) = shared("LAYERTRUST_UPSTREAM", "upstream") else { return };
    let corpus = Corpus { identities: identities(&folder), folder };
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in table(&testdata().join("upstream/keyless.tsv"), 6) {
        let [what, root, asked, stated, expected, reason] = &row[..] else { panic!("{row:?}") };
        let succeeds = expected == "pass" || expected.starts_with("accepted");
        assert!(reason.len() > 20, "a reason: {row:?}");
        // Where we are stricter than what is stated, the reason says so.
        assert!(succeeds == (stated == "pass") || reason.starts_with("stricter: "), "{row:?}");
        let mut found = expand(&corpus.folder, what);
        if NEED_AN_INDEX.contains(&asked.as_str()) {
            found.retain(|path| images::is_index(&corpus.folder.join(path)));
            assert!(!found.is_empty(), "{row:?}");
        }
        for one in &found {
            let others = found.clone();
            let question = Question { corpus: &corpus, what: one.clone(), others, root };
            let answer = question.answer(asked);
            println!("{one}\t{root}\t{asked}\t{answer}");
            count += 1;
            if answer != *expected {
                wrong.push(format!("{one}, {root}, {asked}: expected {expected:?}, found {answer:?}"));
            }
        }
    }
    println!("{count} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count}");
}
