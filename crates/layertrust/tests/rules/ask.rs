//! How the rules ask: a case of the test data by name, or one made on the spot.

use layertrust::report::{PlatformReport, Report};
use layertrust::{Failure, Severity};
use layertrust_testkit::case::Case;
use layertrust_testkit::write::write_case;

use crate::scenario::{Scenario, codes, testdata};

/// The answer to a case of the test data.
pub(crate) fn ask(name: &str) -> Result<Report, Failure> {
    let folder = testdata().join("cases").join(name);
    Scenario::load(&folder.join("case.toml")).run(&folder)
}

/// The answer to a case that is made on the spot.
pub(crate) fn ask_new(case: &Case) -> Result<Report, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    for entry in std::fs::read_dir(testdata().join("cases/keys")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, keys.join(path.file_name().unwrap())).unwrap();
    }
    let folder = folder.path().join("case");
    write_case(&folder, case);
    Scenario::load(&folder.join("case.toml")).run(&folder)
}

/// An accepted case.
pub(crate) fn yes(name: &str) -> Report {
    accepted(ask(name))
}

pub(crate) fn accepted(answer: Result<Report, Failure>) -> Report {
    match answer {
        Ok(report) => report,
        Err(Failure::Rejected(report)) => panic!("rejected: {:#?}", report.findings),
        Err(Failure::Error(error)) => panic!("no answer: {error}"),
    }
}

/// A case that is rejected with exactly this code among its error findings.
pub(crate) fn no(name: &str, code: &str) -> Report {
    rejected(ask(name), code)
}

pub(crate) fn rejected(answer: Result<Report, Failure>, code: &str) -> Report {
    match answer {
        Err(Failure::Rejected(report)) => {
            let found = codes(&report, Severity::Error);
            assert!(found.contains(&code), "expected {code}, found {found:?}");
            *report
        }
        Ok(_) => panic!("accepted, expected {code}"),
        Err(Failure::Error(error)) => panic!("no answer: {error}"),
    }
}

/// A case that is rejected, with this code among what proves nothing.
pub(crate) fn no_because(name: &str, code: &str) -> Report {
    let Err(Failure::Rejected(report)) = ask(name) else { panic!("{name} was not rejected") };
    assert!(unverified(&report).contains(&code), "expected {code} among {:?}", unverified(&report));
    *report
}

pub(crate) fn unverified(report: &Report) -> Vec<&'static str> {
    report.platforms.iter().flat_map(|one| &one.unverified).map(|one| one.code.name()).collect()
}

pub(crate) fn warns(report: &Report, code: &str) {
    let found = codes(report, Severity::Warning);
    assert!(found.contains(&code), "expected the warning {code}, found {found:?}");
}

pub(crate) fn first(report: &Report) -> &PlatformReport {
    report.platforms.first().expect("a platform")
}
