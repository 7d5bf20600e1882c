//! Proofs of inclusion and the checkpoints they lead to.

use layertrust_testkit::key::TestKey;
use layertrust_testkit::sigstore::checkpoint::{self, NoteSigner};
use layertrust_testkit::sigstore::{Proof, RekorV1, RekorV2, World, merkle};

use crate::ask::{Sound, dsse_v2, in_rekor_v1};

fn proof(case: &Sound) -> Proof {
    case.bundle.entries[0].proof.clone().unwrap()
}

/// With another checkpoint over the same tree.
fn with_note(case: &Sound, origin: &str, signers: &[&NoteSigner]) -> Sound {
    let proof = proof(case);
    let text = checkpoint::text(origin, usize::try_from(proof.tree_size).unwrap(), &proof.root);
    let signers: Vec<NoteSigner> = signers.iter().copied().cloned().collect();
    let note = checkpoint::note(&text, &signers);
    case.clone().entry(|entry| entry.proof_mut().checkpoint = Some(note))
}

/// Rekor v1 states root, size and index of the proof; each must be the checkpoint's, and lead to it.
#[test]
fn proofs_of_rekor_v1() {
    let changes: [fn(&mut Proof); 10] = [
        |proof| proof.root[0] ^= 1,
        |proof| proof.tree_size += 1,
        |proof| proof.tree_size = 1,
        |proof| proof.log_index ^= 1,
        |proof| proof.log_index = proof.tree_size,
        |proof| proof.hashes[0][0] ^= 1,
        |proof| proof.hashes.truncate(proof.hashes.len() - 1),
        |proof| proof.hashes.push([0; 32]),
        |proof| proof.hashes.swap(0, 1),
        |proof| proof.hashes.clear(),
    ];
    for case in in_rekor_v1() {
        for change in changes {
            case.clone().entry(|entry| change(entry.proof_mut())).refused("tlog-invalid");
        }
        // The promise covers the body, too; without it the proof stands alone.
        case.clone().entry(|entry| entry.body.push(b' ')).refused("tlog-invalid");
    }
}

/// Rekor v2 repeats none of them: what counts is the entry's index, and size and root of the checkpoint.
#[test]
fn proofs_of_rekor_v2() {
    let change = |change: fn(&mut Proof)| dsse_v2().entry(|entry| change(entry.proof_mut()));
    change(|proof| proof.hashes[0][0] ^= 1).refused("tlog-invalid");
    change(|proof| proof.hashes.truncate(proof.hashes.len() - 1)).refused("tlog-invalid");
    change(|proof| proof.hashes.push([0; 32])).refused("tlog-invalid");
    dsse_v2().entry(|entry| entry.log_index ^= 1).refused("tlog-invalid");
    dsse_v2().entry(|entry| entry.body.push(b' ')).refused("tlog-invalid");
    change(|proof| (proof.root, proof.tree_size, proof.log_index) = ([0; 32], 0, 0)).accepted();
}

#[test]
fn checkpoints_of_another_log_of_the_root() {
    let second = RekorV1::new("second", World::validity().not_before);
    for case in in_rekor_v1() {
        let case = case.with(|case| case.trust.tlogs.push((&second).into()));
        let own = case.world.rekor.clone();
        let (origin, mine) = (format!("{} - {}", own.host, own.tree_id), own.note_signer());
        let theirs = second.note_signer();
        case.accepted();
        // The other log's name and origin; its signature under this log's origin; and under its name.
        with_note(&case, &format!("{} - 1", second.host), &[&theirs]).refused("tlog-invalid");
        with_note(&case, &origin, &[&theirs]).refused("tlog-invalid");
        let renamed = NoteSigner { name: own.host.clone(), ..theirs.clone() };
        with_note(&case, &origin, &[&renamed]).refused("tlog-invalid");
        let disguised = NoteSigner { hint: mine.hint, ..renamed };
        with_note(&case, &origin, &[&disguised]).refused("tlog-invalid");
        // This log's signature, but as somebody else's or about somebody else's tree.
        let renamed = NoteSigner { name: second.host.clone(), ..mine.clone() };
        with_note(&case, &origin, &[&renamed]).refused("tlog-invalid");
        with_note(&case, &format!("{} - 1", second.host), &[&mine]).refused("tlog-invalid");
        let hinted = NoteSigner { hint: theirs.hint, ..mine.clone() };
        with_note(&case, &origin, &[&hinted]).refused("tlog-invalid");
        // Beside this log's others do not matter, in whatever order.
        with_note(&case, &origin, &[&theirs, &disguised, &mine]).accepted();
        with_note(&case, &origin, &[&mine, &theirs]).accepted();
        // The whole proof in another log's tree.
        let (body, log_id) = (case.body(), own.id());
        let proof = second.entry(&body, crate::ask::signed_at()).proof;
        case.entry(|entry| (entry.proof, entry.log_id) = (proof, log_id)).refused("tlog-invalid");
    }
}

