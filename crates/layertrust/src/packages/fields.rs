//! Paragraphs of `Name: value` lines, as dpkg's databases (deb822(5)) and Python's metadata (the message
//! format of RFC 822) have them.
//!
//! Names are compared without regard to case. A field that a reader asks for may be there once, on one line:
//! readers differ on which of two counts.

/// Lines, without their end. A last line needs none.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// The fields of these names in every paragraph; empty lines part them.
///
/// A line of nothing but spaces is part of the field before, since some readers see a new paragraph there
/// and others do not: two records that it joins have fields twice and are refused.
pub(super) fn paragraphs<'b, const N: usize>(
    bytes: &'b [u8],
    names: [&'static str; N],
) -> impl Iterator<Item = Paragraph<'b, N>> {
    let mut lines = lines(bytes);
    std::iter::from_fn(move || {
        let mut paragraph = Paragraph::new(names);
        paragraph.add(lines.find(|line| !line.is_empty())?);
        lines.by_ref().take_while(|line| !line.is_empty()).for_each(|line| paragraph.add(line));
        Some(paragraph)
    })
}

/// The fields of these names in the header of a message, which ends where Python's reader ends it: at the
/// first line that is no field.
pub(super) fn header<'b, const N: usize>(bytes: &'b [u8], names: [&'static str; N]) -> Paragraph<'b, N> {
    let mut paragraph = Paragraph::new(names);
    lines(bytes)
        .take_while(|line| is_continued(line) || line.contains(&b':'))
        .for_each(|line| paragraph.add(line));
    paragraph
}

/// The fields that were asked for.
pub(super) struct Paragraph<'b, const N: usize> {
    names: [&'static str; N],
    values: [Option<&'b [u8]>; N],
    /// Whether the last field is one of them.
    is_asked: bool,
    fault: Option<&'static str>,
}

impl<'b, const N: usize> Paragraph<'b, N> {
    fn new(names: [&'static str; N]) -> Self {
        Paragraph { names, values: [None; N], is_asked: false, fault: None }
    }

    /// The values, in the order of the names, without spaces around them.
    pub(super) fn values(&self) -> Result<[Option<&'b [u8]>; N], &'static str> {
        self.fault.map_or(Ok(self.values), Err)
    }

    fn add(&mut self, line: &'b [u8]) {
        if is_continued(line) {
            if self.is_asked && !line.trim_ascii().is_empty() {
                self.fault = Some("a record has a name or version of two lines");
            }
            return;
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            self.fault = Some("a record has a line that is no field");
            return;
        };
        let name = name.trim_ascii();
        let asked = self.names.iter().zip(&mut self.values);
        let slot = asked.into_iter().find(|(asked, _)| name.eq_ignore_ascii_case(asked.as_bytes()));
        self.is_asked = slot.is_some();
        if let Some((_, slot)) = slot
            && slot.replace(value.trim_ascii()).is_some()
        {
            self.fault = Some("a record has a field twice");
        }
    }
}

fn is_continued(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
}

#[cfg(test)]
mod tests;
