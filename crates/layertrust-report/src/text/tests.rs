use super::*;
use crate::escape::is_hidden;
use crate::sample::{self, HEX};

pub(super) const PLAIN: TextOptions = TextOptions { color: false, verbose: false, quiet: false };
pub(super) const VERBOSE: TextOptions = TextOptions { color: false, verbose: true, quiet: false };
pub(super) const QUIET: TextOptions = TextOptions { color: false, verbose: false, quiet: true };
pub(super) const COLOR: TextOptions = TextOptions { color: true, verbose: true, quiet: false };

/// Lines longer than the page that could have been broken: every word of them is short.
pub(super) fn too_long(text: &str) -> Option<&str> {
    let is_short = |word: &str| word.chars().count() < 60;
    text.lines()
        .find(|line| line.chars().count() > WIDTH && !line.contains('`') && line.split(' ').all(is_short))
}

/// Lines that a runner of GitHub or Azure would obey.
pub(super) fn commands(text: &str) -> Option<&str> {
    text.lines()
        .find(|line| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso["))
}

/// Compares with a file beside this one; with `LAYERTRUST_BLESS=1` writes it.
pub(super) fn compare(name: &str, text: &str) {
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

/// Until when a certificate holds must not be cut off behind the first members.
#[test]
fn each_thing_of_a_list_is_said_by_itself_and_whole() {
    let mut report = sample::report();
    let module = |number: usize| serde_json::json!({ "certification": "CMVP #4985", "name": number, "sunset": "2027-06-30" });
    let fact = report.platforms[0].attestations.first_mut().unwrap();
    fact.facts.insert("modules".to_owned(), (0..30).map(module).collect());
    fact.facts.insert("tools".to_owned(), serde_json::json!(["a", "b"]));
    let text = render(&report, &VERBOSE);
    assert!(text.contains("modules: certification CMVP #4985, name 19, sunset 2027-06-30"), "{text}");
    assert!(text.contains("modules: … and 10 more") && !text.contains("name 20,"), "{text}");
    assert!(text.contains(r#"tools: ["a","b"]"#), "{text}");
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
    for note in [
        "… and 39 layers below (-v",
        "… and 83 more (-v lists them)\n  changes",
        "… and 83 more (-v lists them)\n\nERRORS",
    ] {
        assert!(text.contains(note), "{note}: {text}");
    }
    let text = render(&report, &VERBOSE);
    assert!(!text.contains("-v lists") && !text.contains("-v shows"));
}

/// The sample with so many changes of one kind.
fn with_changes(number: usize) -> Report {
    let mut report = sample::report();
    let changes = report.platforms[0].changes.as_mut().unwrap();
    let first = changes.remove(0);
    changes.clear();
    changes.extend((0..number).map(|index| layertrust::report::ChangeFact {
        path: format!("usr/bin/changed-{index}"),
        ..first.clone()
    }));
    report
}

#[test]
fn many_changes_are_cut_with_a_count_and_verbose_shows_all() {
    let report = with_changes(100);
    let text = render(&report, &PLAIN);
    assert_eq!(text.matches("usr/bin/changed-").count(), 12, "{text}");
    assert!(
        text.contains("    high (100)\n") && text.contains("    … and 88 more (-v shows all)\n"),
        "{text}"
    );
    let text = render(&report, &VERBOSE);
    assert_eq!(text.matches("usr/bin/changed-").count(), 100, "{text}");
    assert!(!text.contains("-v shows all"), "{text}");
    assert!(!render(&with_changes(12), &PLAIN).contains("\n    … and"));
}

#[test]
fn the_worst_changes_are_listed_before_the_room_is_used_up() {
    let mut report = with_changes(11);
    let changes = report.platforms[0].changes.as_mut().unwrap();
    for change in changes.iter_mut() {
        change.severity = layertrust::report::ChangeSeverity::Medium;
    }
    let worst = with_changes(2).platforms[0].changes.take().unwrap();
    changes.extend(worst);
    let text = render(&report, &PLAIN);
    let [high, medium] = ["    high (2)\n", "    medium (11)\n"].map(|heading| text.find(heading).unwrap());
    assert!(high < medium && text.contains("    … and 1 more (-v shows all)\n"), "{text}");
}

#[test]
fn metadata_is_only_counted() {
    let mut report = sample::report();
    report.platforms[0].changes.as_mut().unwrap().retain(|change| change.kind.name() == "metadata");
    let text = render(&report, &PLAIN);
    assert!(text.contains("  changes to the base: 1 of metadata only (-v lists them)\n  added"), "{text}");
    let text = render(&report, &VERBOSE);
    assert!(text.contains("metadata only\n    low (1)\n      metadata  layer 2  etc/hostname\n"), "{text}");
}

#[test]
fn nothing_changed_and_nothing_known_are_told_apart() {
    let unknown = "What the layers change and add";
    let mut report = with_changes(0);
    let text = render(&report, &PLAIN);
    assert!(text.contains("  changes to the base: nothing of the base was changed\n"), "{text}");
    assert!(!text.contains(unknown), "{text}");

    report.platforms[0].segments.retain(|segment| segment.signers.is_empty());
    let text = render(&report, &PLAIN);
    assert!(text.contains("  changes to the base: there is no base\n"), "{text}");
    assert!(text.contains("  added (no base: everything counts as added): 14 files, 3.4 MiB"), "{text}");

    let platform = &mut report.platforms[0];
    (platform.changes, platform.added, platform.packages) = (None, None, None);
    let text = render(&report, &PLAIN);
    for heading in ["changes to the base:", "  added", "  packages"] {
        assert!(!text.contains(heading), "{heading}: {text}");
    }
    assert!(text.contains(unknown), "{text}");
    assert!(text.contains("unknown. `--layers all` opens every layer."), "{text}");
    let other = sample::report().platforms.remove(0);
    report.platforms.push(other);
    report.options.layers = layertrust::report::Layers::All;
    let text = render(&report, &PLAIN);
    assert!(
        text.contains("change and add on 1 of 2 platforms") && !text.contains("`--layers all`"),
        "{text}"
    );
}

#[test]
fn only_root_is_marked() {
    let color = TextOptions { color: true, ..PLAIN };
    let mut report = sample::report();
    assert!(render(&report, &color).contains("\u{1b}[33mroot (written as 0)\u{1b}[0m\n"));
    report.platforms[0].config.runs_as =
        layertrust::report::RunsAs { user: "app".to_owned(), uid: Some(1000), root: Some(false) };
    let text = render(&report, &color);
    assert!(text.contains("app (uid 1000)\n"), "{text}");
}

#[test]
fn an_empty_entry_of_a_search_path_is_named() {
    let mut report = sample::report();
    report.platforms[0].config.changes[0].added = vec![String::new(); 15];
    let text = render(&report, &PLAIN);
    assert!(text.contains("      + (empty: the working directory)\n"), "{text}");
    assert!(text.contains("      … and 6 more (-v lists them)\n"), "{text}");
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
