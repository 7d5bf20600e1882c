//! What is asked of every image of a call, apart from the image.

use jiff::Timestamp;
use layertrust::report::Layers;
use layertrust::{Code, Error, Evidence, Platform, Request, Selector};
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta, PyDeltaAccess as _, PyTzInfo, PyTzInfoAccess as _};

use crate::raise;

/// The arguments of a question.
#[derive(Clone)]
pub(crate) struct Asked {
    now: Now,
    platforms: Vec<Platform>,
    layers: Layers,
    name: Option<String>,
}

impl Asked {
    pub(crate) fn new(
        py: Python<'_>,
        now: Option<&Bound<'_, PyDateTime>>,
        platforms: Option<Vec<String>>,
        layers: &str,
        name: Option<String>,
    ) -> PyResult<Self> {
        let platforms = platforms.unwrap_or_default();
        let platforms = platforms.iter().map(|platform| platform.parse()).collect::<Result<_, _>>();
        let layers = match layers {
            "auto" => Ok(Layers::Auto),
            "all" => Ok(Layers::All),
            "none" => Ok(Layers::None),
            other => Err(Error::new(Code::Usage, "layers")
                .expected("auto, all or none")
                .found(format!("{other:?}"))),
        };
        let raised = |error: Error| raise::error(py, None, &error);
        Ok(Asked {
            now: Now::new(py, now)?,
            platforms: platforms.map_err(raised)?,
            layers: layers.map_err(raised)?,
            name,
        })
    }

    pub(crate) fn request(&self, reference: &str, selector: Selector, evidence: &Evidence) -> Request {
        let request = Request::new(reference, selector, self.now.time)
            .platforms(self.platforms.clone())
            .layers(self.layers);
        let request = if self.now.from_clock { request.now_from_clock() } else { request };
        let request = match &self.name {
            Some(name) => request.name(name),
            None => request,
        };
        evidence.bases().iter().fold(request, |request, base| request.base(*base))
    }
}

/// The time of a question.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    pub(crate) time: Timestamp,
    /// Whether the caller left it out.
    pub(crate) from_clock: bool,
}

impl Now {
    /// The caller's time, or the clock's. A time without a zone could be any of twenty-four.
    pub(crate) fn new(py: Python<'_>, given: Option<&Bound<'_, PyDateTime>>) -> PyResult<Self> {
        let Some(given) = given else {
            return Ok(Now { time: Timestamp::now(), from_clock: true });
        };
        let wrong = |expected: &str, found: String| {
            raise::error(py, None, &Error::new(Code::Usage, "now").expected(expected).found(found))
        };
        if given.get_tzinfo().is_none() || given.call_method0("utcoffset")?.is_none() {
            let hint = "datetime.now(timezone.utc), for instance";
            return Err(wrong(hint, format!("{given}, a time without a zone")));
        }
        let epoch = PyDateTime::from_timestamp(py, 0.0, Some(&PyTzInfo::utc(py)?.to_owned()))?;
        let since = given.sub(epoch)?;
        let since = since.cast::<PyDelta>()?;
        let seconds = i64::from(since.get_days()) * 86_400 + i64::from(since.get_seconds());
        let time = Timestamp::new(seconds, since.get_microseconds() * 1000);
        let time = time.map_err(|error| wrong("a time of the years 1 to 9999", error.to_string()))?;
        Ok(Now { time, from_clock: false })
    }
}
