//! The images of a run, and the evidence that they share.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use layertrust::{Code, Digest, Error, ImageReference, Limits, LocalSource, Selector, Source, Stack};

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

/// What every image of a run is asked with: opened once, shared by all.
pub(crate) struct Evidence {
    sources: Vec<Arc<LocalSource>>,
    /// The bases that the caller named.
    pub(crate) bases: Vec<Digest>,
}

impl Evidence {
    pub(crate) fn open(given: &Given, limits: &Limits) -> Result<Self, Error> {
        let mut evidence = Evidence { sources: Vec::new(), bases: Vec::new() };
        for name in &given.evidence {
            evidence.sources.push(Arc::new(open(name, limits)?.0));
        }
        for base in &given.base {
            if let Ok(digest) = base.parse() {
                evidence.bases.push(digest);
                continue;
            }
            let (source, selector) = open(base, limits)?;
            let selector = source.select(&selector, evidence.sources(), limits)?;
            let found = match (&source, &selector) {
                // Bound to a manifest that other evidence holds.
                (LocalSource::DockerArchive(_), Selector::Digest(digest)) => Some(*digest),
                _ => source.resolve(&selector)?.map(|found| found.digest),
            };
            let absent =
                || Error::new(Code::NotFound, base.as_str()).expected("an image of that name").found("none");
            evidence.bases.push(found.ok_or_else(absent)?);
            evidence.sources.push(Arc::new(source));
        }
        Ok(evidence)
    }

    /// Another image is evidence too: what the one stands on may lie beside the other.
    pub(crate) fn and_image(mut self, name: &str, limits: &Limits) -> Result<Self, Error> {
        if name != STDIN {
            self.sources.push(Arc::new(open(name, limits)?.0));
        }
        Ok(self)
    }

    /// An image with all evidence on it, and what to take of its source.
    pub(crate) fn stack(&self, image: &str, limits: &Limits) -> Result<(Stack, Selector), Error> {
        let (source, selector) = open(image, limits)?;
        let selector = source.select(&selector, self.sources(), limits)?;
        let stack = Stack::new(Box::new(source));
        let stack = self.sources.iter().fold(stack, |stack, source| stack.evidence(Box::new(source.clone())));
        Ok((stack, selector))
    }

    fn sources(&self) -> impl Iterator<Item = &dyn Source> {
        self.sources.iter().map(|source| source as &dyn Source)
    }
}
