use super::*;
use crate::json::{write_all_pretty, write_line, write_pretty};
use crate::sample;

#[test]
fn every_form_that_is_written_is_read() {
    let report = sample::report();
    let (mut one, mut lines, mut several) = (Vec::new(), Vec::new(), Vec::new());
    write_pretty(&mut one, &report).unwrap();
    write_line(&mut lines, &report).unwrap();
    write_line(&mut lines, &report).unwrap();
    write_all_pretty(&mut several, &[report.clone(), report.clone()]).unwrap();
    assert!(read_reports(&one).unwrap() == [report.clone()]);
    assert!(read_reports(&lines).unwrap() == [report.clone(), report.clone()]);
    assert!(read_reports(&several).unwrap() == [report.clone(), report]);
}

#[test]
fn everything_else_is_refused() {
    let facts = serde_json::to_string(&sample::report()).unwrap().replace("report/v1", "facts/v1");
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"schema\":\"layertrust.report/v2\"}",
        "{\"schema\":\"layertrust.report/v1\"}",
        "{\"schema\":\"layertrust.reports/v1\",\"reports\":[]}",
        "{\"schema\":\"layertrust.reports/v1\",\"reports\":[{}]}",
        "{\"schema\":",
        &facts,
        &format!("{}{{", serde_json::to_string(&sample::report()).unwrap()),
    ] {
        assert_eq!(read_reports(text.as_bytes()).unwrap_err().code(), Code::Usage, "{text:.60}");
    }
}
