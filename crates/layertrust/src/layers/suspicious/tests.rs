use super::*;
use SuspiciousClass::*;

fn added(path: &str, kind: Kind, mode: u16) -> Vec<SuspiciousClass> {
    classes(&Added { path: path.as_bytes(), kind, mode, shape: None }).iter().collect()
}

fn file(path: &str) -> Vec<SuspiciousClass> {
    added(path, Kind::File, 0o644)
}

/// Files of one class, and files of none that look alike.
fn check(class: SuspiciousClass, suspicious: &[&str], ordinary: &[&str]) {
    for path in suspicious {
        assert_eq!(file(path), [class], "{path}");
    }
    for path in ordinary {
        assert_eq!(file(path), [], "{path}");
    }
}

#[test]
fn nothing_is_wrong_with_an_application() {
    for path in [
        "app/main",
        "app/bin/orders",
        "app/node_modules/express/index.js",
        "app/core/__init__.py",
        "usr/bin/python3.13",
        "usr/bin/perl",
        "usr/local/bin/node",
        "usr/lib/x86_64-linux-gnu/libssl.so.3",
        "usr/share/doc/curl/copyright",
        "usr/share/bash-completion/completions/git",
        "etc/app.conf",
        "",
        "/",
    ] {
        assert_eq!(file(path), [], "{path}");
        assert_eq!(added(path, Kind::Directory, 0o755), [], "{path}");
        assert_eq!(added(path, Kind::Symlink, 0o777), [], "{path}");
    }
    assert!(classes(&Added { path: b"app", kind: Kind::File, mode: 0, shape: None }).iter().next().is_none());
}

#[test]
fn package_caches() {
    check(
        PackageCache,
        &[
            "var/lib/apt/lists/deb.debian.org_dists_trixie_InRelease",
            "var/lib/apt/lists/lock",
            "var/lib/apt/lists/partial/x",
            "var/cache/apt/archives/curl_8.14.1-2_amd64.deb",
            "var/cache/apt/archives/partial/curl_8.14.1-2_amd64.deb",
            "var/cache/apt/pkgcache.bin",
            "var/cache/apk/APKINDEX.0f.tar.gz",
            "etc/apk/cache/x.apk",
            "var/cache/dnf/x/repodata/repomd.xml",
            "var/cache/yum/x",
            "var/cache/zypp/solv/x",
            "var/lib/dnf/history.sqlite",
            "root/.cache/pip/http-v2/0/1",
            "home/app/.npm/_cacache/index-v5/00",
            "home/app/.yarn/cache/x.zip",
            "root/.yarn/cache/x.zip",
            "root/.cargo/registry/cache/index.crates.io-0f/x.crate",
            "usr/local/cargo/registry/cache/index.crates.io-0f/x.crate",
            "root/.m2/repository/org/x.jar",
            "home/gradle/.gradle/caches/x",
            "go/pkg/mod/cache/download/x",
            "root/go/pkg/mod/cache/download/x",
        ],
        &[
            "var/lib/apt/extended_states",
            "var/cache/apt/archives/lock",
            "var/cache/ldconfig/aux-cache",
            "app/.yarn/cache/left-pad.zip",
            "home/.yarn/cache/x",
            "app/pip/cache/x",
            "app/.cache/thing",
            "go/pkg/mod/example.org/x/main.c",
        ],
    );
    assert_eq!(added("var/lib/apt/lists", Kind::Directory, 0o755), []);
    assert_eq!(added("var/lib/apt/lists/partial", Kind::Directory, 0o700), []);
    assert_eq!(added("etc/apk/cache", Kind::Symlink, 0o777), []);
    assert_eq!(added("root/.cache/pip/x", Kind::HardLink, 0o644), [PackageCache]);
}

#[test]
fn build_tools() {
    check(
        BuildTool,
        &[
            "usr/bin/gcc",
            "usr/bin/gcc-12",
            "usr/bin/x86_64-linux-gnu-gcc-12",
            "usr/bin/x86_64-linux-gnu-g++",
            "usr/bin/arm-linux-gnueabihf-ld.bfd",
            "usr/bin/x86_64-alpine-linux-musl-cc",
            "usr/bin/x86_64-redhat-linux-gcc-14",
            "usr/bin/clang++-19",
            "usr/bin/c++",
            "usr/bin/as",
            "usr/bin/curl",
            "bin/nc.openbsd",
            "sbin/tcpdump",
            "usr/local/go/bin/go",
            "usr/lib/jvm/java-21/bin/javac",
            "opt/gradle/bin/gradle",
        ],
        &[
            "usr/bin/ld.so",
            "usr/bin/python3",
            "usr/bin/gcc-ranlib-tool",
            "usr/bin/x86_64-linux-gnu",
            "usr/bin/linux-gnu",
            "usr/bin/linux",
            "usr/bin/12",
            "usr/share/gcc",
            "app/make",
            "app/src/cmake/x",
        ],
    );
    assert_eq!(added("usr/bin/cc", Kind::Symlink, 0o777), [BuildTool]);
    assert_eq!(added("app/bin/make", Kind::Directory, 0o755), []);
}

