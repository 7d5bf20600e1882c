//! Verifies the demo image in code: `cargo run -p layertrust --example verify_image`.

use layertrust::{
    BaseRule, Layout, Limits, OrgRule, Policy, PublicKey, Request, Selector, SignerKey, Stack, Verifier,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/demo");
    let key = |name: &str| -> Result<SignerKey, Box<dyn std::error::Error>> {
        Ok(SignerKey::Key(PublicKey::from_pem(&std::fs::read(demo.join("keys").join(name))?)?))
    };
    let policy = Policy::builder()
        .name("example")
        .signer("demo-vendor", key("demo-vendor.pub")?)
        .signer("ci", key("ci.pub")?)
        .base(BaseRule::signed_by(["demo-vendor"]))
        .org(OrgRule::signed_by(["ci"]))
        .build()?;
    let limits = Limits::default();
    let source = Stack::new(Box::new(Layout::open_folder(&demo.join("image"), &limits)?))
        .evidence(Box::new(Layout::open_folder(&demo.join("base"), &limits)?));

    // Time is an argument: the library reads no clock.
    let request = Request::new("demo", Selector::Only, "2026-11-24T12:00:00Z".parse()?);
    let accepted = Verifier::new(policy)?.verify(&source, &request)?;
    for platform in &accepted.report().platforms {
        for segment in &platform.segments {
            let signers: Vec<&str> = segment.signers.iter().map(|signer| signer.name.as_str()).collect();
            println!(
                "{} layers {:?}: {:?}, signed by {}",
                platform.platform,
                segment.layers,
                segment.owner,
                signers.join(", ")
            );
        }
    }
    Ok(())
}
