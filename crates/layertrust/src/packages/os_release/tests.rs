use super::*;

fn read(files: &[(&str, &[u8])]) -> (Option<String>, usize) {
    let files = files.iter().map(|(path, bytes)| (path.as_bytes().to_vec(), (*bytes).into())).collect();
    let mut found = Found::default();
    let system = System::read(&files, &mut found);
    (system.distro().or(system.id), found.unreadable.len())
}

fn of(text: &[u8]) -> (Option<String>, usize) {
    read(&[("etc/os-release", text)])
}

fn named(name: &str) -> (Option<String>, usize) {
    (Some(name.to_owned()), 0)
}

#[test]
fn real_files_are_understood() {
    assert_eq!(
        of(b"PRETTY_NAME=\"Docker Hardened Images (Debian 13)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\n\
             VERSION=\"13 (trixie)\"\nVERSION_CODENAME=trixie\nID=debian\n"),
        named("debian-13")
    );
    assert_eq!(
        of(b"# ID=x\n\nNAME='Alpine Linux'\r\nID='alpine'\r\nVERSION_ID=3.24\r\n"),
        named("alpine-3.24")
    );
    assert_eq!(of(b"NAME=Debian\nID=debian"), named("debian"));
    assert_eq!(of(b"ID=debian\nID=dhi\nVERSION_ID=\"1\\3\""), named("dhi-13"));
}

#[test]
fn the_file_in_etc_counts_alone() {
    let (etc, usr) =
        (("etc/os-release", &b"ID=one"[..]), ("usr/lib/os-release", &b"ID=two\nVERSION_ID=2"[..]));
    assert_eq!(read(&[usr]), named("two-2"));
    assert_eq!(read(&[etc, usr]), named("one"));
    assert_eq!(read(&[]), (None, 0));
}

#[test]
fn what_is_no_identifier_is_reported() {
    for bad in [
        &b"ID="[..],
        b"ID=\"",
        b"ID=\"debian",
        b"ID=deb'i'an",
        b"ID=\"de\"\"bian\"",
        b"ID=two words",
        b"ID=a/b",
        b"ID=\0",
        b"ID=\xff",
        b"ID=a\\",
        &[b"ID=", &[b'a'; 1 << 20][..]].concat(),
    ] {
        assert_eq!(of(bad), (None, 1), "{:?}", bad.get(..20));
    }
    assert_eq!(of(b"ID=debian\nVERSION_ID=\"1 3\""), (Some("debian".to_owned()), 1));
    assert_eq!(of(b"\0\n=\nnothing\nVERSION_ID=3"), (None, 0));
}
