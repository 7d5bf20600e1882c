//! `include/layertrust.h`, as cbindgen writes it from the sources.

use std::error::Error;
use std::path::Path;

use cbindgen::{Builder, Config};

/// The sources, in the order in which the header is read; cbindgen follows their modules.
const SOURCES: [&str; 11] = [
    "result.rs",
    "version.rs",
    "error.rs",
    "signer.rs",
    "policy.rs",
    "builder.rs",
    "source/mod.rs",
    "request.rs",
    "verifier.rs",
    "report/mod.rs",
    "blob.rs",
];

/// The header's text.
pub(crate) fn header() -> Result<String, Box<dyn Error>> {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let config = Config::from_file(library.join("cbindgen.toml"))?;
    let mut builder = Builder::new().with_config(config).with_after_include(versions()?);
    for source in SOURCES {
        builder = builder.with_src(library.join("src").join(source));
    }
    let mut bytes = Vec::new();
    builder.generate()?.write(&mut bytes);
    Ok(String::from_utf8(bytes)?)
}

/// What the preprocessor is told.
fn versions() -> Result<String, std::num::ParseIntError> {
    let [major, minor, patch] =
        [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")]
            .map(str::parse::<u32>);
    let number = (major? << 16) + (minor? << 8) + patch?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        "
#if defined(__GNUC__)
/** The compiler warns where such a result is not looked at. */
#define LAYERTRUST_MUST_USE __attribute__((warn_unused_result))
#else
#define LAYERTRUST_MUST_USE
#endif

/** The version of this header. */
#define LAYERTRUST_VERSION \"{version}\"
/** The same as a number: major * 65536 + minor * 256 + patch. */
#define LAYERTRUST_VERSION_NUMBER {number}
/** The version of the interface that this header describes: the number in the library's soname. */
#define LAYERTRUST_ABI_VERSION 0"
    ))
}
