use super::*;

#[test]
fn prose_stays_readable() {
    for (text, expected) in [
        ("", ""),
        ("A label disagrees: expected one, found (none).", "A label disagrees: expected one, found (none)."),
        ("usr/bin/x86-64.so, 日本語", "usr/bin/x86-64.so, 日本語"),
        ("run `a | b`, then again", "run <code>a &#124; b</code>, then again"),
        ("by sha256:11, found", "by <code>sha256:11</code>, found"),
    ] {
        assert_eq!(markdown(text), expected);
    }
}

#[test]
fn what_could_become_a_link_or_a_mention_is_code() {
    for (text, expected) in [
        ("@octocat", "<code>@<!-- -->octocat</code>"),
        ("(see #1)", "&#40;see <code>&#35;1</code>)"),
        ("by acme/orders#1, GH-1.", "by <code>acme/orders&#35;1</code>, <code>GH-1</code>."),
        ("to a@evil.test", "to <code>a@<!-- -->evil.test</code>"),
        ("at https://evil.test/", "at <code>https&#58;//evil.test/</code>"),
        ("at WWW.evil.test", "at <code>WWW&#46;evil.test</code>"),
        ("ok :white_check_mark:", "ok <code>:white&#95;check&#95;mark</code>:"),
        ("for $x$", "for <code>&#36;x&#36;</code>"),
        ("a ` b", "a <code>&#96;</code> b"),
    ] {
        assert_eq!(markdown(text), expected);
    }
}

#[test]
fn nothing_is_markup() {
    for (text, expected) in [
        ("<b>&lt;", "&#60;b&#62;&#38;lt;"),
        ("a | b", "a &#124; b"),
        ("x [y](z)", "x &#91;y&#93;(z)"),
        ("x **y** _z_ ~~w~~", "x &#42;&#42;y&#42;&#42; &#95;z&#95; &#126;&#126;w&#126;&#126;"),
        ("- item", "&#45; item"),
        ("1. item", "&#49;. item"),
        ("12) item", "&#49;2) item"),
        ("12 items", "12 items"),
        ("    code", "code"),
        ("a\nb\\", "a&#92;nb&#92;"),
        ("\u{1b}[2J\u{202e}", "&#92;u{1b}&#91;2J&#92;u{202e}"),
        ("::error::x", "<code>&#92;u{3a}:error&#58;:x</code>"),
    ] {
        assert_eq!(markdown(text), expected);
    }
}

#[test]
fn code_is_one_element_whatever_it_holds() {
    for (text, expected) in [
        ("", ""),
        ("a`b", "<code>a&#96;b</code>"),
        ("</code>@x", "<code>&#60;/code&#62;@<!-- -->x</code>"),
        ("a|b\nc", "<code>a&#124;b&#92;nc</code>"),
        ("<!-- -->", "<code>&#60;!-- --&#62;</code>"),
    ] {
        assert_eq!(markdown_code(text), expected);
    }
}
