//! A root file system in the shape of a hardened image: no shell, no package manager, its packages recorded one
//! by one. Small, and with one of each thing that the layers above may do something to.

use crate::image::{ImageSpec, Platform, Writer};
use crate::layer::{Compression, Layer};
use crate::tar::{Entry, Tar};
use crate::vendor::labels;

/// The program that the image starts.
pub const PYTHON: &str = "usr/bin/python3.13";
/// Its content.
pub const PYTHON_CONTENT: &[u8] = b"\x7fELF python 3.13.9\n";
/// A library of a package.
pub const LIBSSL: &str = "usr/lib/x86_64-linux-gnu/libssl.so.3";
/// Its content.
pub const LIBSSL_CONTENT: &[u8] = b"\x7fELF ssl 3.5.1\n";
/// The package URL of the library's package.
pub const LIBSSL_PURL: &str = "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13";
/// The package URL of the program's package.
pub const PYTHON_PURL: &str = "pkg:deb/debian/python3.13@3.13.9-1?arch=amd64&distro=debian-13";
/// A folder of files that nothing depends on.
pub const DOCUMENTATION: &str = "usr/share/doc/libssl3t64";
/// The users.
pub const PASSWD: &str =
    "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n";

/// The two layers, bottom up.
pub fn layers() -> [Vec<Entry>; 2] {
    let system = vec![
        Entry::directory("etc"),
        Entry::file("etc/os-release", b"ID=debian\nVERSION_ID=13\n"),
        Entry::file("etc/passwd", PASSWD.as_bytes()),
        Entry::file("etc/group", b"root:x:0:\nnonroot:x:65532:\n"),
        Entry::file("etc/ld.so.conf", b"include /etc/ld.so.conf.d/*.conf\n"),
        Entry::directory("etc/ld.so.conf.d"),
        Entry::file("etc/ld.so.conf.d/x86_64-linux-gnu.conf", b"/usr/lib/x86_64-linux-gnu\n"),
        Entry::directory("etc/ssl"),
        Entry::directory("etc/ssl/certs"),
        Entry::file("etc/ssl/certs/ca-certificates.crt", b"the vendor's authorities\n"),
        Entry::directory("home"),
        Entry::directory("home/nonroot").mode(0o700).owner(65532, 65532),
        Entry::directory("tmp").mode(0o1777),
        Entry::directory("usr"),
        Entry::directory("usr/bin"),
        Entry::directory("usr/lib"),
        Entry::directory("usr/local"),
        Entry::directory("usr/local/bin"),
        Entry::symlink("bin", "usr/bin"),
        Entry::symlink("lib", "usr/lib"),
    ];
    let packages = vec![
        Entry::file(PYTHON, PYTHON_CONTENT).mode(0o755),
        Entry::symlink("usr/bin/python3", "python3.13"),
        Entry::directory("usr/lib/x86_64-linux-gnu"),
        Entry::file(LIBSSL, LIBSSL_CONTENT),
        Entry::directory("usr/lib/python3.13"),
        Entry::file("usr/lib/python3.13/ssl.py", b"import _ssl\n"),
        Entry::directory("usr/share"),
        Entry::directory("usr/share/doc"),
        Entry::directory(DOCUMENTATION),
        Entry::file("usr/share/doc/libssl3t64/changelog", b"openssl (3.5.1-1) unstable\n"),
        Entry::file("usr/share/doc/libssl3t64/copyright", b"Apache-2.0\n"),
        Entry::directory("var"),
        Entry::directory("var/lib"),
        Entry::directory("var/lib/dpkg"),
        Entry::directory("var/lib/dpkg/status.d"),
        record("libssl3t64", "3.5.1-1"),
        sums(
            "libssl3t64",
            &[LIBSSL, "usr/share/doc/libssl3t64/changelog", "usr/share/doc/libssl3t64/copyright"],
        ),
        record("python3.13", "3.13.9-1"),
        sums("python3.13", &[PYTHON, "usr/bin/python3", "usr/lib/python3.13/ssl.py"]),
    ];
    [system, packages]
}

/// The record of an installed package.
pub fn record(package: &str, version: &str) -> Entry {
    let text =
        format!("Package: {package}\nArchitecture: amd64\nVersion: {version}\nMaintainer: demo vendor\n");
    Entry::file(format!("var/lib/dpkg/status.d/{package}"), text.as_bytes())
}

/// The list of a package's files. Nobody compares these sums: they are MD5.
pub fn sums(package: &str, paths: &[&str]) -> Entry {
    let lines = paths.iter().map(|path| format!("d41d8cd98f00b204e9800998ecf8427e  {path}\n"));
    Entry::file(format!("var/lib/dpkg/status.d/{package}.md5sums"), lines.collect::<String>().as_bytes())
}

/// The platform image.
pub fn spec(repository: &str, platform: &str) -> ImageSpec {
    let [system, packages] =
        layers().map(|entries| Layer::from_tar(Compression::Zstd, Tar::of(entries).finish()));
    let mut spec = ImageSpec::new(Writer::Vendor, Platform::of(platform))
        .vendor_layer(system, "add root layout")
        .vendor_layer(packages, &format!("mount /out from exec {platform}"));
    spec.user = Some("65532".to_owned());
    spec.env = vec!["PATH=/usr/local/bin:/usr/bin:/bin".to_owned()];
    spec.entrypoint = vec![format!("/{PYTHON}")];
    spec.working_dir = Some("/".to_owned());
    spec.labels = labels(repository, &spec.diff_ids());
    spec
}

/// A layer of the organization.
pub fn layer(entries: impl IntoIterator<Item = Entry>) -> Layer {
    Layer::from_tar(Compression::Gzip, Tar::of(entries).finish())
}
