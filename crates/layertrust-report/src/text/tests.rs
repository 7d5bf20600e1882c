use super::*;
use crate::escape::is_hidden;
use crate::sample::{self, HEX};

const PLAIN: TextOptions = TextOptions { color: false, verbose: false, quiet: false };
const VERBOSE: TextOptions = TextOptions { color: false, verbose: true, quiet: false };
const QUIET: TextOptions = TextOptions { color: false, verbose: false, quiet: true };
const COLOR: TextOptions = TextOptions { color: true, verbose: true, quiet: false };

/// Lines longer than the page that could have been broken: every word of them is short.
fn too_long(text: &str) -> Option<&str> {
    let is_short = |word: &str| word.chars().count() < 60;
    text.lines()
        .find(|line| line.chars().count() > WIDTH && !line.contains('`') && line.split(' ').all(is_short))
}

/// Lines that a runner of GitHub or Azure would obey.
fn commands(text: &str) -> Option<&str> {
    text.lines()
        .find(|line| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso["))
}

/// Compares with a file beside this one; with `LAYERTRUST_BLESS=1` writes it.
fn compare(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/tests").join(name);
    if std::env::var_os("LAYERTRUST_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "\n{text}");
}

#[test]
fn the_verdict_comes_first_and_everything_has_its_place() {
    compare("rejected.txt", &render(&sample::report(), &PLAIN));
}

#[test]
fn verbose_adds_what_was_tried() {
    compare("rejected-verbose.txt", &render(&sample::report(), &VERBOSE));
}

#[test]
fn quiet_is_one_line() {
    let mut report = sample::report();
    assert_eq!(
        render(&report, &QUIET),
        format!("REJECTED  oci:orders  sha256:{}  signature-missing\n", HEX[0])
    );
    report.image.reference = format!("oci:orders@sha256:{}", HEX[0]);
    report.findings.clear();
    report.verdict = Some(layertrust::report::Verdict::Accepted);
    assert_eq!(render(&report, &QUIET), format!("ACCEPTED  oci:orders@sha256:{}\n", HEX[0]));
}

#[test]
fn facts_have_no_verdict_and_show_what_proves_nothing() {
    let mut report = sample::report();
    report.verdict = None;
    report.policy = None;
    report.platforms[0].verdict = None;
    let text = render(&report, &PLAIN);
    assert!(text.starts_with("FACTS (no verdict)  oci:orders\n"), "{text}");
    assert!(text.contains("NOT VERIFIED (1)\n"), "{text}");
    assert!(
        text.contains("- signature signature-invalid (found by referrer): signature: expected"),
        "{text}"
    );
    assert!(!text.contains("REJECTED"), "{text}");
}

#[test]
fn an_audit_says_that_its_rejection_does_not_count() {
    let mut report = sample::report();
    report.policy.as_mut().unwrap().mode = layertrust::report::Mode::Audit;
    assert!(render(&report, &PLAIN).starts_with("REJECTED (audit)  oci:orders\n"));
}

#[test]
fn a_report_without_platforms_is_still_a_report() {
    let mut report = sample::report();
    report.platforms.clear();
    report.image.digest = None;
    report.exceptions_used.clear();
    let text = render(&report, &PLAIN);
    assert!(text.contains("ERRORS (1)") && !text.contains("NOT CHECKED"), "{text}");
}

#[test]
fn commands_to_copy_are_never_broken() {
    let command = format!("`cosign sign --key KEY registry.example.com/orders@sha256:{}`", HEX[0]);
    assert!(render(&sample::report(), &PLAIN).lines().any(|line| line.contains(&command)));
}

#[test]
fn long_lists_are_cut_visibly() {
    let mut report = sample::report();
    let platform = &mut report.platforms[0];
    for _ in 0..100 {
        platform.layers.push(platform.layers[0].clone());
        platform.attestations.push(platform.attestations[0].clone());
        platform.unverified.push(platform.unverified[0].clone());
        platform.config.changes.push(platform.config.changes[0].clone());
    }
    let text = render(&report, &PLAIN);
    for note in ["… and 39 layers below (-v", "… and 82 more (-v", "… and 82 more (-v"] {
        assert!(text.contains(note), "{note}: {text}");
    }
    assert!(!render(&report, &VERBOSE).contains("-v lists"));
}

#[test]
fn hostile_strings_never_reach_the_terminal() {
    for hostile in sample::hostile_strings() {
        for report in sample::with_each_string_replaced(&hostile) {
            for options in [PLAIN, VERBOSE, QUIET] {
                let text = render(&report, &options);
                let hidden = text.chars().find(|character| *character != '\n' && is_hidden(*character));
                assert_eq!(hidden, None, "{hostile:.80?}");
                assert_eq!(commands(&text), None, "{hostile:.80?}");
                assert!(options.quiet || too_long(&text).is_none(), "{hostile:.80?}: {:?}", too_long(&text));
                assert!(text.len() < 50_000, "{} bytes for {hostile:.80?}", text.len());
                assert!(!options.quiet || text.lines().count() == 1);
            }
        }
    }
}

#[test]
fn a_megabyte_in_every_string_makes_no_long_text() {
    let text = render(&sample::with_all_strings_replaced(&"x \u{1b} y ".repeat(1 << 17)), &VERBOSE);
    assert!(text.len() < 200_000, "{} bytes", text.len());
    assert_eq!(too_long(&text), None);
}

#[test]
fn color_adds_only_styles() {
    for report in
        sample::hostile_strings().iter().flat_map(|hostile| sample::with_each_string_replaced(hostile))
    {
        let mut text = render(&report, &COLOR);
        assert!(text.contains("\u{1b}[0m"));
        for style in ["[0m", "[1m", "[2m", "[31m", "[32m", "[33m", "[36m"] {
            text = text.replace(&format!("\u{1b}{style}"), "");
        }
        assert_eq!(text, render(&report, &VERBOSE));
    }
}
