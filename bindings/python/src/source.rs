//! A source of the caller's: a Python object that is asked for descriptors, bytes and referrers.

use std::fmt::Display;
use std::io::{Cursor, Read};

use layertrust::{
    Code, Descriptor, Digest, Error, Family, Limits, Origin, Referrer, Referrers, Selector, Source,
};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyInt, PyMapping, PyMemoryView, PySequence, PyString};

use crate::call::Call;
use crate::exit::Inside;
use crate::reader::FileReader;

/// The longest text of an exception that is repeated in an error.
const TEXT: usize = 1000;

/// A Python object with `resolve`, `blob` and `referrers`.
///
/// What it says is believed as little as what any source says. It may be called from several threads, and may ask
/// another question meanwhile: no lock is held while its code runs.
pub(crate) struct PythonSource {
    object: Py<PyAny>,
    name: String,
}

impl PythonSource {
    /// Takes an object that has the three methods, or none of it.
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        for method in ["resolve", "blob", "referrers"] {
            match object.getattr_opt(method)? {
                Some(method) if method.is_callable() => {}
                _ => return Ok(None),
            }
        }
        let name = match object.getattr_opt("name")?.map(|name| name.extract::<String>()) {
            Some(Ok(name)) => name,
            _ => object.get_type().name()?.to_string(),
        };
        Ok(Some(PythonSource { object: object.clone().unbind(), name }))
    }

    /// What reports call the image: the object's attribute `name`, else its class.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Calls a method and reads its answer.
    fn ask<T>(
        &self,
        method: &str,
        argument: Option<String>,
        read: impl for<'py> FnOnce(&str, Bound<'py, PyAny>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let what = format!("{}.{method}({})", self.name, argument.as_deref().unwrap_or("None"));
        attached(&what, |py| match self.object.bind(py).call_method1(method, (argument,)) {
            Ok(answer) => read(&what, answer),
            Err(raised) => Err(failed(py, &what, raised)),
        })
    }
}

impl Source for PythonSource {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>, Error> {
        let wanted = match selector {
            Selector::Only => None,
            Selector::Tag(tag) => Some(tag.clone()),
            Selector::Digest(digest) => Some(digest.to_string()),
        };
        self.ask("resolve", wanted, |what, answer| match answer.is_none() {
            true => Ok(None),
            false => descriptor(what, &answer).map(Some),
        })
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>, Error> {
        self.ask("blob", Some(digest.to_string()), |what, answer| {
            if answer.is_none() {
                return Ok(None);
            }
            if let Some(bytes) = bytes(what, &answer)? {
                return Ok(Some(Box::new(Cursor::new(bytes)) as _));
            }
            match FileReader::new(what, &answer)? {
                Some(file) => Ok(Some(Box::new(file) as _)),
                None => Err(wrong(what, "bytes, a binary file or None", &answer)),
            }
        })
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers, Error> {
        // One more than allowed shows that there are too many.
        let most = usize::try_from(limits.referrers).unwrap_or(usize::MAX).saturating_add(1);
        self.ask("referrers", Some(subject.to_string()), |what, answer| {
            let is_text = answer.is_instance_of::<PyString>();
            let Some(items) = answer.cast::<PySequence>().ok().filter(|_| !is_text) else {
                return Err(wrong(what, "a list of descriptors", &answer));
            };
            let items = items.try_iter().and_then(|items| items.take(most).collect::<PyResult<Vec<_>>>());
            let items = items.map_err(|raised| failed(answer.py(), what, raised))?;
            let found = items.iter().map(|item| {
                // The one origin of this kind: the manifest must name its subject itself.
                descriptor(what, item).map(|descriptor| Referrer { descriptor, origin: Origin::Referrer })
            });
            Ok(Referrers { found: found.collect::<Result<_, _>>()?, incomplete: Vec::new() })
        })
    }

    fn images(&self, _limits: &Limits) -> Result<Vec<Descriptor>, Error> {
        Ok(self.resolve(&Selector::Only)?.into_iter().collect())
    }
}

/// A descriptor as the specification writes it, in a `dict`. Keys that say nothing here are left alone.
fn descriptor(what: &str, answer: &Bound<'_, PyAny>) -> Result<Descriptor, Error> {
    let Ok(fields) = answer.cast::<PyMapping>() else {
        return Err(wrong(what, "a descriptor: a dict with mediaType, digest and size", answer));
    };
    let optional = |name: &str| -> Result<Option<Bound<'_, PyAny>>, Error> {
        let raised = |raised| failed(fields.py(), what, raised);
        match fields.contains(name).map_err(raised)? {
            true => fields.get_item(name).map(Some).map_err(raised),
            false => Ok(None),
        }
    };
    let field = |name: &str| -> Result<Bound<'_, PyAny>, Error> {
        optional(name)?.ok_or_else(|| {
            Error::new(Code::Io, what)
                .expected("a descriptor with mediaType, digest and size")
                .found(format!("none of the name {name}"))
        })
    };
    let media_type = text(&format!("{what}: mediaType"), &field("mediaType")?)?;
    let digest = text(&format!("{what}: digest"), &field("digest")?)?;
    let digest = digest.parse().map_err(|error: Error| Error::new(Code::Io, what).found(error.message()))?;
    let size = field("size")?;
    let number = size.cast::<PyInt>().ok().filter(|size| !size.is_instance_of::<PyBool>());
    let Some(Ok(number)) = number.map(|number| number.extract::<u64>()) else {
        return Err(wrong(&format!("{what}: size"), "a number of bytes", &size));
    };
    let mut descriptor = Descriptor::new(media_type, digest, number);
    let annotations = optional("annotations")?.filter(|annotations| !annotations.is_none());
    let what = format!("{what}: annotations");
    if let Some(annotations) = annotations {
        let Ok(annotations) = annotations.cast::<PyMapping>() else {
            return Err(wrong(&what, "a dict of str", &annotations));
        };
        let items = annotations.items().map_err(|raised| failed(annotations.py(), &what, raised))?;
        for item in items {
            let pair: (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                item.extract().map_err(|raised| failed(item.py(), &what, raised))?;
            descriptor.annotations.insert(text(&what, &pair.0)?, text(&what, &pair.1)?);
        }
    }
    Ok(descriptor)
}

fn text(what: &str, value: &Bound<'_, PyAny>) -> Result<String, Error> {
    let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok().map(str::to_owned));
    text.ok_or_else(|| wrong(what, "a str", value))
}

