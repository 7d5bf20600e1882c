use super::*;
use crate::escape::is_hidden;
use crate::sample;

/// What this module itself writes as HTML.
const OWN: [&str; 8] =
    ["<code>", "</code>", "<!-- -->", "<br>", "<details>", "</details>", "<summary>", "</summary>"];

/// Whatever GitHub, a browser or a runner would obey, other than what this module writes itself.
pub(super) fn danger(text: &str) -> Option<String> {
    let is_entity = |tail: &str| {
        tail.strip_prefix('#').and_then(|tail| tail.split_once(';')).is_some_and(|(digits, _)| {
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    if let Some(character) = text.chars().find(|character| *character != '\n' && is_hidden(*character)) {
        return Some(format!("hidden {character:?}"));
    }
    for line in text.lines() {
        let own = OWN.iter().fold(line.replace("**", ""), |line, own| line.replace(own, "\u{1}"));
        let body = own.trim_start_matches('#');
        let stray = ['<', '>', '`', '*', '_', '[', ']', '~', '\\', '$'];
        let bad = body.contains(stray)
            || body.split('&').skip(1).any(|tail| !is_entity(tail))
            || body.replace("&#", "").contains('#')
            || line.replace("@<!-- -->", "").contains('@')
            || line.contains("://")
            || line.to_lowercase().contains("www.")
            || line.trim_start().starts_with("::")
            || outside_code(line).contains('@');
        if bad {
            return Some(line.to_owned());
        }
    }
    None
}

/// The line without what stands in `<code>`.
fn outside_code(line: &str) -> String {
    line.split("<code>").map(|part| part.split_once("</code>").map_or(part, |(_, after)| after)).collect()
}

/// Every row of a table has as many cells as its heading.
pub(super) fn torn_table(text: &str) -> Option<&str> {
    let mut cells = None;
    text.lines().find(|line| {
        let number = line.matches('|').count();
        if !line.starts_with('|') {
            cells = None;
            return number > 0;
        }
        *cells.get_or_insert(number) != number || !line.ends_with('|')
    })
}

/// Compares with a file beside this one; with `LAYERTRUST_BLESS=1` writes it.
pub(super) fn compare(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/markdown/tests").join(name);
    if std::env::var_os("LAYERTRUST_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "\n{text}");
}

#[test]
fn the_verdict_comes_first_and_everything_has_its_place() {
    compare("rejected.md", &render(&sample::report()));
}

#[test]
fn hostile_strings_are_only_text() {
    for hostile in sample::hostile_strings() {
        for report in sample::with_each_string_replaced(&hostile) {
            let text = render(&report);
            assert_eq!(danger(&text), None, "{hostile:.80?}");
            assert_eq!(torn_table(&text), None, "{hostile:.80?}");
            assert!(text.len() < 60_000, "{} bytes for {hostile:.80?}", text.len());
        }
    }
}

#[test]
fn a_document_never_outgrows_a_comment() {
    let mut report = sample::with_all_strings_replaced(&"<b> @x ".repeat(1 << 10));
    let text = render(&report);
    assert_eq!((danger(&text), torn_table(&text)), (None, None));
    let platform = report.platforms[0].clone();
    report.platforms.extend(std::iter::repeat_n(platform, 40));
    let text = render(&report);
    assert!((50_000..65_536).contains(&text.len()), "{} bytes", text.len());
    assert!(text.ends_with("more lines are not shown. JSON has everything.**\n"), "{text}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert_eq!(torn_table(&text), None);
}

#[test]
fn long_lists_are_cut_with_a_count() {
    let mut report = sample::report();
    let platform = &mut report.platforms[0];
    let changes = platform.changes.as_mut().unwrap();
    changes.extend(vec![changes[0].clone(); 100]);
    let added = platform.added.as_mut().unwrap();
    added.suspicious.extend(vec![added.suspicious[0].clone(); 100]);
    let packages = platform.packages.as_mut().unwrap();
    packages.vendor_modified.extend(vec![packages.vendor_modified[0].clone(); 100]);
    let text = render(&report);
    for note in ["… and 65 more; JSON has them all.", "<br>… and 101 more |", ", … and 91 more), 1 of the"]
    {
        assert!(text.contains(note), "{note}: {text}");
    }
}

#[test]
fn nothing_changed_and_nothing_known_are_told_apart() {
    let mut report = sample::report();
    report.platforms[0].changes = Some(Vec::new());
    let text = render(&report);
    assert!(text.contains("**Changes to the base:** nothing of the base was changed.\n"), "{text}");
    assert!(!text.contains("What the layers change"), "{text}");

    report.platforms[0].segments.retain(|segment| segment.signers.is_empty());
    let text = render(&report);
    assert!(text.contains("**Changes to the base:** there is no base.\n"), "{text}");
    assert!(text.contains("**Added (no base: everything counts as added):** 14 files"), "{text}");

    let platform = &mut report.platforms[0];
    (platform.changes, platform.added, platform.packages) = (None, None, None);
    let text = render(&report);
    assert!(
        !text.contains("**Changes") && !text.contains("**Added") && !text.contains("**Packages"),
        "{text}"
    );
    assert!(text.contains("- What the layers change and add: they were not opened"), "{text}");
    assert!(text.contains("<code>--layers all</code> opens every layer."), "{text}");
}

#[test]
fn facts_have_no_verdict() {
    let mut report = sample::report();
    report.verdict = None;
    report.platforms[0].verdict = None;
    assert!(render(&report).starts_with("## FACTS (no verdict) <code>oci:orders</code>\n"));
}
