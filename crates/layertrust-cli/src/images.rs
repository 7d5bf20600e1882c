//! The images of a run, and the evidence that they share.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use layertrust::{
    Code, Error, Evidence, ImageReference, Limits, LocalSource, Selector, Source, Stack, Transport,
};

use crate::args::{Ask, Given};
use crate::registry::Registries;

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

/// What a name means, opened.
enum Opened {
    Local(LocalSource),
    /// A registry's, or anything else that is no file of this machine.
    Other(Arc<dyn Source>),
}

impl Opened {
    fn into_source(self) -> Arc<dyn Source> {
        match self {
            Opened::Local(source) => Arc::new(source),
            Opened::Other(source) => source,
        }
    }
}

/// Opens what an image's name means, and says what to take of it.
fn open(name: &str, registries: &Registries, limits: &Limits) -> Result<(Opened, Selector), Error> {
    if name == STDIN {
        let source = LocalSource::from_reader(std::io::stdin(), limits)?;
        return Ok((Opened::Local(source), Selector::Only));
    }
    let reference: ImageReference = name.parse()?;
    let opened = match &reference.transport {
        Transport::Registry(repository) => {
            Opened::Other(Arc::new(registries.open(repository, reference.selector.clone(), limits)?))
        }
        _ => Opened::Local(LocalSource::open(&reference, limits)?),
    };
    Ok((opened, reference.selector))
}

/// How reports name an image: as what it was read, where several readings are possible.
pub(crate) fn shown(name: &str) -> String {
    name.parse::<ImageReference>().map_or_else(|_| name.to_owned(), |reference| reference.to_string())
}

/// The name under which an image is deployed unless the caller says another: its repository's.
pub(crate) fn repository(name: &str) -> Option<String> {
    match name.parse::<ImageReference>().ok()?.transport {
        Transport::Registry(repository) => Some(repository.to_string()),
        _ => None,
    }
}

/// What every image of a run is asked with.
pub(crate) fn evidence(given: &Given, registries: &Registries, limits: &Limits) -> Result<Evidence, Error> {
    let mut evidence = Evidence::default();
    for name in &given.evidence {
        evidence = evidence.with(open(name, registries, limits)?.0.into_source());
    }
    for base in &given.base {
        evidence = match base.parse() {
            Ok(digest) => evidence.base_digest(digest),
            Err(_) => {
                let (opened, selector) = open(base, registries, limits)?;
                let evidence = match opened {
                    Opened::Local(source) => evidence.base_in(source, &selector, limits),
                    Opened::Other(source) => evidence.base_of(source, &selector),
                };
                evidence.map_err(|error| error.about(base))?
            }
        };
    }
    Ok(evidence)
}

/// Another image is evidence too: what the one stands on may lie beside the other.
pub(crate) fn and_image(
    evidence: Evidence,
    name: &str,
    registries: &Registries,
    limits: &Limits,
) -> Result<Evidence, Error> {
    match name {
        STDIN => Ok(evidence),
        name => Ok(evidence.with(open(name, registries, limits)?.0.into_source())),
    }
}

/// An image with all evidence on it, and what to take of its source.
pub(crate) fn stack(
    evidence: &Evidence,
    image: &str,
    registries: &Registries,
    limits: &Limits,
) -> Result<(Stack, Selector), Error> {
    match open(image, registries, limits)? {
        (Opened::Local(source), selector) => evidence.stack(source, &selector, limits),
        (Opened::Other(source), selector) => Ok((evidence.stack_on(Box::new(source)), selector)),
    }
}
