use super::*;
use crate::markdown::tests::{compare, danger, torn_table};
use crate::sample::{self, comparison};

#[test]
fn everything_has_its_place() {
    compare("comparison.md", &render_comparison(&comparison::comparison()));
}

#[test]
fn hostile_strings_are_only_text() {
    for hostile in sample::hostile_strings() {
        for comparison in comparison::with_each_string_replaced(&hostile) {
            let text = render_comparison(&comparison);
            assert_eq!(danger(&text), None, "{hostile:.80?}");
            assert_eq!(torn_table(&text), None, "{hostile:.80?}");
            assert!(text.len() < 60_000, "{} bytes for {hostile:.80?}", text.len());
        }
    }
}

#[test]
fn a_document_never_outgrows_a_comment() {
    let mut comparison = comparison::with_all_strings_replaced(&"<b> @x ".repeat(1 << 10));
    let text = render_comparison(&comparison);
    assert_eq!((danger(&text), torn_table(&text)), (None, None));
    let platform = comparison.platforms[0].clone();
    comparison.platforms.extend(std::iter::repeat_n(platform, 60));
    let text = render_comparison(&comparison);
    assert!((50_000..65_536).contains(&text.len()), "{} bytes", text.len());
    assert!(text.ends_with("more lines are not shown. JSON has everything.**\n"), "{text}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert_eq!(torn_table(&text), None);
}

#[test]
fn lists_are_cut_with_a_count() {
    let mut long = comparison::comparison();
    let platform = &mut long.platforms[0];
    let packages = &mut platform.packages;
    packages.added = vec![packages.added[0].clone(); 101];
    packages.removed = vec![packages.removed[0].clone(); 102];
    packages.changed = vec![packages.changed[0].clone(); 103];
    platform.files.changed = vec![platform.files.changed[0].clone(); 104];
    platform.from.shells = (0..105).map(|number| format!("usr/bin/sh-{number}")).collect();
    let text = render_comparison(&long);
    for count in [61, 62, 63, 64, 65] {
        assert!(text.contains(&format!("… and {count} more; JSON has them all.")), "{count}: {text}");
    }
    // The worst comes first, whatever the order of paths.
    let worst = comparison::comparison().platforms[0].files.changed[1].clone();
    long.platforms[0].files.changed.push(worst);
    let text = render_comparison(&long);
    assert!(text.contains("| high | replace | <code>etc/passwd</code> |"), "{text}");
}

#[test]
fn empty_lists_leave_no_empty_tables() {
    let mut same = comparison::comparison();
    let platform = &mut same.platforms[0];
    platform.to = platform.from.clone();
    platform.packages = layertrust::report::PackageChanges::default();
    platform.files = layertrust::report::FileChanges::default();
    platform.config.clear();
    let text = render_comparison(&same);
    assert_eq!(text.matches("\n|---").count(), 1, "{text}");
    assert!(!text.contains("<details>") && !text.contains("- new") && !text.contains("- gone"), "{text}");
}