#[test]
fn shells_and_package_managers() {
    check(
        Shell,
        &[
            "bin/sh",
            "usr/bin/bash",
            "usr/bin/zsh-5.9",
            "bin/busybox",
            "usr/local/bin/fish",
            "busybox/bin/ash",
        ],
        &["usr/bin/ssh", "usr/share/bash", "app/sh", "usr/bin/shasum"],
    );
    assert_eq!(added("bin/sh", Kind::Symlink, 0o777), [Shell]);
    check(
        PackageManager,
        &[
            "usr/bin/apt",
            "usr/bin/apt-get",
            "usr/bin/dpkg",
            "usr/bin/dpkg-deb",
            "sbin/apk",
            "usr/bin/dnf-3",
            "usr/bin/dnf5",
            "usr/bin/rpm",
            "usr/local/bin/pip",
            "usr/local/bin/pip3",
            "app/.venv/bin/pip3.13",
            "usr/local/bin/npx",
            "opt/conda/bin/conda",
        ],
        &[
            "usr/bin/aptly",
            "usr/lib/apt/methods/http",
            "usr/local/lib/node_modules/npm/bin/npm",
            "usr/bin/rpmkeyring",
        ],
    );
}

#[test]
fn version_control() {
    for path in [".git", "app/.git", "app/.hg", "app/.svn", "app/.bzr"] {
        assert_eq!(added(path, Kind::Directory, 0o755), [Vcs], "{path}");
    }
    check(Vcs, &["app/.git"], &["app/.gitignore", "app/.git/config", "app/.svn", "app/.github/x", "app/git"]);
}

#[test]
fn secrets_by_name_and_by_shape() {
    check(
        Secret,
        &[
            "root/.ssh/id_rsa",
            "home/app/.ssh/id_ed25519",
            "root/.npmrc",
            "root/.netrc",
            "root/.pgpass",
            "root/.pypirc",
            "root/.git-credentials",
            "app/.env",
            "app/.env.production",
            "root/.aws/credentials",
            "root/.azure/accessTokens.json",
            "root/.config/gcloud/credentials.db",
            "root/.config/gcloud/legacy_credentials/me/adc.json",
            "root/.docker/config.json",
            "root/.dockercfg",
            "home/app/.kube/config",
            "app/kubeconfig",
            "app/passwords.kdbx",
            "root/.vault-token",
            "etc/nginx/htpasswd",
            "app/terraform.tfstate",
            "app/terraform.tfstate.backup",
            "app/.terraform/x.tfstate",
            "app/server.p12",
            "app/server.jks",
        ],
        &[
            "root/.ssh/id_rsa.pub",
            "root/.ssh/known_hosts",
            "app/server.pem",
            "app/.env.example",
            "app/.env.sample",
            "app/.env.template",
            "app/.env.dist",
            "app/.env.local.example",
            "app/.envrc",
            "app/env",
            "root/.aws/config",
            "app/config.json",
            "app/kube/config",
            "root/.config/gcloud/configurations/config_default",
            "usr/local/lib/node_modules/npm/.npmrc",
            "app/node_modules/x/.env",
            "usr/bin/htpasswd",
            "app/.aws/credentials/readme",
        ],
    );
    let shape = Some(SecretShape::PrivateKey);
    let of = |kind| {
        classes(&Added { path: b"app/server.pem", kind, mode: 0o600, shape }).iter().collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::File), [Secret]);
    assert_eq!(added("root/.ssh/id_rsa", Kind::Symlink, 0o777), []);
    assert_eq!(added("app/.env", Kind::Directory, 0o755), []);
}

#[test]
fn core_dumps() {
    check(
        CoreDump,
        &["core", "core.1", "app/core.4711", "var/crash/x.crash", "var/lib/systemd/coredump/core.x.zst"],
        &["app/core", "app/core.js", "app/core.", "core.1a", "usr/share/man/man5/core.5", "var/crashes/x"],
    );
    assert_eq!(added("core", Kind::Directory, 0o755), []);
    assert_eq!(added("var/crash", Kind::Directory, 0o755), []);
}

#[test]
fn modes() {
    assert_eq!(added("app/uploads", Kind::Directory, 0o777), [WorldWritable]);
    assert_eq!(added("tmp", Kind::Directory, 0o1777), []);
    assert_eq!(added("app/run.sh", Kind::File, 0o666), [WorldWritable]);
    assert_eq!(added("app/run.sh", Kind::File, 0o1666), [WorldWritable]);
    assert_eq!(added("app/link", Kind::Symlink, 0o777), []);
    assert_eq!(added("app/pipe", Kind::Fifo, 0o666), [WorldWritable]);
    assert_eq!(added("dev/null", Kind::CharDevice(1, 3), 0o666), []);
    assert_eq!(added("app/null", Kind::CharDevice(1, 3), 0o666), [WorldWritable]);

    assert_eq!(added("app/helper", Kind::File, 0o4755), [Setuid]);
    assert_eq!(added("app/helper", Kind::File, 0o2755), [Setuid]);
    assert_eq!(added("app/helper", Kind::File, 0o1755), []);
    assert_eq!(added("var/mail", Kind::Directory, 0o2775), []);
}