/// The bytes of an object that is bytes; they are not copied where Python promises not to change them.
pub(crate) fn bytes(what: &str, answer: &Bound<'_, PyAny>) -> Result<Option<PyBackedBytes>, Error> {
    let py = answer.py();
    if let Ok(bytes) = answer.cast::<PyBytes>() {
        return Ok(Some(bytes.clone().into()));
    }
    if let Ok(bytes) = answer.cast::<PyByteArray>() {
        return Ok(Some(bytes.clone().into()));
    }
    if answer.is_instance_of::<PyMemoryView>() {
        let copied = answer.call_method0("tobytes").map_err(|raised| failed(py, what, raised))?;
        let copied = copied.cast::<PyBytes>().map_err(|_| wrong(what, "bytes", &copied))?;
        return Ok(Some(copied.clone().into()));
    }
    Ok(None)
}

/// Goes to the interpreter, if that still runs.
pub(crate) fn attached<T>(what: &str, run: impl FnOnce(Python<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let entered = Python::try_attach(|py| Inside::enter(py).ok().map(|_inside| run(py)));
    entered
        .flatten()
        .unwrap_or_else(|| Err(Error::new(Code::Io, what).found("a Python interpreter that shuts down")))
}

/// An answer of the wrong type.
pub(crate) fn wrong(what: &str, expected: impl Display, found: &Bound<'_, PyAny>) -> Error {
    let kind = found.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    // Of a number the value says more.
    let found = match found.cast::<PyInt>() {
        Ok(number) => number.str().map_or(kind, |number| shortened(&number.to_string_lossy())),
        Err(_) => kind,
    };
    Error::new(Code::Io, what).expected(expected).found(found)
}

/// The error for an exception, which is kept to be its cause. One that is no error (`KeyboardInterrupt`) ends the call.
pub(crate) fn failed(py: Python<'_>, what: &str, raised: PyErr) -> Error {
    let call = Call::current();
    let value = raised.value(py);
    let kind = value.get_type().name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    if !raised.is_instance_of::<PyException>(py) {
        if let Some(call) = call {
            call.end(raised);
        }
        return Error::new(Code::Io, what).found(kind);
    }
    let said = value.str().map(|said| said.to_string_lossy().into_owned()).unwrap_or_default();
    let found = if said.is_empty() { kind } else { format!("{kind}: {}", shortened(&said)) };
    let code = own_code(py, &raised);
    let error = Error::new(code.unwrap_or(Code::Io), what).found(found);
    if let Some(call) = call {
        call.keep(&error, raised);
    }
    error
}

/// The code of an exception of this package that says "could not look".
fn own_code(py: Python<'_>, raised: &PyErr) -> Option<Code> {
    let class = py.import("layertrust._errors").and_then(|errors| errors.getattr("LayerTrustError")).ok()?;
    let value = raised.value(py);
    if !value.is_instance(&class).ok()? {
        return None;
    }
    let code: String = value.getattr("code").ok()?.str().ok()?.extract().ok()?;
    Code::from_name(&code).filter(|code| code.family() == Family::Source)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
