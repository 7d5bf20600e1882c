//! Docker's keys for its Hardened Images, as its keyring publishes them (docker-hardened-images/keyring).

use crate::error::Result;
use crate::policy::signer::KeyEntry;
use crate::verify::PublicKey;

/// Number in the keyring, whether it is in use, and the key.
const DOCKER_DHI: [(u32, bool, &str); 2] = [
    (
        2,
        true,
        "-----BEGIN PUBLIC KEY-----\n\
         MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKdROmntRJFBrOJOQF5ww6gDBJqGm\n\
         Fxa4333s1KsL9ISjtmRzGNih9lNRsqfRVjgFgJIdL6EQ9dohdanvn7r2cg==\n\
         -----END PUBLIC KEY-----\n",
    ),
    (
        1,
        false,
        "-----BEGIN PUBLIC KEY-----\n\
         MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEx50N9pejdOrxR+17vcibfkrIFqFg\n\
         Tcb5ZW1FKqagsye7nykTKXOUvJOF0bCESzdKRJ5qyAGH/91W+4fbeptG8g==\n\
         -----END PUBLIC KEY-----\n",
    ),
];

/// The keys of the list, or the one of this number.
pub(super) fn docker_dhi(number: Option<u32>) -> Result<Vec<KeyEntry>> {
    DOCKER_DHI
        .iter()
        .filter(|(own, ..)| number.is_none_or(|number| number == *own))
        .map(|(_, active, pem)| Ok(KeyEntry { key: PublicKey::from_pem(pem.as_bytes())?, active: *active }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprints_are_those_of_the_published_keys() {
        let ids: Vec<String> =
            docker_dhi(None).unwrap().iter().map(|entry| entry.key.id().to_string()).collect();
        assert_eq!(
            ids,
            [
                "sha256:118ba556dd52f4aec67018efd316c285c783cd3e54cc0f4527605715c643887c",
                "sha256:1b431f0d467ecc9e3d97e5b446980599a99c3a386e42ea628b172db1051c737b",
            ]
        );
        assert!(docker_dhi(Some(3)).unwrap().is_empty());
    }
}
