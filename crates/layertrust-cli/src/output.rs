//! Where reports go: `-o FORMAT[=FILE]`, as often as wanted.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use layertrust::report::Report;
use layertrust::{Code, Error};
use layertrust_report::{TextOptions, json, text};

use crate::Streams;
use crate::args::{ColorWhen, Global};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    JsonLines,
}

/// One place with one format.
struct Output {
    format: Format,
    /// None for stdout.
    file: Option<(PathBuf, BufWriter<File>)>,
}

/// All places of a run. Files are created before the first image is read, so that nothing is lost at the end.
pub(crate) struct Outputs {
    all: Vec<Output>,
    options: TextOptions,
    /// Reports that wait for a document of several.
    kept: Vec<Report>,
    /// Why a place fell out. Nothing more is written to it; the others go on.
    failures: Vec<Error>,
}

impl Outputs {
    pub(crate) fn new(specs: &[String], global: &Global, is_terminal: bool) -> Result<Self, Error> {
        let default = ["text".to_owned()];
        let specs = if specs.is_empty() { &default } else { specs };
        let all = specs.iter().map(|spec| Output::open(spec)).collect::<Result<Vec<_>, _>>()?;
        if all.iter().filter(|output| output.file.is_none()).count() > 1 {
            return Err(Error::new(Code::Usage, "--output")
                .expected("one format on stdout")
                .found("several"));
        }
        let options = TextOptions {
            color: colored(global.color, is_terminal),
            verbose: global.verbose,
            quiet: global.quiet,
        };
        Ok(Outputs { all, options, kept: Vec::new(), failures: Vec::new() })
    }

    /// Writes what can be written at once.
    pub(crate) fn add(&mut self, report: Report, several: bool, streams: &mut Streams<'_>) {
        let options = self.options;
        self.each(streams, |output, streams| {
            let plain = TextOptions { color: options.color && output.file.is_none(), ..options };
            output.write(streams, |format, mut out| match format {
                Format::Text => out.write_all(text::render(&report, &plain).as_bytes()),
                Format::JsonLines => json::write_line(&mut out, &report),
                Format::Json if several => Ok(()),
                Format::Json => json::write_pretty(&mut out, &report),
            })
        });
        if several && self.all.iter().any(|output| output.format == Format::Json) {
            self.kept.push(report);
        }
    }

    /// Writes what had to wait, makes sure that everything arrived, and says what did not.
    pub(crate) fn finish(mut self, several: bool, streams: &mut Streams<'_>) -> Vec<Error> {
        let kept = std::mem::take(&mut self.kept);
        self.each(streams, |output, streams| {
            output.write(streams, |format, mut out| {
                if several && format == Format::Json {
                    json::write_all_pretty(&mut out, &kept)?;
                }
                out.flush()
            })
        });
        self.failures
    }

    fn each(
        &mut self,
        streams: &mut Streams<'_>,
        mut write: impl FnMut(&mut Output, &mut Streams<'_>) -> Result<(), Error>,
    ) {
        let failures = &mut self.failures;
        self.all.retain_mut(|output| match write(output, streams) {
            Ok(()) => true,
            Err(error) => {
                failures.push(error);
                false
            }
        });
    }
}

impl Output {
    fn open(spec: &str) -> Result<Self, Error> {
        let (format, file) = match spec.split_once('=') {
            Some((format, file)) => (format, Some(Path::new(file))),
            None => (spec, None),
        };
        let format = match format {
            "text" => Format::Text,
            "json" => Format::Json,
            "jsonl" => Format::JsonLines,
            other => {
                return Err(Error::new(Code::Usage, "--output")
                    .expected("text, json or jsonl, with =FILE if it is not for stdout")
                    .found(format!("{other:?}")));
            }
        };
        let file = file
            .map(|path| match File::create(path) {
                Ok(file) => Ok((path.to_owned(), BufWriter::new(file))),
                Err(error) => Err(cannot_write(path, &error)),
            })
            .transpose()?;
        Ok(Output { format, file })
    }

    fn write(
        &mut self,
        streams: &mut Streams<'_>,
        write: impl FnOnce(Format, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        match &mut self.file {
            Some((path, file)) => write(self.format, file).map_err(|error| cannot_write(path, &error)),
            None => write_stdout(streams, |out| write(self.format, out)),
        }
    }
}

/// Writes to stdout. A reader that went away wants no more; that is no error.
pub(crate) fn write_stdout(
    streams: &mut Streams<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    match write(streams.out) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| cannot_write(Path::new("stdout"), &error)),
    }
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(Code::Io, path.display().to_string()).expected("to write the output").found(error)
}

fn colored(when: ColorWhen, is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        ColorWhen::Auto => set("CLICOLOR_FORCE") || is_terminal,
    }
}
