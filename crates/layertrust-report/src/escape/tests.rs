use super::*;

#[test]
fn plain_text_is_borrowed() {
    for text in [
        "",
        "dhi/python",
        "naïve café 日本語 🙂",
        r"C:\dir",
        "std::vector",
        "a # b",
        "x ## y".trim_end_matches("## y"),
    ] {
        assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
        assert!(matches!(shorten(text, 100), Cow::Borrowed(same) if same == text), "{text}");
    }
}

#[test]
fn what_a_terminal_obeys_or_hides_becomes_visible() {
    for (text, expected) in [
        ("\u{1b}[31mred", r"\u{1b}[31mred"),
        ("a\nb\r\tc\0", r"a\nb\r\tc\u{0}"),
        ("\u{7f}\u{9b}2J", r"\u{7f}\u{9b}2J"),
        ("\u{202e}evil\u{2066}\u{61c}\u{200f}", r"\u{202e}evil\u{2066}\u{61c}\u{200f}"),
        ("a\u{200b}b\u{feff}\u{2028}", r"a\u{200b}b\u{feff}\u{2028}"),
        ("\u{e0041}\u{1d173}\u{3164}\u{fffe}", r"\u{e0041}\u{1d173}\u{3164}\u{fffe}"),
    ] {
        assert_eq!(escape(text), expected);
    }
}

#[test]
fn workflow_commands_lose_their_beginning() {
    for (text, expected) in [
        ("::error::no", r"\u{3a}:error::no"),
        ("see ::warning::no", r"see \u{3a}:warning::no"),
        ("\u{3000}::error::no", "\u{3000}\\u{3a}:error::no"),
        ("a::b", "a::b"),
        ("##[error]no", r"\u{23}#[error]no"),
        ("a##vso[task]no", r"a\u{23}#vso[task]no"),
    ] {
        assert_eq!(escape(text), expected);
    }
}

#[test]
fn shortened_text_never_exceeds_its_width() {
    for (text, width, expected) in [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語です", 3, "日本…"),
        ("ab\u{1b}", 8, r"ab\u{1b}"),
        ("ab\u{1b}", 7, "ab…"),
        ("ab\u{1b}c", 8, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ] {
        assert_eq!(shorten(text, width), expected, "{text:?} in {width}");
    }
    assert_eq!(shorten(&"x".repeat(1 << 20), 40).chars().count(), 40);
}
