use super::check::Sound;
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

struct Keep<'a>(Option<&'a str>);

impl<'de> Apart<'de> for Keep<'de> {
    fn read<D: serde::Deserializer<'de>>(
        &mut self,
        before: &[Member<'de>],
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        assert_eq!(before.len(), 1);
        value.raw(&mut self.0)
    }
}

struct Checked(Sound);

impl<'de> Reader<'de> for Checked {
    fn read<D: serde::Deserializer<'de>>(
        &mut self,
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        value.check(&mut self.0)
    }
}

fn check(text: &[u8]) -> Result<Sound> {
    let mut checked = Checked(Sound::Other);
    stream(text, 8, "test", Code::PredicateInvalid, &mut checked).map(|()| checked.0)
}

/// Takes every object and list itself, at every depth, and skips nothing.
struct Everything;

impl<'de> Reader<'de> for Everything {
    fn read<D: serde::Deserializer<'de>>(
        &mut self,
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        value.object_or_list(&mut Everything, &mut Everything)
    }
}

impl<'de> Structure<'de> for Everything {
    fn member<D: serde::Deserializer<'de>>(
        &mut self,
        _: &str,
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        self.read(value)
    }
}

#[test]
fn a_stream_refuses_what_parsing_refuses_in_the_same_words() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let mut texts: Vec<String> = [
        "{}",
        "[]",
        "null",
        "[{}",
        "[{},]",
        r#"{"a":[],"b":{},"a":null}"#,
        r#"{"a":{"b":[],"b":[]},"a":{}}"#,
        r#"{"a":{"b":{}},"b":{"a":[{"b":[],"b":[]}]}}"#,
        r#"{"a":{"x":[]},"b":{"x":[]},"x":[{"x":{}}]}"#,
        r#"{"a":[],"\u0061":[]}"#,
        r#"{"a":[]} {}"#,
        r#"{"a":[1,1]"#,
    ]
    .map(str::to_owned)
    .into();
    texts.extend([deep(8), deep(9), deep(200)]);
    for text in texts {
        let parsed = parse(text.as_bytes(), 8, "test").map(|_| ());
        let streamed = stream(text.as_bytes(), 8, "test", Code::PredicateInvalid, &mut Everything);
        match streamed {
            Err(error) if error.code() == Code::PredicateInvalid => assert!(text.contains('1'), "{error}"),
            streamed => assert_eq!(streamed, parsed, "{text}"),
        }
    }
}

/// Members of every type, and none of them is that.
#[derive(Default)]
struct Typed<'de> {
    text: Option<Cow<'de, str>>,
    integer: Option<u64>,
    texts: Vec<String>,
    counted: Count,
}

impl<'de> Structure<'de> for Typed<'de> {
    fn member<D: serde::Deserializer<'de>>(
        &mut self,
        key: &str,
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        match key {
            "text" => value.text(&mut self.text),
            "integer" => value.integer(&mut self.integer),
            "object" => value.object(&mut Everything),
            "list" => value.list(&mut Everything),
            "counted" => value.list(&mut self.counted),
            "texts" => value.list(&mut Texts(|text: Cow<'_, str>| {
                self.texts.push(text.into_owned());
                Ok(())
            })),
            _ => value.skip(),
        }
    }
}

impl<'de> Reader<'de> for Typed<'de> {
    fn read<D: serde::Deserializer<'de>>(
        &mut self,
        value: Value<'_, 'de, D>,
    ) -> std::result::Result<Read, D::Error> {
        value.object(self)
    }
}

#[test]
fn a_stream_reads_what_is_wanted_and_says_where_something_else_stands() {
    let read = |text: &'static str| {
        let mut typed = Typed::default();
        stream(text.as_bytes(), 8, "test", Code::PredicateInvalid, &mut typed).map(|()| typed)
    };
    let text = r#"{"z":[1.5,{"text":2}],"text":"\u0061\n","integer":7,"object":{"list":[]},"list":[{},[]],
        "texts":["a","b"],"counted":[{"a":1},{}]}"#;
    let typed = read(text).unwrap();
    assert_eq!(typed.text.as_deref(), Some("a\n"));
    assert_eq!((typed.integer, typed.counted.0), (Some(7), 2));
    assert_eq!(typed.texts, ["a", "b"]);
    let nulls = read(r#"{"text":null,"integer":null,"object":null,"list":null,"texts":null,"counted":null}"#)
        .unwrap();
    assert!(nulls.text.is_none() && nulls.integer.is_none() && nulls.texts.is_empty());
    for (text, message) in [
        (r#"{"text":1}"#, "test: text: expected a string, found an integer"),
        (r#"{"text":{}}"#, "test: text: expected a string, found an object"),
        (r#"{"text":[]}"#, "test: text: expected a string, found an array"),
        (r#"{"text":true}"#, "test: text: expected a string, found a boolean"),
        (r#"{"integer":"1"}"#, "test: integer: expected an integer that is not negative, found a string"),
        (
            r#"{"integer":-1}"#,
            "test: integer: expected an integer that is not negative, found a negative number",
        ),
        (
            r#"{"integer":1.0}"#,
            "test: integer: expected an integer that is not negative, found a fractional number",
        ),
        (r#"{"object":[]}"#, "test: object: expected an object, found an array"),
        (r#"{"list":{}}"#, "test: list: expected an array, found an object"),
        (
            r#"{"list":[{"a":[[],"x"]}]}"#,
            "test: list[0]: a[1]: expected an object or an array, found a string",
        ),
        (r#"{"texts":["a",1]}"#, "test: texts[1]: expected a string, found an integer"),
        (r#"{"texts":["a",null]}"#, "test: texts[1]: expected a string, found null"),
        (r#"{"counted":[{},"a"]}"#, "test: counted[1]: expected an object, found something else"),
        ("[]", "test: expected an object, found an array"),
    ] {
        let error = read(text).err().unwrap();
        assert_eq!((error.code(), error.message().as_str()), (Code::PredicateInvalid, message), "{text}");
    }
    // What nobody wants is checked all the same.
    for (text, code) in [
        (r#"{"z":{"a":1,"a":2}}"#, Code::DuplicateKey),
        (r#"{"text":"","text":""}"#, Code::DuplicateKey),
        (r#"{"z":[[[[[[[[1]]]]]]]]}"#, Code::LimitExceeded),
        (r#"{"z":[1,]}"#, Code::Malformed),
        (r#"{"z":"\ud800"}"#, Code::Malformed),
    ] {
        assert_eq!(read(text).err().unwrap().code(), code, "{text}");
    }
}

#[test]
fn one_member_can_be_kept_as_text() {
    let text = br#"{"a":{"predicate":1},"predicate":{"x": 1}}"#;
    let mut keep = Keep(None);
    let node = parse_apart(text, 8, "test", ("predicate", Code::Malformed), &mut keep).unwrap();
    assert!(matches!(node.get("predicate"), Some(Node::Apart)));
    assert_eq!(keep.0, Some(r#"{"x": 1}"#));
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
        r#""""#,
        r#"" \t""#,
        "\" \u{a0}\"",
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
        let parsed = parse(&text, 8, "test").map(|node| match node {
            Node::Null => Sound::Null,
            Node::Object(_) => Sound::Object,
            Node::String(text) if !text.trim().is_empty() => Sound::Text,
            _ => Sound::Other,
        });
        assert_eq!(check(&text), parsed, "{}", String::from_utf8_lossy(&text));
    }
}
