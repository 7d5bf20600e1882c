use super::*;

#[test]
fn lines_break_at_spaces() {
    for (text, width, expected) in [
        ("", 10, &[""][..]),
        ("one two three", 7, &["one two", "three"]),
        ("one  two", 3, &["one", "two"]),
        ("a-very-long-word b", 5, &["a-very-long-word", "b"]),
        ("run `a b c` now", 8, &["run", "`a b c`", "now"]),
        ("run `a b c`, now", 4, &["run", "`a b c`,", "now"]),
        ("a ` b c", 3, &["a `", "b c"]),
        ("`a` b `c d` e", 5, &["`a` b", "`c d`", "e"]),
    ] {
        assert_eq!(wrap(text, width), expected, "{text:?}");
    }
}

#[test]
fn further_lines_start_below_the_text() {
    let mut page = Page::new(false);
    page.paragraph("  - ", &"word ".repeat(30));
    let text = page.finish();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("  - word") && lines[1].starts_with("    word"),
        "{text}"
    );
    assert!(lines.iter().all(|line| line.len() <= WIDTH));
}

#[test]
fn a_label_leaves_a_long_word_its_line() {
    let long = "x".repeat(WIDTH);
    let mut page = Page::new(false);
    page.paragraph("  image   ", &format!("{long} end"));
    page.paragraph("  - ", &long);
    let indent = " ".repeat(10);
    assert_eq!(page.finish(), format!("  image\n{indent}{long}\n{indent}end\n  - {long}\n"));
}

#[test]
fn color_is_reset_and_only_where_asked() {
    let mut page = Page::new(true);
    page.line(BAD, "REJECTED");
    assert_eq!(page.finish(), "\u{1b}[1m\u{1b}[31mREJECTED\u{1b}[0m\n");
    let mut page = Page::new(false);
    page.line(BAD, "REJECTED");
    assert_eq!(page.finish(), "REJECTED\n");
}
