//! What was tried, what came of it, and everything that must not have.

use std::collections::BTreeMap;

use crate::rules::Place;

/// Counts of one place.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    pub(crate) tried: usize,
    pub(crate) skipped: usize,
    /// Accepted with every fact as it was.
    pub(crate) unchanged: usize,
    /// Accepted, and a fact lost.
    pub(crate) lost: usize,
    pub(crate) no_answer: usize,
    /// By the most telling code that the place expects.
    pub(crate) rejected: BTreeMap<&'static str, usize>,
}

/// Counts of all places, and the failures.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows: BTreeMap<Place, Row>,
    pub(crate) failures: Vec<String>,
    /// Documents of signed places without which the image is still accepted: the places with a good twin.
    pub(crate) twins: BTreeMap<(String, Place), usize>,
}

impl Tally {
    pub(crate) fn row(&mut self, place: Place) -> &mut Row {
        self.rows.entry(place).or_default()
    }

    pub(crate) fn add(&mut self, other: Tally) {
        for (place, row) in other.rows {
            let sum = self.row(place);
            sum.tried += row.tried;
            sum.skipped += row.skipped;
            sum.unchanged += row.unchanged;
            sum.lost += row.lost;
            sum.no_answer += row.no_answer;
            for (code, count) in row.rejected {
                *sum.rejected.entry(code).or_default() += count;
            }
        }
        self.failures.extend(other.failures);
        self.twins.extend(other.twins);
    }

    pub(crate) fn tried(&self) -> usize {
        self.rows.values().map(|row| row.tried).sum()
    }

    pub(crate) fn print(&self, what: &str) {
        let skipped: usize = self.rows.values().map(|row| row.skipped).sum();
        println!("{what}: {} mutants tried, {skipped} skipped", self.tried());
        for (place, row) in &self.rows {
            let rejected: usize = row.rejected.values().sum();
            let codes: Vec<_> = row.rejected.iter().map(|(code, count)| format!("{code} {count}")).collect();
            println!(
                "  {:<20} tried {:>6}, skipped {:>6}, unchanged {:>5}, lost a fact {:>5}, no answer {:>4}, rejected {rejected:>6}: {}",
                format!("{place:?}"),
                row.tried,
                row.skipped,
                row.unchanged,
                row.lost,
                row.no_answer,
                codes.join(", ")
            );
        }
    }
}
