//! One organization's real image on a real hardened base, put together from loose files.

use std::path::Path;

use layertrust_testkit::cosign;
use layertrust_testkit::store::{Descriptor, INDEX, Layout, MANIFEST};

/// Image, its bundles as referrers, and the base's index. The base's manifests are not among the files.
pub(crate) fn assemble(files: &Path, target: &Path) -> Descriptor {
    let read = |name: &str| std::fs::read(files.join(name)).unwrap();
    let mut layout = Layout::new();
    let image = layout.put(MANIFEST, read("image-manifest.json"));
    layout.put("application/vnd.oci.image.config.v1+json", read("image-config.json"));
    layout.tag(&image, "golden");
    for (bundle, kind) in [
        ("signature.sigstore.json", "https://sigstore.dev/cosign/sign/v1"),
        ("slsa-provenance.sigstore.json", "https://slsa.dev/provenance/v1"),
    ] {
        cosign::bundle_referrer(&mut layout, &image, kind, &read(bundle));
    }
    layout.put(INDEX, read("dhi-python-index.json"));
    layout.write_dir(target);
    image
}
