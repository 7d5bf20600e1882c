//! Where reports go: `-o FORMAT[=FILE]`, as often as wanted.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use layertrust::report::Report;
use layertrust::{Code, Error};
use layertrust_report::{TextOptions, json, markdown, text};

use crate::Streams;
use crate::args::{ColorWhen, Global};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    JsonLines,
    Markdown,
}

impl Format {
    const ALL: [(Format, &'static str); 4] = [
        (Format::Text, "text"),
        (Format::Json, "json"),
        (Format::JsonLines, "jsonl"),
        (Format::Markdown, "markdown"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| *name)
    }
}

/// One place with one format.
struct Place {
    format: Format,
    /// None for stdout.
    file: Option<(PathBuf, BufWriter<File>)>,
}

/// All places of a run. Files are created before the first image is read, so that nothing is lost at the end.
pub(crate) struct Places {
    all: Vec<Place>,
    /// Why a place fell out. Nothing more is written to it; the others go on.
    failures: Vec<Error>,
}

impl Places {
    pub(crate) fn open(specs: &[String], allowed: &[Format]) -> Result<Self, Error> {
        let default = ["text".to_owned()];
        let specs = if specs.is_empty() { &default } else { specs };
        let all = specs.iter().map(|spec| Place::open(spec, allowed)).collect::<Result<Vec<_>, _>>()?;
        if all.iter().filter(|place| place.file.is_none()).count() > 1 {
            return Err(Error::new(Code::Usage, "--output")
                .expected("one format on stdout")
                .found("several"));
        }
        Ok(Places { all, failures: Vec::new() })
    }

    /// Writes to every place; `write` is told its format and whether it is stdout.
    pub(crate) fn write(
        &mut self,
        streams: &mut Streams<'_>,
        write: impl Fn(Format, bool, &mut dyn Write) -> io::Result<()>,
    ) {
        let failures = &mut self.failures;
        self.all.retain_mut(|place| match place.write(streams, &write) {
            Ok(()) => true,
            Err(error) => {
                failures.push(error);
                false
            }
        });
    }

    /// Makes sure that everything arrived, and says what did not.
    pub(crate) fn finish(mut self, streams: &mut Streams<'_>) -> Vec<Error> {
        self.write(streams, |_, _, out| out.flush());
        self.failures
    }

    fn has(&self, format: Format) -> bool {
        self.all.iter().any(|place| place.format == format)
    }
}

impl Place {
    fn open(spec: &str, allowed: &[Format]) -> Result<Self, Error> {
        let (name, file) = match spec.split_once('=') {
            Some((name, file)) => (name, Some(Path::new(file))),
            None => (spec, None),
        };
        let format = allowed.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
            let names: Vec<&str> = allowed.iter().map(|format| format.name()).collect();
            Error::new(Code::Usage, "--output")
                .expected(format!("{}, with =FILE if it is not for stdout", names.join(", ")))
                .found(format!("{name:?}"))
        })?;
        let file = file
            .map(|path| match File::create(path) {
                Ok(file) => Ok((path.to_owned(), BufWriter::new(file))),
                Err(error) => Err(cannot_write(path, &error)),
            })
            .transpose()?;
        Ok(Place { format, file })
    }

    fn write(
        &mut self,
        streams: &mut Streams<'_>,
        write: &impl Fn(Format, bool, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        match &mut self.file {
            Some((path, file)) => write(self.format, false, file).map_err(|error| cannot_write(path, &error)),
            None => write_stdout(streams, |out| write(self.format, true, out)),
        }
    }
}

/// The reports of a run.
pub(crate) struct Outputs {
    places: Places,
    options: TextOptions,
    /// Reports that wait for a document of several.
    kept: Vec<Report>,
}

impl Outputs {
    pub(crate) fn new(specs: &[String], global: &Global, is_terminal: bool) -> Result<Self, Error> {
        let allowed = Format::ALL.map(|(format, _)| format);
        let places = Places::open(specs, &allowed)?;
        Ok(Outputs { places, options: text_options(global, is_terminal), kept: Vec::new() })
    }

    /// Writes what can be written at once.
    pub(crate) fn add(&mut self, report: Report, several: bool, streams: &mut Streams<'_>) {
        let options = self.options;
        self.places.write(streams, |format, is_stdout, mut out| match format {
            Format::Text => out.write_all(text::render(&report, &plain(options, is_stdout)).as_bytes()),
            Format::Markdown => out.write_all(markdown::render(&report).as_bytes()),
            Format::JsonLines => json::write_line(&mut out, &report),
            Format::Json if several => Ok(()),
            Format::Json => json::write_pretty(&mut out, &report),
        });
        if several && self.places.has(Format::Json) {
            self.kept.push(report);
        }
    }

    /// Writes what had to wait, makes sure that everything arrived, and says what did not.
    pub(crate) fn finish(mut self, several: bool, streams: &mut Streams<'_>) -> Vec<Error> {
        let kept = std::mem::take(&mut self.kept);
        self.places.write(streams, |format, _, mut out| match format {
            Format::Json if several => json::write_all_pretty(&mut out, &kept),
            _ => Ok(()),
        });
        self.places.finish(streams)
    }
}

/// How text is written on this terminal.
pub(crate) fn text_options(global: &Global, is_terminal: bool) -> TextOptions {
    TextOptions { color: colored(global.color, is_terminal), verbose: global.verbose, quiet: global.quiet }
}

/// Files have no colors.
pub(crate) fn plain(options: TextOptions, is_stdout: bool) -> TextOptions {
    TextOptions { color: options.color && is_stdout, ..options }
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
