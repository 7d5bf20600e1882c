use super::*;

const HEX: &str = "634a8f35b5f16dcf4aaa0822adc0b1964bb786fca12f6831de8ddc45e5986a00";

/// What cosign writes, byte for byte.
const COSIGN: &str = r#"{"critical":{"identity":{"docker-reference":"registry.example.com/app"},"image":{"docker-manifest-digest":"sha256:HEX"},"type":"cosign container image signature"},"optional":null}"#;

fn parse(text: &str) -> Result<SimpleSigning> {
    SimpleSigning::parse(text.replace("HEX", HEX).as_bytes(), &Limits::default())
}

/// The payload with one part written otherwise.
fn with(old: &str, new: &str) -> Result<SimpleSigning> {
    assert!(COSIGN.contains(old), "{old}");
    parse(&COSIGN.replacen(old, new, 1))
}

fn code(old: &str, new: &str) -> Code {
    with(old, new).map(|_| ()).unwrap_err().code()
}

fn is_read(payload: &SimpleSigning) {
    assert_eq!(payload.digest.to_string(), format!("sha256:{HEX}"));
    assert_eq!(payload.reference.as_deref(), Some("registry.example.com/app"));
}

#[test]
fn order_of_keys_whitespace_and_escapes_change_nothing() {
    is_read(&parse(COSIGN).unwrap());
    is_read(
        &parse(
            r#"
            { "optional" : { },
              "critical" : {
                "type" : "cosign container image signature",
                "image" : { "docker-manifest-digest" : "sha256:HEX" },
                "identity" : { "docker-reference" : "registry.example.com/app" }
              }
            }
            "#,
        )
        .unwrap(),
    );
    // An escaped letter is the letter, in keys and in values.
    for (plain, escaped) in [
        ("critical", r"\u0063ritical"),
        ("docker-manifest-digest", r"docker\u002dmanifest-digest"),
        ("optional", r"\u006fptional"),
        ("sha256:", r"sha256\u003a"),
        ("registry", r"\u0072egistry"),
    ] {
        is_read(&with(plain, escaped).unwrap());
    }
}

/// `optional` is a map: what Go writes for "nothing", and what else may be in it.
#[test]
fn optional_may_be_null_empty_or_absent() {
    for nothing in ["", r#","optional":null"#, r#","optional":{}"#] {
        let payload = with(r#","optional":null"#, nothing).unwrap();
        is_read(&payload);
        assert!(payload.annotations.is_empty() && payload.subject.is_none());
    }
    let some =
        with("null", r#"{"env":"production","Env":"x","timestamp":1657296609,"nothing":null}"#).unwrap();
    let kept: Vec<_> = some.annotations.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(kept, [("Env", "x"), ("env", "production")]);
    for wrong in ["[]", "\"\"", "0", "false"] {
        assert_eq!(code("null", wrong), Code::Malformed, "{wrong}");
    }
    assert_eq!(code("null", r#"{"env":"a","env":"b"}"#), Code::DuplicateKey);
    assert_eq!(code("null", r#"{"env":"a","\u0065nv":"b"}"#), Code::DuplicateKey);
    assert_eq!(code("null", r#"{"subject":1}"#), Code::Malformed);
}

/// Go reads `Docker-manifest-digest` too. Whoever is stricter reads another payload, so nobody may write it.
#[test]
fn another_spelling_of_a_known_key_is_refused_at_every_level() {
    for (known, spellings) in [
        ("critical", ["Critical", "CRITICAL", "cr\u{130}tical"]),
        ("optional", ["Optional", "OPTIONAL", r"\u004fptional"]),
        ("identity", ["Identity", "IDENTITY", r"\u0049dentity"]),
        ("image", ["Image", "IMAGE", r"i\u004dage"]),
        ("type", ["Type", "TYPE", r"\u0054ype"]),
        // The Kelvin sign folds to k, the long s to s.
        ("docker-reference", ["Docker-reference", "Docker-Reference", "doc\u{212a}er-reference"]),
        (
            "docker-manifest-digest",
            ["Docker-manifest-digest", "docker-Manifest-Digest", "docker-manife\u{17f}t-digest"],
        ),
    ] {
        let quoted = format!("\"{known}\":");
        for spelling in spellings {
            // Alone, and before or behind the right one.
            assert_eq!(code(&quoted, &format!("\"{spelling}\":")), Code::Malformed, "{spelling}");
            let twice = format!("\"{spelling}\":null,{quoted}");
            // The capital I with a dot folds to nothing else: a key that nobody knows.
            let expected = if spelling.contains('\u{130}') { Code::Malformed } else { Code::DuplicateKey };
            assert_eq!(code(&quoted, &twice), expected, "{spelling}");
        }
        let again = format!("{quoted}null,{quoted}");
        assert_eq!(code(&quoted, &again), Code::DuplicateKey, "{known}");
    }
}

#[test]
fn members_that_nobody_knows_are_refused_where_they_could_matter() {
    for object in ["{\"critical\"", "{\"identity\"", "{\"docker-reference\"", "{\"docker-manifest-digest\""] {
        let with_more = object.replace('{', r#"{"until":"2027-01-01","#);
        assert_eq!(code(object, &with_more), Code::Malformed, "{object}");
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_refused() {
    let wrong = [
        (r#"{"docker-reference":"registry.example.com/app"}"#, "null", Code::Malformed),
        (r#"{"docker-manifest-digest":"sha256:HEX"}"#, "{}", Code::Malformed),
        (r#"{"docker-manifest-digest":"sha256:HEX"}"#, "[]", Code::Malformed),
        (r#""sha256:HEX""#, "null", Code::Malformed),
        (r#""sha256:HEX""#, r#"["sha256:HEX"]"#, Code::Malformed),
        (r#""sha256:HEX""#, r#""HEX""#, Code::Malformed),
        (r#""sha256:HEX""#, r#""sha256:634A""#, Code::Malformed),
        (r#""registry.example.com/app""#, "7", Code::Malformed),
        (r#""cosign container image signature""#, "null", Code::Malformed),
        (
            r#""cosign container image signature""#,
            r#""Cosign container image signature""#,
            Code::PredicateMismatch,
        ),
        (r#""cosign container image signature""#, r#""atomic container signature""#, Code::PredicateMismatch),
        (r#""optional":null}"#, r#""optional":null}{}"#, Code::Malformed),
    ];
    for (old, new, expected) in wrong {
        assert_eq!(code(old, new), expected, "{new}");
    }
    // An identity without a name names nothing.
    for nothing in ["{}", r#"{"docker-reference":""}"#, r#"{"docker-reference":null}"#] {
        let payload = with(r#"{"docker-reference":"registry.example.com/app"}"#, nothing).unwrap();
        assert_eq!(payload.reference, None);
    }
}
