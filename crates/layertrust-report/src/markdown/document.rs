//! Blocks of Markdown, and an end to them.

/// The most bytes of a document. A comment may have 65 536 characters; some room is for what a workflow
/// writes around it.
pub(super) const BYTES: usize = 60_000;

/// The cells of one row, escaped already.
pub(super) type Row<const N: usize> = [String; N];

/// A document under construction. What is given to it is escaped already, and has no line breaks.
pub(super) struct Document {
    out: String,
    left_out: usize,
}

impl Document {
    pub(super) fn new() -> Self {
        Document { out: String::new(), left_out: 0 }
    }

    pub(super) fn finish(mut self) -> String {
        if self.left_out > 0 {
            self.blank();
            let left_out = self.left_out;
            self.out.push_str(&format!(
                "**Cut here to fit a comment: {left_out} more lines are not shown. JSON has everything.**\n"
            ));
        }
        let text = self.out.trim_end_matches('\n');
        format!("{text}\n")
    }

    pub(super) fn heading(&mut self, level: usize, text: &str) {
        self.blank();
        self.push(&format!("{} {text}", "#".repeat(level)));
        self.blank();
    }

    /// A paragraph.
    pub(super) fn line(&mut self, text: &str) {
        self.blank();
        self.push(text);
        self.blank();
    }

    /// An item of a list; those that follow each other make one.
    pub(super) fn item(&mut self, text: &str) {
        self.push(&format!("- {text}"));
    }

    /// A table of the first `most` entries. The others are counted, and no row is made for them.
    pub(super) fn table<T, const N: usize>(
        &mut self,
        headings: [&str; N],
        entries: impl IntoIterator<Item = T>,
        row: impl Fn(T) -> Row<N>,
        most: usize,
    ) {
        self.blank();
        self.push(&format!("| {} |", headings.join(" | ")));
        self.push(&format!("|{}", "---|".repeat(N)));
        let mut entries = entries.into_iter();
        for entry in entries.by_ref().take(most) {
            self.push(&format!("| {} |", row(entry).join(" | ")));
        }
        self.blank();
        let skipped = entries.count();
        if skipped > 0 {
            self.line(&format!("… and {skipped} more; JSON has them all."));
        }
    }

    /// What `write` writes, folded away below `summary`.
    pub(super) fn details(&mut self, summary: &str, write: impl FnOnce(&mut Self)) {
        self.line(&format!("<details><summary>{summary}</summary>"));
        let opened = self.left_out == 0;
        write(self);
        if opened {
            // Whatever was cut: an open block would swallow the rest of the page.
            self.blank();
            self.out.push_str("</details>\n");
        }
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A line, if it fits. After one that did not, none does: nothing may stand in another's place.
    fn push(&mut self, line: &str) {
        if self.left_out > 0 || self.out.len() + line.len() > BYTES {
            self.left_out += 1;
        } else {
            self.out.push_str(line);
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests;
