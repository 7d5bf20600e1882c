use super::crc_64;

#[test]
fn the_checksum_is_that_of_go() {
    // From hash/crc64's own tests.
    assert_eq!(crc_64(b""), 0);
    assert_eq!(crc_64(b"a"), 0x3420_0000_0000_0000);
    assert_eq!(crc_64(b"abc"), 0x3776_c420_0000_0000);
}
