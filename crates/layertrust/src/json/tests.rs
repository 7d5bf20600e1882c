use super::*;

fn code(text: &str) -> Code {
    parse(text.as_bytes(), 8, "test").map(|_| ()).unwrap_err().code()
}

#[test]
fn exact_duplicates_are_refused_at_any_depth() {
    assert_eq!(code(r#"{"a":1,"b":[{"c":1,"c":2}]}"#), Code::DuplicateKey);
    assert_eq!(code(r#"{"a":1,"\u0061":2}"#), Code::DuplicateKey);
}

#[test]
fn trailing_bytes_depth_and_bad_utf8_are_refused() {
    assert_eq!(code(r#"{} {}"#), Code::Malformed);
    assert_eq!(code(r#"[[[[[[[[[1]]]]]]]]]"#), Code::LimitExceeded);
    assert_eq!(parse(b"{\"a\":\"\xff\"}", 8, "test").unwrap_err().code(), Code::Malformed);
    assert_eq!(code(""), Code::Malformed);
}

#[test]
fn a_structure_refuses_keys_that_differ_by_case_only() {
    let fold = |text: &str| {
        let node = parse(text.as_bytes(), 8, "test").unwrap();
        node.structure("test", &["layers", "os"]).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(fold(r#"{"layers":1,"Layers":2}"#), Code::DuplicateKey);
    assert_eq!(fold(r#"{"extra":1,"EXTRA":2}"#), Code::DuplicateKey);
    assert_eq!(fold(r#"{"Layers":2}"#), Code::Malformed);
    // U+017F LATIN SMALL LETTER LONG S folds to s.
    assert_eq!(fold("{\"layer\u{17f}\":2}"), Code::Malformed);
    assert_eq!(fold("{\"\u{c9}\":1,\"\u{e9}\":2}"), Code::DuplicateKey);
}

#[test]
fn a_map_may_hold_keys_that_differ_by_case_only() {
    let node = parse(br#"{"Env":1,"env":2}"#, 8, "test").unwrap();
    assert_eq!(node.map("test").unwrap().len(), 2);
}

#[test]
fn sizes_are_integers() {
    for text in [r#"{"size":-1}"#, r#"{"size":1.0}"#, r#"{"size":1e3}"#, r#"{"size":"1"}"#] {
        let node = parse(text.as_bytes(), 8, "test").unwrap();
        let fields = node.structure("test", &["size"]).unwrap();
        assert_eq!(fields.require_integer("size").unwrap_err().code(), Code::Malformed, "{text}");
    }
}

#[test]
fn one_member_can_be_kept_as_text() {
    let node =
        parse_keeping(br#"{"a":{"predicate":1},"predicate":{"x": 1}}"#, 8, "test", "predicate").unwrap();
    assert!(matches!(node.get("predicate"), Some(Node::Raw(r#"{"x": 1}"#))));
}

#[test]
fn a_check_refuses_what_parsing_refuses_in_the_same_words() {
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let many: String = (0..40).map(|number| format!(r#""k{number}":{number},"#)).collect();
    let mut texts: Vec<Vec<u8>> = [
        "",
        " ",
        "nul",
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e3",
        "1e999",
        "01",
        "+1",
        "18446744073709551616",
        r#""a""#,
        r#""\u00e9""#,
        r#""\ud800""#,
        r#""\ud83d\ude00""#,
        r#""\x""#,
        "\"a\nb\"",
        r#""a"#,
        "[]",
        "[1,]",
        "[1",
        "[1 2]",
        "{}",
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{a:1}"#,
        r#"{"a":1}{}"#,
        "[] x",
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"b":1,"a":1,"b":2,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":1,"A":2}"#,
        r#"{"a":{"b":1},"b":{"a":1,"c":[{"b":1,"b":2}]}}"#,
        r#"{"a":{"x":1},"b":{"x":1},"x":[{"x":1}]}"#,
        r#"{"a":{"b":1,"b":2},"a":2"#,
        r#"{"":1,"":2}"#,
        "\u{feff}{}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    texts.extend([deep(8), deep(9), deep(200)].map(String::into_bytes));
    texts.push(format!("{{{many}\"k0\":1}}").into_bytes());
    texts.push(format!("{{{many}\"k40\":1}}").into_bytes());
    texts.extend([b"\"\xff\"".to_vec(), b"{\"\xc3\":1}".to_vec(), b"\0".to_vec()]);
    for text in texts {
        let parsed = parse(&text, 8, "test").map(|node| matches!(node, Node::Null));
        let checked = check(&text, 8, "test").map(|sound| sound == Sound::Null);
        assert_eq!(checked, parsed, "{}", String::from_utf8_lossy(&text));
    }
}
