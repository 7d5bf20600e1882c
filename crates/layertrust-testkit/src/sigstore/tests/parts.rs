//! The small parts, against values from elsewhere.

use crate::sigstore::{Time, der, merkle};
use crate::store::hex;

#[test]
fn times_are_read_and_written() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("2024-05-02T10:00:00Z", 1_714_644_000),
        ("2026-11-20T09:15:00Z", 1_795_166_100),
        ("2051-01-01T00:00:00Z", 2_556_144_000),
    ] {
        assert_eq!(Time::parse(text), Time(seconds), "{text}");
        assert_eq!(Time(seconds).rfc3339(), text);
    }
    assert_eq!(Time::parse("2026-11-20T09:15:00Z").compact(), "20261120091500Z");
}

#[test]
fn der_is_written_in_its_shortest_form() {
    assert_eq!(hex(&der::oid("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
    assert_eq!(hex(&der::oid("2.16.840.1.101.3.4.2.1")), "0609608648016503040201");
    assert_eq!(hex(&der::integer(0)), "020100");
    assert_eq!(hex(&der::integer(128)), "02020080");
    assert_eq!(hex(&der::tlv(4, &[0; 200])[..3]), "0481c8");
    assert_eq!(hex(&der::tlv(4, &[0; 300])[..4]), "0482012c");
    assert_eq!(der::set_of(&[vec![2, 1, 9], vec![2, 1, 1]]), der::set_of(&[vec![2, 1, 1], vec![2, 1, 9]]));
}

/// The vectors of certificate-transparency-go's `merkle` tests.
#[test]
fn the_tree_is_that_of_rfc_6962() {
    let leaves: Vec<merkle::Hash> = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
        .iter()
        .map(|entry| {
            let bytes: Vec<u8> = (0..entry.len() / 2)
                .map(|at| u8::from_str_radix(&entry[2 * at..2 * at + 2], 16).unwrap())
                .collect();
            merkle::leaf_hash(&bytes)
        })
        .collect();
    let root = |size: usize| hex(&merkle::root(&leaves[..size]));
    assert_eq!(root(0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(root(1), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assert_eq!(root(2), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    assert_eq!(root(3), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
    assert_eq!(root(7), "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
    assert_eq!(merkle::proof(&leaves, 0).len(), 3);
    assert_eq!(merkle::proof(&leaves, 6).len(), 2);
}
