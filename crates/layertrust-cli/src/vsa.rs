//! `--vsa FILE`: the verdict of this very run as an unsigned verification summary.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use layertrust::report::Report;
use layertrust::{Code, Error};

use crate::args::Summary;
use crate::output::cannot_write;

/// Where the summary goes. The file is emptied before the image is read, so that none of an earlier run is left
/// where there is no verdict.
pub(crate) struct SummaryFile {
    path: PathBuf,
    file: File,
    verifier: String,
}

impl SummaryFile {
    pub(crate) fn open(asked: &Summary, images: usize, name: Option<&str>) -> Result<Option<Self>, Error> {
        let (Some(path), Some(verifier)) = (&asked.vsa, &asked.vsa_verifier_id) else { return Ok(None) };
        if images != 1 {
            return Err(Error::new(Code::Usage, "--vsa")
                .expected("one image, which the summary is about")
                .found(images)
                .hint("Run once for each image."));
        }
        if name.is_none() {
            return Err(Error::new(Code::Usage, "--vsa")
                .expected("the name under which the image will be deployed, which it is verified as")
                .found("none")
                .hint("Give it with --as: a path says nothing about where others get the image from."));
        }
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Some(SummaryFile { path: path.clone(), file, verifier: verifier.clone() }))
    }

    /// Writes the summary, if there is a verdict to write.
    pub(crate) fn write(mut self, report: &Report) -> Result<Written, Error> {
        let Some(statement) = report.to_vsa(&self.verifier)? else { return Ok(Written::Nothing(self.path)) };
        let written = self.file.write_all(format!("{statement:#}\n").as_bytes());
        written.map_err(|error| cannot_write(&self.path, &error))?;
        Ok(Written::Statement)
    }
}

/// What became of the file.
pub(crate) enum Written {
    Statement,
    /// Without a yes or no it stays empty.
    Nothing(PathBuf),
}
