use super::*;

fn system(id: &str, version: &str) -> System {
    System { id: Some(id.to_owned()), version: Some(version.to_owned()) }
}

#[test]
fn packages_of_the_system_carry_architecture_and_distribution() {
    let debian = system("debian", "13");
    let deb = |name, version, architecture| of_system("deb", "debian", &debian, name, version, architecture);
    for (purl, expected) in [
        (
            deb("libssl3t64", "3.5.1-1", Some("amd64")),
            "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13",
        ),
        (
            deb("zlib1g", "1:1.3.dfsg+really1.3.1-1~x", Some("arm64")),
            "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1~x?arch=arm64&distro=debian-13",
        ),
        (deb("G++", "1", None), "pkg:deb/debian/g%2B%2B@1?distro=debian-13"),
        (
            deb("a&b?c#d/é", "1@2%", Some("x=y")),
            "pkg:deb/debian/a%26b%3Fc%23d%2F%C3%A9@1%402%25?arch=x%3Dy&distro=debian-13",
        ),
        (
            of_system("apk", "alpine", &system("alpine", "3.24"), "musl", "1.2.5-r9", Some("x86_64")),
            "pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64&distro=alpine-3.24",
        ),
        (
            of_system("apk", "alpine", &System::default(), "musl", "1.2.5-r9", Some("x86_64")),
            "pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64",
        ),
    ] {
        assert_eq!(purl, expected);
    }
}

#[test]
fn packages_of_languages() {
    assert_eq!(pypi(&python_name("Zope.Interface_X"), "5.0+l"), "pkg:pypi/zope.interface-x@5.0%2Bl");
    assert_eq!(npm("lodash.pick", "4.4.0"), "pkg:npm/lodash.pick@4.4.0");
    assert_eq!(npm("@Angular/core", "1.0.0-rc.1+b"), "pkg:npm/%40angular/core@1.0.0-rc.1%2Bb");
    assert_eq!(npm("@a/", "1"), "pkg:npm/%40a%2F@1");
    assert_eq!(npm("a/b", "1"), "pkg:npm/a%2Fb@1");
    assert_eq!(npm("@a/b/c", "1"), "pkg:npm/%40a/b%2Fc@1");
}

#[test]
fn what_is_written_reads_as_the_same() {
    let debian = system("debian", "13");
    for purl in [
        of_system("deb", "debian", &debian, "zlib1g", "1:1.3.dfsg+really1.3.1-1~x", Some("arm64")),
        of_system("deb", "debian", &debian, "a&b?c#d/é", "1@2%", Some("x=y")),
        of_system("apk", "alpine", &System::default(), "musl", "1.2.5-r9", None),
        pypi(&python_name("Zope.Interface_X"), "5.0+l"),
        npm("@Angular/core", "1.0.0-rc.1+b"),
        npm("@a/", "1"),
        npm("a/b", "1"),
        npm("@a/b/c", "1"),
    ] {
        assert_eq!(Purl::parse(&purl).unwrap().to_string(), purl);
    }
}

#[test]
fn what_is_no_package_url_says_why() {
    use super::parse::NoPurl;
    let long = format!("pkg:npm/{}", "a".repeat(5000));
    for (text, why) in [
        ("", NoPurl::Scheme),
        ("http://a/b", NoPurl::Scheme),
        ("pkg:", NoPurl::Type),
        ("pkg:npm", NoPurl::Type),
        ("pkg:n_m/a", NoPurl::Type),
        ("pkg:1a/a", NoPurl::Type),
        ("pkg:npm/@1", NoPurl::Name),
        ("pkg:npm/a%", NoPurl::Encoding),
        ("pkg:npm/a%2", NoPurl::Encoding),
        ("pkg:npm/a%zz", NoPurl::Encoding),
        ("pkg:npm/a%FF", NoPurl::Encoding),
        ("pkg:deb/a%2Fb/c", NoPurl::Slash),
        ("pkg:npm/a?1=2", NoPurl::Qualifier),
        ("pkg:npm/a?x=1&X=2", NoPurl::Qualifier),
        ("pkg:swift/a@1", NoPurl::NamespaceMissing),
        ("pkg:vcpkg/a/b", NoPurl::NamespaceProhibited),
        ("pkg:julia/a", NoPurl::TypeRule),
        (&long, NoPurl::TooLong),
    ] {
        assert_eq!(Purl::parse(text).unwrap_err(), why, "{text}");
    }
    let scope = Purl::parse("pkg:npm/@angular/core").unwrap();
    assert_eq!((scope.namespace.as_deref(), &*scope.name, scope.version), (Some("@angular"), "core", None));
    assert_eq!(
        Purl::parse("PKG://Deb//Debian//Curl@1?Arch=&distro=x#../a/./b/").unwrap().to_string(),
        "pkg:deb/debian/curl@1?distro=x#a/b"
    );
}
