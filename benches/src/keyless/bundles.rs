//! Parsing and verifying real bundles, roots and keys prepared once.

use std::path::{Path, PathBuf};

use layertrust::{Artifact, BlobVerifier, PublicKey, SignerKey, SignerRule, TrustedRoot};
use layertrust_benches::rounds::{Contender, print_head, race};
use sigstore_verify::trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, TrustedRoot as EngineRoot};
use sigstore_verify::types::{Bundle, DerPublicKey};
use sigstore_verify::{Policy, PublicKeyVerificationPolicy, VerificationPolicy, Verifier};

const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

const CASES: [(&str, &str); 4] = [
    ("happy-path-v0.3", "keyless, message"),
    ("happy-path-intoto-in-dsse-v3", "keyless, DSSE"),
    ("rekor2-happy-path", "Rekor v2 and timestamp"),
    ("managed-key-happy-path", "managed key"),
];

/// Prints the table, or why there is none.
pub(crate) fn run(rounds: usize) {
    println!("\n## Real bundles, parse and verify\n");
    let upstream = std::env::var_os("LAYERTRUST_UPSTREAM")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream"), PathBuf::from);
    let suite = upstream.join("sigstore-sigstore-conformance/test/assets/bundle-verify");
    if !suite.is_dir() {
        println!("SKIPPED: {} is not there (LAYERTRUST_UPSTREAM).", suite.display());
        return;
    }
    print_head("sigstore-verify");
    for (folder, name) in CASES {
        Case::open(&suite, folder).run(rounds, name);
    }
}

struct Case {
    file: Vec<u8>,
    bundle: String,
    root: Option<String>,
    key: Option<String>,
}

impl Case {
    fn open(suite: &Path, folder: &str) -> Self {
        let text = |name: &str| std::fs::read_to_string(suite.join(folder).join(name)).ok();
        Case {
            file: std::fs::read(suite.join("a.txt")).unwrap(),
            bundle: text("bundle.sigstore.json").unwrap(),
            root: text("trusted_root.json"),
            key: text("key.pub"),
        }
    }

    /// Exactly one identity and its issuer, or one key with its log entry, on both sides.
    fn run(&self, rounds: usize, name: &str) {
        let (engine, policy) = self.engine();
        let ours = self.ours();
        let now = crate::NOW.parse().unwrap();

        // Another file, and each side must say no.
        let bundle = Bundle::from_json(&self.bundle).unwrap();
        assert!(engine.verify(b"another".as_slice(), &bundle, policy.as_ref()).is_err());
        assert!(ours.verify(Artifact::Bytes(b"another"), self.bundle.as_bytes(), now).is_err());

        let engine = || {
            let bundle = Bundle::from_json(&self.bundle).unwrap();
            engine.verify(self.file.as_slice(), &bundle, policy.as_ref()).unwrap();
        };
        let ours = || {
            let _ = ours.verify(Artifact::Bytes(&self.file), self.bundle.as_bytes(), now).unwrap();
        };
        let both = vec![Contender::new("sigstore-verify", engine), Contender::new("layertrust", ours)];
        race(rounds, both).print(name, "sigstore-verify");
    }

    fn engine(&self) -> (Verifier, Box<dyn Policy>) {
        let root = self.root.as_deref().unwrap_or(SIGSTORE_PRODUCTION_TRUSTED_ROOT);
        let verifier = Verifier::new(&EngineRoot::from_json(root).unwrap()).unwrap();
        let policy: Box<dyn Policy> = match &self.key {
            Some(pem) => Box::new(PublicKeyVerificationPolicy::new(DerPublicKey::from_pem(pem).unwrap())),
            None => Box::new(VerificationPolicy::new(IDENTITY, ISSUER)),
        };
        (verifier, policy)
    }

    fn ours(&self) -> BlobVerifier {
        let root = match &self.root {
            Some(json) => TrustedRoot::from_json(json.as_bytes()).unwrap(),
            None => TrustedRoot::sigstore_public_good(),
        };
        let rule = match &self.key {
            Some(pem) => {
                let key = PublicKey::from_pem(pem.as_bytes()).unwrap();
                SignerRule::from(SignerKey::Key(key)).require_tlog()
            }
            None => SignerRule::certificate(ISSUER, IDENTITY).unwrap().any_source_repository().unwrap(),
        };
        BlobVerifier::new(rule, root).unwrap()
    }
}