#[test]
fn what_the_system_trusts() {
    check(
        LoaderConfig,
        &[
            "etc/ld.so.preload",
            "etc/ld.so.conf",
            "etc/ld.so.conf.d/00-acme.conf",
            "etc/ld.so.cache",
            "etc/ld-musl-x86_64.path",
        ],
        &["etc/ld.so.confx", "app/etc/ld.so.preload", "etc/ld-musl-x86_64.txt"],
    );
    check(
        AccountDb,
        &[
            "etc/passwd",
            "etc/shadow",
            "etc/group",
            "etc/gshadow-",
            "etc/subuid",
            "etc/subgid-",
            "etc/sudoers",
            "etc/sudoers.d/app",
            "etc/doas.conf",
            "etc/pam.d/su",
            "etc/nsswitch.conf",
        ],
        &["etc/passwd.txt", "app/etc/passwd", "etc/pamx"],
    );
    check(
        PackageDb,
        &[
            "var/lib/dpkg/status",
            "var/lib/dpkg/status.d/app",
            "lib/apk/db/installed",
            "usr/lib/apk/db/installed",
            "var/lib/rpm/rpmdb.sqlite",
            "usr/lib/sysimage/rpm/rpmdb.sqlite",
            "var/lib/pacman/local/x/desc",
        ],
        &["var/lib/dpkgx", "var/lib/app/status", "app/var/lib/dpkg/status"],
    );
    check(
        CaStore,
        &[
            "etc/ssl/certs/ca-certificates.crt",
            "etc/ssl/cert.pem",
            "usr/share/ca-certificates/acme.crt",
            "usr/local/share/ca-certificates/acme.crt",
            "etc/pki/tls/certs/ca-bundle.crt",
            "etc/ca-certificates.conf",
            "usr/lib/jvm/java-21/lib/security/cacerts",
            "app/site-packages/certifi/cacert.pem",
        ],
        &["etc/ssl/openssl.cnf", "app/certs/acme.crt", "etc/os-release"],
    );
    for path in ["etc/ssl/certs", "etc/pam.d", "var/lib/dpkg", "etc/ld.so.conf.d"] {
        assert_eq!(added(path, Kind::Directory, 0o755), [], "{path}");
    }
    assert_eq!(added("etc/ssl/certs", Kind::Symlink, 0o777), [CaStore]);
}

#[test]
fn a_path_may_be_of_several_classes_in_order() {
    assert_eq!(added("usr/bin/bash", Kind::File, 0o4777), [Shell, WorldWritable, Setuid]);
    assert_eq!(added("app/.git", Kind::Directory, 0o777), [Vcs, WorldWritable]);
}

#[test]
fn changes_rate_high_for_a_reason() {
    for (path, reason) in [
        ("var/lib/dpkg/status", "the database of packages"),
        ("etc/ssl/certs", "certificates that programs trust"),
        ("etc/ssl/certs/ca-certificates.crt", "certificates that programs trust"),
        ("etc/ld.so.cache", "configuration of the dynamic loader"),
        ("etc/nsswitch.conf", "accounts and what they may do"),
        ("etc/os-release", "the system's identity"),
        ("usr/lib/os-release", "the system's identity"),
        ("usr/bin/python3.13", "a program in a folder of PATH"),
        ("usr/bin", "a program in a folder of PATH"),
        ("usr/local/sbin/x", "a program in a folder of PATH"),
        ("usr/lib", "a folder of shared libraries"),
        ("usr/lib/x86_64-linux-gnu/libssl.so.3", "a shared library"),
        ("usr/lib/x86_64-linux-gnu/libz.so.1.3.1", "a shared library"),
        ("usr/lib/python3.13/lib-dynload/_ssl.so", "a shared library"),
        ("lib/ld-musl-x86_64.so.1", "the dynamic loader"),
        ("lib64/ld-linux-x86-64.so.2", "the dynamic loader"),
        ("usr/lib/jvm/java-21/lib/security/cacerts", "certificates that programs trust"),
    ] {
        assert_eq!(sensitive(path.as_bytes()), Some(reason), "{path}");
    }
    for path in [
        "",
        "etc",
        "usr",
        "etc/hostname",
        "usr/lib/python3.13/os.py",
        "usr/lib/libx.sock",
        "usr/lib/libx.so.conf",
        "usr/share/doc/x",
        "opt/app/bin/x",
        "app/libx.so",
        "var/cache/apt/pkgcache.bin",
        "usr/libexec/x.so",
    ] {
        assert_eq!(sensitive(path.as_bytes()), None, "{path}");
    }
}

#[test]
fn any_bytes_are_a_path() {
    for path in
        [&b"\xff\xfe/\x00"[..], b"//", b"a//b", b".env.", b"etc/", b"-linux-", b"bin/-linux-", b"bin/9-9.-"]
    {
        for kind in [Kind::File, Kind::Directory, Kind::Symlink, Kind::Whiteout] {
            classes(&Added { path, kind, mode: u16::MAX, shape: None });
        }
        sensitive(path);
    }
}
