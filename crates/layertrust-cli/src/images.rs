//! The images of a run, and the evidence that they share.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use layertrust::{Code, Error, Evidence, ImageReference, Limits, LocalSource, Selector, Stack};

use crate::args::{Ask, Given};

/// The most images of one list. A fleet has some ten thousand.
const LIST: usize = 1_000_000;
/// The longest list in bytes.
const LIST_SIZE: u64 = 256 << 20;

/// The name of an archive on stdin.
const STDIN: &str = "-";

/// Every image that was asked about, those of `--images-from` last.
pub(crate) fn names(ask: &Ask) -> Result<Vec<String>, Error> {
    let mut names = ask.images.clone();
    if let Some(list) = &ask.images_from {
        read_list(list, &mut names)?;
    }
    let list = ask.images_from.as_ref().and_then(|list| list.to_str());
    stdin_once(names.iter().map(String::as_str).chain(list), &ask.given)?;
    Ok(names)
}

/// Stdin can be read only once.
pub(crate) fn stdin_once<'n>(names: impl Iterator<Item = &'n str>, given: &'n Given) -> Result<(), Error> {
    let places = names.chain(given.evidence.iter().chain(&given.base).map(String::as_str));
    if places.filter(|name| *name == STDIN).count() > 1 {
        return Err(Error::new(Code::Usage, STDIN)
            .expected("stdin in one place, for it can be read only once")
            .found("it in several"));
    }
    Ok(())
}

fn read_list(list: &Path, names: &mut Vec<String>) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::new(Code::Io, list.display().to_string()).found(error);
    let reader: Box<dyn Read> = match list.to_str() {
        Some(STDIN) => Box::new(std::io::stdin().lock()),
        _ => Box::new(File::open(list).map_err(failed)?),
    };
    let mut size = 0;
    for line in BufReader::new(reader.take(LIST_SIZE + 1)).lines() {
        let line = line.map_err(failed)?;
        size += line.len() as u64 + 1;
        let name = line.trim();
        if !name.is_empty() && !name.starts_with('#') {
            names.push(name.to_owned());
        }
        if names.len() > LIST || size > LIST_SIZE {
            return Err(Error::new(Code::Usage, "--images-from")
                .expected(format!("at most {LIST} images in {LIST_SIZE} bytes"))
                .found("more"));
        }
    }
    if names.is_empty() {
        return Err(Error::new(Code::Usage, "--images-from").expected("at least one image").found("none"));
    }
    Ok(())
}

/// Opens what an image's name means, and says what to take of it.
fn open(name: &str, limits: &Limits) -> Result<(LocalSource, Selector), Error> {
    if name == STDIN {
        return Ok((LocalSource::from_reader(std::io::stdin(), limits)?, Selector::Only));
    }
    let reference: ImageReference = name.parse()?;
    Ok((LocalSource::open(&reference, limits)?, reference.selector))
}

/// What every image of a run is asked with.
pub(crate) fn evidence(given: &Given, limits: &Limits) -> Result<Evidence, Error> {
    let mut evidence = Evidence::default();
    for name in &given.evidence {
        evidence = evidence.with(Arc::new(open(name, limits)?.0));
    }
    for base in &given.base {
        evidence = match base.parse() {
            Ok(digest) => evidence.base_digest(digest),
            Err(_) => {
                let (source, selector) = open(base, limits)?;
                evidence.base_in(source, &selector, limits).map_err(|error| error.about(base))?
            }
        };
    }
    Ok(evidence)
}

/// Another image is evidence too: what the one stands on may lie beside the other.
pub(crate) fn and_image(evidence: Evidence, name: &str, limits: &Limits) -> Result<Evidence, Error> {
    match name {
        STDIN => Ok(evidence),
        name => Ok(evidence.with(Arc::new(open(name, limits)?.0))),
    }
}

/// An image with all evidence on it, and what to take of its source.
pub(crate) fn stack(evidence: &Evidence, image: &str, limits: &Limits) -> Result<(Stack, Selector), Error> {
    let (source, selector) = open(image, limits)?;
    evidence.stack(source, &selector, limits)
}
