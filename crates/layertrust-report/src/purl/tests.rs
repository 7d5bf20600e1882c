use super::*;

#[test]
fn name_and_version_are_what_people_know() {
    for (purl, expected) in [
        (
            "pkg:deb/debian/openssl@3.0.1-1%2Bdeb13u1?arch=amd64&distro=trixie",
            Some("openssl@3.0.1-1+deb13u1"),
        ),
        ("pkg:npm/%40angular/core@1.2.3#src", Some("core@1.2.3")),
        ("pkg:deb/debian/g%2B%2B", Some("g++")),
        ("pkg:golang/golang.org/x/text@v0.3", Some("text@v0.3")),
        ("pkg:deb/debian/a@1%zz%2", Some("a@1%zz%2")),
        ("pkg:deb/debian/a@%ff%+1", Some("a@%ff%+1")),
        ("pkg:deb/%1b%5b2J@1", Some("\u{1b}[2J@1")),
        ("pkg:deb/debian/", Some("debian")),
        ("pkg:deb", None),
        ("pkg:/@1", None),
        ("openssl@3", None),
        ("", None),
    ] {
        assert_eq!(short_name(purl).as_deref(), expected, "{purl}");
    }
}
