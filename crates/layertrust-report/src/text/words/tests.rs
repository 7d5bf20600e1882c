use super::*;

#[test]
fn sizes_are_rounded_to_a_tenth_of_their_unit() {
    for (bytes, expected) in [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1_048_575, "1.0 MiB"),
        (1_048_576, "1.0 MiB"),
        (5 * (1 << 30), "5.0 GiB"),
        (u64::MAX, "16384.0 PiB"),
    ] {
        assert_eq!(size(bytes), expected);
    }
}

#[test]
fn media_types_are_known_by_their_ends() {
    for (long, short) in [
        ("application/vnd.oci.image.layer.v1.tar+zstd", "tar+zstd"),
        ("application/vnd.docker.image.rootfs.diff.tar.gzip", "docker tar.gzip"),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar", "foreign tar"),
        ("text/x-something-very-long", "text/x-something-…"),
        ("\u{1b}[2J", r"\u{1b}[2J"),
    ] {
        assert_eq!(media_type(long), short);
    }
}

#[test]
fn digests_are_shortened_to_twelve_digits() {
    assert_eq!(short_digest(&format!("sha256:{}", "0123456789abcdef".repeat(4))), "0123456789ab");
    assert_eq!(short_digest("sha256:01"), "01");
    assert_eq!(short_digest("\u{1b}日本"), r"\u{1b}日本");
}
