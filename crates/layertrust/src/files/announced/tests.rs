use super::*;

const SUM: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OTHER: &str = "sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

fn by(annotations: &[(&str, &str)]) -> Result<Announced> {
    let list: Vec<String> = annotations.iter().map(|(name, value)| format!("{name:?}:{value:?}")).collect();
    let text =
        format!(r#"{{"mediaType":"x","digest":{SUM:?},"size":1,"annotations":{{{}}}}}"#, list.join(","));
    let document = crate::json::parse(text.as_bytes(), 9, "descriptor")?;
    Announced::by(&Descriptor::parse(&document, "descriptor")?, &Limits::default())
}

fn code(annotations: &[(&str, &str)]) -> Option<Code> {
    by(annotations).err().map(|error| error.code())
}

#[test]
fn each_form_is_known() {
    assert!(!by(&[("org.opencontainers.image.title", "x")]).unwrap().is_any());
    assert!(matches!(by(&[(ESTARGZ, SUM)]).unwrap(), Announced::Estargz { .. }));
    for (sum, at) in CHUNKED {
        let announced = by(&[(sum, SUM), (at, "10:20:30:1")]).unwrap();
        assert_eq!(announced.range(), 10..30);
        assert!(matches!(announced, Announced::Chunked { size: 30, .. }));
        // Without a digest nobody reads a table.
        assert!(!by(&[(at, "10:20:30:1")]).unwrap().is_any());
    }
}

#[test]
fn two_tables_are_none() {
    let [(old, old_at), (new, new_at)] = CHUNKED;
    let (place, elsewhere) = ("10:20:30:1", "11:20:30:1");
    assert_eq!(code(&[(old, SUM), (old_at, place), (new, SUM), (new_at, place)]), None);
    for two in [
        [(old, SUM), (old_at, place), (new, OTHER), (new_at, place)],
        [(old, OTHER), (old_at, place), (new, SUM), (new_at, place)],
        [(old, SUM), (old_at, place), (new, SUM), (new_at, elsewhere)],
    ] {
        assert_eq!(code(&two), Some(Code::LayerInconsistent), "{two:?}");
    }
    assert_eq!(code(&[(old, SUM), (old_at, place), (new, SUM)]), Some(Code::LayerInconsistent));
    assert_eq!(code(&[(new, SUM), (new_at, place), (ESTARGZ, SUM)]), Some(Code::LayerInconsistent));
}

#[test]
fn positions_are_four_numbers() {
    let (sum, at) = CHUNKED[1];
    for position in [
        "",
        "1",
        "1:2:3",
        "1:2:3:0",
        "1:2:3:2",
        "1:2:3:1:4",
        "x:1:2:3:1",
        "1:2:3:x:1",
        "+1:2:3:1",
        "-1:2:3:1",
        " 1:2:3:1",
        "1:2:3:1 ",
        ":2:3:1",
        "18446744073709551616:2:3:1",
    ] {
        assert_eq!(code(&[(sum, SUM), (at, position)]), Some(Code::LayerInconsistent), "{position:?}");
    }
    for huge in ["1:33554433:3:1", "1:2:33554433:1", "1:18446744073709551615:3:1"] {
        assert_eq!(code(&[(sum, SUM), (at, huge)]), Some(Code::LimitExceeded), "{huge}");
    }
    let end = by(&[(sum, SUM), (at, "18446744073709551615:2:3:1")]).unwrap();
    assert_eq!(end.range(), u64::MAX..u64::MAX);
}
