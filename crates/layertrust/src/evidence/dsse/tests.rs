use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;

/// Bytes whose encodings differ in every alphabet, and which need padding.
const PAYLOAD: &[u8] = b"\xfb\xff\xfe statement?>\xff";
const SIGNATURE: &[u8] = b"\xff\xfb\xef\xbe signature";

fn parse(payload: &str, kind: &str, signature: &str) -> Result<Envelope> {
    let text =
        format!(r#"{{"payload":"{payload}","payloadType":"{kind}","signatures":[{{"sig":"{signature}"}}]}}"#);
    Envelope::parse(text.as_bytes(), &Limits::default())
}

fn code(payload: &str, signature: &str) -> Code {
    parse(payload, media_type::IN_TOTO, signature).unwrap_err().code()
}

#[test]
fn every_spelling_of_base64_that_dsse_allows_is_read() {
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    let mut spellings: Vec<String> = engines.iter().map(|engine| engine.encode(PAYLOAD)).collect();
    for payload in &engines {
        for signature in &engines {
            let (payload, signature) = (payload.encode(PAYLOAD), signature.encode(SIGNATURE));
            let envelope = parse(&payload, media_type::IN_TOTO, &signature).unwrap();
            assert_eq!((&*envelope.payload, &*envelope.signature), (PAYLOAD, SIGNATURE), "{payload}");
        }
    }
    spellings.sort_unstable();
    spellings.dedup();
    assert_eq!(spellings.len(), 4, "{spellings:?}");
}

/// Some readers skip line breaks, some stop there: an envelope must be the same to all.
#[test]
fn line_breaks_and_other_bytes_in_base64_are_refused() {
    let (payload, signature) = (STANDARD.encode(PAYLOAD), STANDARD.encode(SIGNATURE));
    assert!(parse(&payload, media_type::IN_TOTO, &signature).is_ok());
    for odd in [r"\n", r"\r\n", r"\t", " ", r"\u0000", "=", "*", r"\u200b", "é"] {
        for (what, good) in [("payload", &payload), ("signature", &signature)] {
            let ends = [0, 4, good.len()].map(|at| format!("{}{odd}{}", &good[..at], &good[at..]));
            for altered in ends {
                let found = match what {
                    "payload" => code(&altered, &signature),
                    _ => code(&payload, &altered),
                };
                assert_eq!(found, Code::Malformed, "{what} {altered}");
            }
        }
    }
    // Both alphabets at once, a part of a letter, and bits that no encoder leaves behind.
    for wrong in ["+/-_", "AAAAA", "AB", "AB==", "AAF"] {
        assert_eq!(code(wrong, &signature), Code::Malformed, "{wrong}");
    }
}

#[test]
fn only_the_type_of_in_toto_counts_and_only_by_the_letter() {
    let (payload, signature) = (STANDARD.encode(PAYLOAD), STANDARD.encode(SIGNATURE));
    assert!(parse(&payload, "application/vnd.in-toto+json", &signature).is_ok());
    assert!(parse(&payload, r"application\u002fvnd.in-toto+json", &signature).is_ok());
    for other in [
        "",
        "application/json",
        "application/vnd.in-toto",
        "application/vnd.in-toto.provenance+json",
        "application/vnd.in-toto+dsse",
        "application/vnd.in-toto+json; charset=utf-8",
        "application/vnd.in-toto+json ",
        "Application/vnd.in-toto+json",
        "application/vnd.dev.cosign.simplesigning.v1+json",
        "https://in-toto.io/Statement/v1",
    ] {
        let error = parse(&payload, other, &signature).unwrap_err();
        assert_eq!(error.code(), Code::UnsupportedFormat, "{other}");
        assert!(error.to_string().contains(&format!("{other:?}")), "{error}");
    }
}

#[test]
fn an_envelope_has_its_parts_and_one_signature() {
    let whole =
        r#"{"payload":"AAAA","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AAAA"}]}"#;
    let code = |old: &str, new: &str| {
        assert!(whole.contains(old), "{old}");
        let text = whole.replacen(old, new, 1);
        Envelope::parse(text.as_bytes(), &Limits::default()).map(|_| ()).unwrap_err().code()
    };
    assert!(Envelope::parse(whole.as_bytes(), &Limits::default()).is_ok());
    for (old, new, expected) in [
        (r#""payload":"AAAA","#, "", Code::Malformed),
        (r#""payload":"AAAA""#, r#""payload":null"#, Code::Malformed),
        (r#""payloadType":"application/vnd.in-toto+json","#, "", Code::Malformed),
        (r#"[{"sig":"AAAA"}]"#, "[]", Code::Malformed),
        (r#"[{"sig":"AAAA"}]"#, r#"[{"sig":"AAAA"},{"sig":"AAAA"}]"#, Code::Malformed),
        (r#"[{"sig":"AAAA"}]"#, "[{}]", Code::Malformed),
        (r#"[{"sig":"AAAA"}]"#, "[null]", Code::Malformed),
        (r#""payload""#, r#""Payload""#, Code::Malformed),
        (r#""payload""#, r#""payload":"BBBB","payload""#, Code::DuplicateKey),
        (r#""sig""#, r#""Sig":"BBBB","sig""#, Code::DuplicateKey),
    ] {
        assert_eq!(code(old, new), expected, "{new}");
    }
}

/// The encoding counts bytes: DSSE "protocol.md", its own example.
#[test]
fn what_is_signed_is_the_encoding_of_the_protocol() {
    let envelope = parse(&STANDARD.encode("h\u{e9}llo"), media_type::IN_TOTO, "AAAA").unwrap();
    assert_eq!(envelope.pae_header(), "DSSEv1 28 application/vnd.in-toto+json 6 ");
}
