//! The images of a question, and the sources it is asked of.

use std::fs::File;
use std::io::{BufRead, BufReader};

use layertrust::{Code, Digest, Error, ImageReference, Layout, Limits, Selector, Source as _, Stack};

use crate::args::Ask;

/// The most images of one list. A fleet has some ten thousand.
const LIST: usize = 1_000_000;

/// Every image that was asked about, those of `--images-from` last.
pub(crate) fn names(ask: &Ask) -> Result<Vec<String>, Error> {
    let mut names = ask.images.clone();
    let Some(list) = &ask.images_from else { return Ok(names) };
    let failed = |error: std::io::Error| Error::new(Code::Io, list.display().to_string()).found(error);
    let reader: Box<dyn BufRead> = match list.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ => Box::new(BufReader::new(File::open(list).map_err(failed)?)),
    };
    for line in reader.lines() {
        let line = line.map_err(failed)?;
        let name = line.trim();
        if !name.is_empty() && !name.starts_with('#') {
            names.push(name.to_owned());
        }
        if names.len() > LIST {
            return Err(Error::new(Code::Usage, "--images-from")
                .expected(format!("at most {LIST} images"))
                .found("more"));
        }
    }
    if names.is_empty() {
        return Err(Error::new(Code::Usage, "--images-from").expected("at least one image").found("none"));
    }
    Ok(names)
}

/// An image with the sources of its evidence on it, and the bases that the caller named.
pub(crate) struct Opened {
    pub(crate) selector: Selector,
    pub(crate) source: Stack,
    pub(crate) bases: Vec<Digest>,
}

/// Opens everything that a question about one image needs.
pub(crate) fn open(name: &str, ask: &Ask, limits: &Limits) -> Result<Opened, Error> {
    let image: ImageReference = name.parse()?;
    let mut source = Stack::new(Box::new(Layout::open(&image, limits)?));
    for evidence in &ask.evidence {
        let reference: ImageReference = evidence.parse()?;
        source = source.evidence(Box::new(Layout::open(&reference, limits)?));
    }
    let mut bases = Vec::new();
    for base in &ask.base {
        if let Ok(digest) = base.parse() {
            bases.push(digest);
            continue;
        }
        let reference: ImageReference = base.parse()?;
        let layout = Layout::open(&reference, limits)?;
        let found = layout.resolve(&reference.selector)?.ok_or_else(|| {
            Error::new(Code::NotFound, base.as_str()).expected("an image of that name").found("none")
        })?;
        bases.push(found.digest);
        source = source.evidence(Box::new(layout));
    }
    Ok(Opened { selector: image.selector, source, bases })
}
