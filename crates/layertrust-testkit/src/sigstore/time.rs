//! Times are arguments: nothing here asks a clock.

/// A second in UTC, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Reads `2026-11-20T09:15:00Z`. Panics on any other form.
    pub fn parse(text: &str) -> Self {
        let number = |from: usize, to: usize| -> i64 {
            text.get(from..to).and_then(|digits| digits.parse().ok()).expect("2026-11-20T09:15:00Z")
        };
        assert!(text.len() == 20 && text.ends_with('Z'), "not 2026-11-20T09:15:00Z: {text}");
        let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
        Self(((days * 24 + number(11, 13)) * 60 + number(14, 16)) * 60 + number(17, 19))
    }

    /// Seconds later (or earlier, with a negative number).
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// The year.
    pub fn year(self) -> i64 {
        self.date().0
    }

    /// `2026-11-20T09:15:00Z`, as trusted_root.json writes it.
    pub fn rfc3339(self) -> String {
        let ((year, month, day), (hour, minute, second)) = (self.date(), self.clock());
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `20261120091500Z`, as ASN.1 writes it.
    pub fn compact(self) -> String {
        self.rfc3339().replace(['-', ':', 'T'], "")
    }

    fn clock(self) -> (i64, i64, i64) {
        let seconds = self.0.rem_euclid(86400);
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    fn date(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(86400);
        let mut year = 1970 + days.div_euclid(366);
        while days_since_1970(year + 1, 1, 1) <= days {
            year += 1;
        }
        let month =
            (1..=12).rfind(|month| days_since_1970(year, *month, 1) <= days).expect("January starts it");
        (year, month, days - days_since_1970(year, month, 1) + 1)
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before_year = year - 1;
    let leap_days = |last: i64| last / 4 - last / 100 + last / 400;
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: i64 = lengths.iter().take(usize::try_from(month - 1).unwrap()).sum();
    (year - 1970) * 365 + leap_days(before_year) - leap_days(1969) + months + day - 1
}

/// How long a certificate is valid; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub not_before: Time,
    /// The last second.
    pub not_after: Time,
}

impl Validity {
    /// From and to, as [`Time::parse`] reads them.
    pub fn new(not_before: &str, not_after: &str) -> Self {
        Self { not_before: Time::parse(not_before), not_after: Time::parse(not_after) }
    }
}

/// The window `validFor` of a trusted root; a missing start is an error that some readers overlook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// `start`, required by the format.
    pub start: Option<Time>,
    /// `end`, absent while the key or the authority is in use.
    pub end: Option<Time>,
}

impl Window {
    /// From that time on, without an end.
    pub fn from(start: Time) -> Self {
        Self { start: Some(start), end: None }
    }

    /// From that time to that one, both included.
    pub fn between(start: Time, end: Time) -> Self {
        Self { start: Some(start), end: Some(end) }
    }
}
