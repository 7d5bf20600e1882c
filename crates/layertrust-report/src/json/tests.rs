use super::*;
use crate::sample;

fn text(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn has_hidden(text: &str) -> bool {
    text.chars().any(|character| character != '\n' && is_hidden(character))
}

#[test]
fn hostile_strings_are_escaped_and_keep_their_value() {
    for hostile in sample::hostile_strings() {
        let reports = sample::with_each_string_replaced(&hostile);
        assert!(reports.len() > 5, "{} reports", reports.len());
        for report in reports {
            let pretty = text(|out| write_pretty(out, &report));
            let line = text(|out| write_line(out, &report));
            assert!(!has_hidden(&pretty) && !has_hidden(&line), "{hostile:.80?}");
            assert_eq!(line.lines().count(), 1);
            for json in [pretty, line] {
                assert!(serde_json::from_str::<Report>(&json).unwrap() == report, "{hostile:.80?}");
            }
        }
    }
}

#[test]
fn strings_use_utf16_escapes_as_json_wants_them() {
    let json = text(|out| write_value_pretty(out, &"\u{7f}\u{9b}\u{202e}\u{e0041}é日\u{1b}"));
    assert_eq!(json, "\"\\u007f\\u009b\\u202e\\udb40\\udc41é日\\u001b\"\n");
}

#[test]
fn fields_keep_the_order_of_the_report() {
    let report = sample::report();
    let pretty = text(|out| write_pretty(out, &report));
    assert!(pretty.starts_with("{\n  \"schema\": \"layertrust.report/v1\",\n  \"tool\": {"), "{pretty}");
    assert_eq!(pretty, format!("{}\n", serde_json::to_string_pretty(&report).unwrap()));
    let line = text(|out| write_line(out, &report));
    assert_eq!(line, format!("{}\n", serde_json::to_string(&report).unwrap()));
}

#[test]
fn several_reports_are_one_document() {
    let reports = [sample::report(), sample::report()];
    let json = text(|out| write_all_pretty(out, &reports));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["schema"], REPORTS_SCHEMA);
    assert_eq!(value["reports"].as_array().unwrap().len(), 2);
    assert_eq!(value["reports"][0], serde_json::to_value(&reports[0]).unwrap());
    assert!(json.starts_with("{\n  \"schema\""));
}
