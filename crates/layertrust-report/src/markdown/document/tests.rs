use super::*;

fn numbers(count: usize) -> impl Iterator<Item = usize> {
    0..count
}

#[test]
fn blocks_stand_apart() {
    let mut document = Document::new();
    document.heading(2, "Head");
    document.item("one");
    document.item("two");
    document.details("folded", |document| {
        document.table(["a", "b"], numbers(3), |number| [number.to_string(), "x".to_owned()], 2);
    });
    document.line("end");
    assert_eq!(
        document.finish(),
        "## Head\n\n- one\n- two\n\n<details><summary>folded</summary>\n\n| a | b |\n|---|---|\n| 0 | x |\n\
         | 1 | x |\n\n… and 1 more; JSON has them all.\n\n</details>\n\nend\n"
    );
}

#[test]
fn what_does_not_fit_is_counted_and_open_blocks_are_closed() {
    let mut document = Document::new();
    document.details("folded", |document| {
        document.line(&"x".repeat(BYTES - 100));
        document.line(&"y".repeat(100));
        document.line("z");
    });
    document.details("late", |document| document.line("w"));
    let text = document.finish();
    assert!(!text.contains("yy") && !text.contains("\nz\n"), "a line after one that was left out");
    assert_eq!(text.matches("<details>").count(), 1);
    assert_eq!(text.matches("</details>").count(), 1);
    assert!(
        text.contains("</details>\n\n**Cut here to fit a comment: 4 more lines"),
        "{}",
        &text[BYTES - 200..]
    );
}
