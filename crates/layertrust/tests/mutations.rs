//! Re-linked mutants: of every accepted image each field is changed once, every digest and size above it is
//! mended up to the unsigned root, and all signatures are kept. What an attacker without a key can do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state expectations by panicking"
)]

#[path = "mutations/examine.rs"]
mod examine;
#[path = "mutations/facts.rs"]
mod facts;
#[path = "mutations/rules.rs"]
mod rules;
mod scenario;
#[path = "mutations/tally.rs"]
mod tally;
#[path = "mutations/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use examine::{Sample, examine};
use layertrust_testkit::case::Expect;
use layertrust_testkit::cases;
use rules::Place;
use scenario::{Scenario, shared};
use tally::Tally;
use world::World;

/// How many of a document's mutants are tried: every n-th, beginning elsewhere for each image. `first` is for
/// the first image that holds the document, `again` for the others: most share the base's documents.
struct Steps {
    first: usize,
    again: usize,
    /// Whether the images were made by real tools.
    is_real: bool,
}

/// Of the cases each field of each document of each image.
const CASES: Steps = Steps { first: 1, again: 1, is_real: false };
/// An answer about an image of a real tool takes ten times as long.
const IMAGES: Steps = Steps { first: 12, again: 48, is_real: true };
/// Set to `all` to leave none out (half an hour).
const VARIABLE: &str = "LAYERTRUST_MUTATIONS";

#[test]
fn no_mutant_of_a_case_gains_anything() {
    let cases = cases::all();
    let worlds: Vec<World> =
        cases.iter().filter(|case| case.expect == Expect::Accepted).map(World::of_case).collect();
    let tally = examine_all("cases", &worlds, &CASES);
    // An empty loop would pass everything above.
    for (place, least) in [
        (Place::Config, 1000),
        (Place::Manifest, 500),
        (Place::BaseConfig, 500),
        (Place::BaseManifest, 300),
        (Place::Signed, 1000),
        (Place::AttestationManifest, 300),
        (Place::Statement, 500),
        (Place::SignedIndex, 100),
        (Place::OpenIndex, 400),
        (Place::Envelope, 100),
        (Place::Carrier, 1000),
        (Place::Other, 600),
        (Place::Root, 3000),
        (Place::Marker, 50),
    ] {
        let tried = tally.rows.get(&place).map_or(0, |row| row.tried);
        assert!(tried >= least, "{place:?}: {tried} mutants tried, expected at least {least}");
    }
}

#[test]
fn no_mutant_of_a_real_image_gains_anything() {
    let Some(folder) = shared("LAYERTRUST_IMAGES", "images") else { return };
    let worlds = accepted_images(&folder);
    assert!(worlds.len() >= 21, "{} accepted images", worlds.len());
    let tally = examine_all("images", &worlds, &IMAGES);
    assert!(tally.tried() >= 1500, "{} mutants tried", tally.tried());
}

fn accepted_images(folder: &Path) -> Vec<World> {
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let stated = folders.iter().filter(|folder| folder.join("expected.toml").is_file());
    let scenarios = stated.map(|folder| (Scenario::load(&folder.join("expected.toml")), folder));
    scenarios
        .filter(|(scenario, _)| matches!(scenario.needs.as_deref(), Some("main" | "keyless")))
        .filter(|(scenario, _)| scenario.expect == "accepted")
        .map(|(scenario, folder)| World::of_scenario(&scenario, folder))
        .collect()
}

/// Tries the mutants of all images, on two threads that share nothing but the counts.
fn examine_all(what: &str, worlds: &[World], steps: &Steps) -> Tally {
    let started = Instant::now();
    let everything = std::env::var(VARIABLE).is_ok_and(|value| value == "all");
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for (number, world) in worlds.iter().enumerate() {
        for digest in world.documents().into_keys() {
            holders.entry(digest).or_insert(number);
        }
    }
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let times = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(world) = worlds.get(number) else { break };
                    let began = Instant::now();
                    let tally = examine(world, |document| {
                        let is_first = holders.get(document).is_none_or(|first| *first == number);
                        let step = if is_first { steps.first } else { steps.again };
                        Sample { step: if everything { 1 } else { step }, offset: number }
                    });
                    times.lock().unwrap().push((began.elapsed(), tally.tried(), world.name.clone()));
                    total.lock().unwrap().add(tally);
                }
            });
        }
    });
    let mut tally = total.into_inner().unwrap();
    tally.failures.sort();
    tally.print(what);
    println!("  {} images in {:.0?}; the slowest:", worlds.len(), started.elapsed());
    let mut times = times.into_inner().unwrap();
    times.sort_by(|one, two| two.cmp(one));
    for (time, tried, name) in times.iter().take(5) {
        println!("    {name}: {tried} mutants in {time:.0?}");
    }
    for ((name, place), count) in &tally.twins {
        println!("  {name}: {count} of {place:?} has a good twin");
    }
    let few = tally.failures.iter().take(50).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(tally.failures.is_empty(), "{} mutants gain something:\n{few}", tally.failures.len());
    for (name, place) in tally.twins.keys() {
        assert!(place.may_have_twin(name, steps.is_real), "{name}: accepted without its {place:?}");
    }
    tally
}
