use super::*;

fn age(text: &str) -> MaxAge {
    text.parse().unwrap()
}

#[test]
fn hours_days_and_weeks_are_read() {
    for (text, expected) in [
        ("1h", MaxAge::hours(1)),
        ("12h", MaxAge::hours(12)),
        ("180d", MaxAge::days(180)),
        ("2w", MaxAge::days(14)),
        ("24h", MaxAge::days(1)),
    ] {
        assert_eq!(age(text), expected, "{text}");
    }
}

#[test]
fn nothing_else_is_read() {
    for text in [
        "",
        "d",
        "30",
        "0d",
        "00d",
        "030d",
        "-1d",
        "+1d",
        "1.5d",
        "1 d",
        " 1d",
        "1d ",
        "1D",
        "1m",
        "6mo",
        "1y",
        "1d12h",
        "P30D",
        "30 days",
        "1_000d",
        "99999999999d",
        "4294967295w",
        "30é",
        "٣d",
    ] {
        let error = text.parse::<MaxAge>().unwrap_err();
        assert_eq!(error.code(), Code::PolicyInvalid, "{text:?}");
        assert!(error.to_string().contains("\"180d\""), "{error}");
    }
}

#[test]
fn the_same_age_has_one_spelling() {
    assert_eq!(age("336h").to_string(), "14d");
    assert_eq!(age("2w").to_string(), "14d");
    assert_eq!(age("25h").to_string(), "25h");
}

#[test]
fn an_age_holds_up_to_its_last_second() {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let exceeded = |made: &str| age("30d").is_exceeded(made.parse().unwrap(), now);
    assert!(!exceeded("2026-11-24T11:59:59Z"));
    assert!(!exceeded("2026-10-25T12:00:00Z"));
    assert!(exceeded("2026-10-25T11:59:59Z"));
    assert!(!MaxAge::hours(u32::MAX).is_exceeded(Timestamp::UNIX_EPOCH, now));
}

#[test]
fn no_hours_are_no_rule() {
    assert!(MaxAge::hours(1).check("[base] max-age").is_ok());
    assert_eq!(MaxAge::days(0).check("[base] max-age").unwrap_err().code(), Code::PolicyInvalid);
}
