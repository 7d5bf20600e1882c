//! What all formats say about changes to the base.

use layertrust::report::{ChangeFact, ChangeKind, ChangeSeverity};

/// How many changes there are, by how much they matter.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) high: usize,
    pub(crate) medium: usize,
    pub(crate) low: usize,
    /// Of no other effect, whatever they rate.
    pub(crate) metadata: usize,
}

impl Counts {
    pub(crate) fn of(changes: &[ChangeFact]) -> Self {
        let mut counts = Counts::default();
        for change in changes {
            *match (change.kind, change.severity) {
                (ChangeKind::Metadata, _) => &mut counts.metadata,
                (_, ChangeSeverity::High) => &mut counts.high,
                (_, ChangeSeverity::Medium) => &mut counts.medium,
                (_, ChangeSeverity::Low) => &mut counts.low,
            } += 1;
        }
        counts
    }

    pub(crate) fn total(&self) -> usize {
        self.high + self.medium + self.low + self.metadata
    }

    /// `2 high, 1 medium, 40 of metadata only`
    pub(crate) fn in_words(&self) -> String {
        let all = [
            (self.high, "high"),
            (self.medium, "medium"),
            (self.low, "low"),
            (self.metadata, "of metadata only"),
        ];
        let there = all.iter().filter(|(number, _)| *number > 0);
        there.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
    }
}
