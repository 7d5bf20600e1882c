use super::*;
use crate::escape::is_hidden;
use crate::sample::{self, comparison};
use crate::text::tests::{COLOR, PLAIN, QUIET, VERBOSE, commands, compare, too_long};

#[test]
fn everything_has_its_place() {
    compare("comparison.txt", &render_comparison(&comparison::comparison(), &PLAIN));
}

#[test]
fn verbose_shows_whole_values() {
    compare("comparison-verbose.txt", &render_comparison(&comparison::comparison(), &VERBOSE));
}

#[test]
fn quiet_is_the_table_alone() {
    let text = render_comparison(&comparison::comparison(), &QUIET);
    let all = render_comparison(&comparison::comparison(), &PLAIN);
    assert!(all.starts_with(&text), "{text}");
    assert!(text.ends_with("  1 layer in common, lowest first\n"), "{text}");
    assert!(!text.contains("packages:") && !text.contains("configuration"), "{text}");
}

#[test]
fn rows_that_are_equal_are_dimmed() {
    let mut same = comparison::comparison();
    same.platforms[0].to = same.platforms[0].from.clone();
    let text = render_comparison(&same, &COLOR);
    let row = |what: &str| text.lines().find(|line| line.contains(what)).unwrap().to_owned();
    assert!(row("set-user-ID programs").contains("\u{1b}[2m"), "{text}");
    let text = render_comparison(&comparison::comparison(), &COLOR);
    let row = text.lines().find(|line| line.contains("set-user-ID programs")).unwrap();
    assert!(!row.contains('\u{1b}'), "{row}");
}

#[test]
fn no_vendor_layer_is_said() {
    let text = render_comparison(&comparison::comparison(), &PLAIN);
    let row = text.lines().find(|line| line.contains("vendor layers")).unwrap();
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["vendor", "layers", "none", "proved", "2", "proved"]
    );
}

/// A hundred entries in every list.
fn long() -> Comparison {
    let mut long = comparison::comparison();
    let platform = &mut long.platforms[0];
    let packages = &mut platform.packages;
    packages.added = vec![packages.added[0].clone(); 100];
    packages.removed = vec![packages.removed[0].clone(); 100];
    packages.changed = vec![packages.changed[0].clone(); 100];
    platform.files.changed = vec![platform.files.changed[0].clone(); 100];
    platform.config = vec![platform.config[1].clone(); 100];
    for list in [
        &mut platform.from.setuid,
        &mut platform.from.shells,
        &mut platform.from.package_managers,
        &mut platform.from.users,
    ] {
        *list = (0..100).map(|number| format!("usr/bin/program-{number}")).collect();
    }
    long
}

#[test]
fn lists_are_cut_with_a_count_and_verbose_shows_all() {
    let text = render_comparison(&long(), &PLAIN);
    // Packages three times, changed files, four lists of programs and users.
    assert_eq!(text.matches("\n    … and 88 more (-v shows all)\n").count(), 8, "{text}");
    assert_eq!(text.matches("\n    … and 80 more (-v lists them)\n").count(), 1, "{text}");
    assert!(text.contains("    - … and 2 smaller folders\n"), "{text}");
    assert!(text.lines().count() < 180, "{}", text.lines().count());
    let text = render_comparison(&long(), &VERBOSE);
    assert!(!text.contains("-v shows") && !text.contains("-v lists"), "{text}");
    assert_eq!(text.matches("    - set-user-ID usr/bin/program-").count(), 100, "{text}");
}

#[test]
fn what_matters_most_is_listed_before_the_room_is_used_up() {
    let mut long = long();
    let worst = comparison::comparison().platforms[0].files.changed[1].clone();
    long.platforms[0].files.changed.push(worst);
    let text = render_comparison(&long, &PLAIN);
    assert!(text.contains("~ replace etc/passwd (layer 1, vendor)"), "{text}");
    assert!(text.contains("101 changed, 1 of them high"), "{text}");
}

#[test]
fn hostile_strings_never_reach_the_terminal() {
    for hostile in sample::hostile_strings() {
        for comparison in comparison::with_each_string_replaced(&hostile) {
            for options in [PLAIN, VERBOSE, QUIET] {
                let text = render_comparison(&comparison, &options);
                let hidden = text.chars().find(|character| *character != '\n' && is_hidden(*character));
                assert_eq!(hidden, None, "{hostile:.80?}: {text}");
                assert_eq!(commands(&text), None, "{hostile:.80?}");
                assert_eq!(too_long(&text), None, "{hostile:.80?}");
                assert!(text.len() < 20_000, "{} bytes for {hostile:.80?}", text.len());
            }
        }
    }
}

#[test]
fn a_megabyte_in_every_string_makes_no_long_text() {
    let text =
        render_comparison(&comparison::with_all_strings_replaced(&"x \u{1b} y ".repeat(1 << 17)), &VERBOSE);
    assert!(text.len() < 100_000, "{} bytes", text.len());
    assert_eq!(too_long(&text), None);
}

#[test]
fn color_adds_only_styles() {
    for hostile in sample::hostile_strings() {
        for comparison in comparison::with_each_string_replaced(&hostile) {
            let mut text = render_comparison(&comparison, &COLOR);
            for style in ["[0m", "[1m", "[2m", "[31m", "[32m", "[33m", "[36m"] {
                text = text.replace(&format!("\u{1b}{style}"), "");
            }
            assert_eq!(text, render_comparison(&comparison, &VERBOSE));
        }
    }
}
