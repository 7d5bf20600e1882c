//! The images of a run, and the evidence that they share.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use layertrust::{Code, Digest, Error, ImageReference, Layout, Limits, Selector, Source as _, Stack};

use crate::args::Ask;

/// The most images of one list. A fleet has some ten thousand.
const LIST: usize = 1_000_000;
/// The longest list in bytes.
const LIST_SIZE: u64 = 256 << 20;

/// Every image that was asked about, those of `--images-from` last.
pub(crate) fn names(ask: &Ask) -> Result<Vec<String>, Error> {
    let mut names = ask.images.clone();
    let Some(list) = &ask.images_from else { return Ok(names) };
    let failed = |error: std::io::Error| Error::new(Code::Io, list.display().to_string()).found(error);
    let reader: Box<dyn Read> = match list.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
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
    Ok(names)
}

/// What every image of a run is asked with: opened once, shared by all.
pub(crate) struct Evidence {
    layouts: Vec<Arc<Layout>>,
    /// The bases that the caller named.
    pub(crate) bases: Vec<Digest>,
}

impl Evidence {
    pub(crate) fn open(ask: &Ask, limits: &Limits) -> Result<Self, Error> {
        let mut evidence = Evidence { layouts: Vec::new(), bases: Vec::new() };
        for name in &ask.evidence {
            evidence.layouts.push(Arc::new(Layout::open(&name.parse()?, limits)?));
        }
        for base in &ask.base {
            if let Ok(digest) = base.parse() {
                evidence.bases.push(digest);
                continue;
            }
            let reference: ImageReference = base.parse()?;
            let layout = Layout::open(&reference, limits)?;
            let found = layout.resolve(&reference.selector)?.ok_or_else(|| {
                Error::new(Code::NotFound, base.as_str()).expected("an image of that name").found("none")
            })?;
            evidence.bases.push(found.digest);
            evidence.layouts.push(Arc::new(layout));
        }
        Ok(evidence)
    }

    /// An image with all evidence on it, and what to take of its source.
    pub(crate) fn stack(&self, image: &str, limits: &Limits) -> Result<(Stack, Selector), Error> {
        let image: ImageReference = image.parse()?;
        let stack = Stack::new(Box::new(Layout::open(&image, limits)?));
        let stack = self.layouts.iter().fold(stack, |stack, layout| stack.evidence(Box::new(layout.clone())));
        Ok((stack, image.selector))
    }
}