#[test]
fn checkpoints_of_another_log_of_the_second_kind() {
    let second = RekorV2::new("second", World::validity().not_before);
    let case = dsse_v2().with(|case| case.trust.tlogs.push((&second).into()));
    let own = case.world.rekor2.clone();
    let (mine, theirs) = (own.note_signer(), second.note_signer());
    with_note(&case, &second.host, &[&theirs]).refused("tlog-invalid");
    with_note(&case, &own.host, &[&theirs]).refused("tlog-invalid");
    with_note(&case, &own.host, &[&NoteSigner { name: own.host.clone(), ..theirs }]).refused("tlog-invalid");
    // Ed25519, but with the identifier of an ECDSA key.
    with_note(&case, &own.host, &[&NoteSigner::plain(&own.host, &own.key)]).refused("tlog-invalid");
    // A key that is not the log's, under everything that names the log.
    let forged = NoteSigner { key: TestKey::ed25519("forger"), ..mine.clone() };
    with_note(&case, &own.host, &[&forged]).refused("tlog-invalid");
    let witness = NoteSigner::ed25519("witness.test", &TestKey::ed25519("witness"));
    with_note(&case, &own.host, &[&witness, &mine]).accepted();
}

#[test]
fn checkpoints_that_were_altered() {
    for case in [in_rekor_v1(), vec![dsse_v2()]].concat() {
        let note = |change: &dyn Fn(&str) -> String| {
            let text = change(proof(&case).checkpoint.as_deref().unwrap());
            case.clone().entry(|entry| entry.proof_mut().checkpoint = Some(text))
        };
        note(&|text| text.replacen("\n387\n", "\n388\n", 1)).refused("tlog-invalid");
        note(&|text| text.replacen("\n\n", "\nanother line\n\n", 1)).refused("tlog-invalid");
        note(&|text| text[..text.find('\u{2014}').unwrap()].to_owned()).refused("tlog-invalid");
        note(&|_| String::new()).refused("tlog-invalid");
        case.clone().entry(|entry| entry.proof_mut().checkpoint = None).refused("malformed");
        case.clone().entry(|entry| entry.proof = None).refused("malformed");
    }
}

/// A tree of one leaf that only the attacker knows: sound arithmetic, signed by nobody.
#[test]
fn trees_that_no_log_has() {
    for case in in_rekor_v1() {
        let root = merkle::leaf_hash(&case.bundle.entries[0].body);
        let note = proof(&case).checkpoint.unwrap();
        let alone = |checkpoint| Proof { log_index: 0, root, tree_size: 1, hashes: Vec::new(), checkpoint };
        case.clone().entry(|entry| entry.proof = Some(alone(Some(note)))).refused("tlog-invalid");
        let forger = NoteSigner { key: TestKey::p256("forger"), ..case.world.rekor.note_signer() };
        let log = &case.world.rekor;
        let text = checkpoint::text(&format!("{} - {}", log.host, log.tree_id), 1, &root);
        let signed = |signer: NoteSigner| {
            let note = checkpoint::note(&text, &[signer]);
            case.clone().entry(|entry| entry.proof = Some(alone(Some(note))))
        };
        signed(forger).refused("tlog-invalid");
        signed(log.note_signer()).accepted();
    }
}
