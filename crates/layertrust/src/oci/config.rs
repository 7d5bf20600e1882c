//! Image configs (image-spec "config.md").

use std::collections::BTreeMap;

use serde_json::Value;

use crate::code::Code;
use crate::digest::DiffId;
use crate::error::{Error, Result};
use crate::json::{self, Node};
use crate::limits::Limits;
use crate::oci::platform::Platform;

/// What a container is started with, and the diff IDs of its layers.
#[derive(Debug)]
pub(crate) struct ImageConfig {
    pub(crate) platform: Platform,
    pub(crate) diff_ids: Vec<DiffId>,
    /// `created_by` of each history entry that has a layer: free text, a hint.
    pub(crate) history: Vec<Option<String>>,
    /// Every field that decides how a container runs, by its name in the specification.
    pub(crate) settings: BTreeMap<String, Value>,
}

const FIELDS: [&str; 14] = [
    "created",
    "author",
    "architecture",
    "os",
    "os.version",
    "os.features",
    "variant",
    "config",
    "rootfs",
    "history",
    // Written by Docker, read by it alone.
    "container",
    "container_config",
    "docker_version",
    "id",
];

/// The fields of `config` that some runtime reads, those of Docker included.
const RUN_FIELDS: [&str; 26] = [
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "StopTimeout",
    "ArgsEscaped",
    "Memory",
    "MemorySwap",
    "CpuShares",
    "Healthcheck",
    "OnBuild",
    "Shell",
    "Hostname",
    "Domainname",
    "Image",
    "AttachStdin",
    "AttachStdout",
    "AttachStderr",
    "OpenStdin",
    "StdinOnce",
    "Tty",
];

impl ImageConfig {
    pub(crate) fn parse(bytes: &[u8], what: &str, limits: &Limits) -> Result<Self> {
        let node = json::parse(bytes, limits.json_depth, what)?;
        let fields = node.structure(what, &FIELDS)?;
        let platform = Platform::parse(&platform_node(&node), what)?;
        if platform.os.is_empty() || platform.architecture.is_empty() {
            return Err(Error::new(Code::Malformed, what)
                .expected("an operating system and an architecture")
                .found(format!("{platform:?}", platform = platform.to_string())));
        }
        let rootfs =
            fields.require("rootfs")?.structure(&format!("{what}: rootfs"), &["type", "diff_ids"])?;
        if rootfs.require_string("type")? != "layers" {
            return Err(Error::new(Code::Malformed, what)
                .expected("rootfs of type layers")
                .found("another type"));
        }
        let diff_ids = rootfs
            .strings("diff_ids")?
            .iter()
            .map(|text| text.parse().map(DiffId).map_err(|error: Error| error.about(what)))
            .collect::<Result<Vec<_>>>()?;
        Limits::check("layers", limits.layers, diff_ids.len() as u64, format!("{what}: diff_ids"))?;
        let mut settings = BTreeMap::new();
        if let Some(run) = fields.get("config") {
            let what = format!("{what}: config");
            check_run_fields(run, &what)?;
            for (name, value) in run.structure(&what, &RUN_FIELDS)?.members() {
                settings.extend(setting(name, value));
            }
        }
        for name in ["os.version", "os.features", "variant"] {
            settings.extend(fields.get(name).map(|value| (name.to_owned(), value.to_value())));
        }
        Ok(ImageConfig { platform, diff_ids, history: history(fields.array("history")?), settings })
    }

    /// A label: a hint.
    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.settings.get(&format!("Labels.{name}"))?.as_str()
    }
}

/// The config seen as a platform; it has the same field names.
fn platform_node<'a>(config: &Node<'a>) -> Node<'a> {
    let names = ["architecture", "os", "os.version", "variant"];
    let text = |name: &str| config.get(name).and_then(Node::as_str).unwrap_or_default().to_owned();
    Node::Object(names.iter().map(|name| ((*name).into(), Node::String(text(name).into()))).collect())
}

/// Values that runtimes read must have the type that the specification gives them.
fn check_run_fields(run: &Node<'_>, what: &str) -> Result<()> {
    let fields = run.structure(what, &RUN_FIELDS)?;
    for name in ["User", "WorkingDir", "StopSignal"] {
        fields.string(name)?;
    }
    for name in ["Env", "Entrypoint", "Cmd", "OnBuild", "Shell"] {
        fields.strings(name)?;
    }
    fields.string_map("Labels")?;
    if let Some(check) = fields.get("Healthcheck") {
        check.structure(
            &format!("{what}: Healthcheck"),
            &["Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"],
        )?;
    }
    Ok(())
}

/// A field as the report names it: variables and labels one by one, the rest whole. Empty values are
/// no setting.
fn setting(name: &str, value: &Node<'_>) -> Vec<(String, Value)> {
    match (name, value) {
        ("Env", Node::Array(variables)) => environment(variables),
        ("Labels", Node::Object(labels)) => {
            labels.iter().map(|(key, value)| (format!("Labels.{key}"), value.to_value())).collect()
        }
        (_, Node::Null) => Vec::new(),
        (_, Node::String(text)) if text.is_empty() => Vec::new(),
        (_, Node::Array(items)) if items.is_empty() => Vec::new(),
        (_, Node::Object(members)) if members.is_empty() => Vec::new(),
        (_, Node::Bool(false)) => Vec::new(),
        _ => vec![(name.to_owned(), value.to_value())],
    }
}

/// A variable that is set twice has every value: which one a process sees depends on the runtime and on who asks.
fn environment(variables: &[Node<'_>]) -> Vec<(String, Value)> {
    let mut settings: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for variable in variables.iter().filter_map(Node::as_str) {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        let values = settings.entry(name).or_default();
        if values.iter().all(|known| known != value) {
            values.push(value.into());
        }
    }
    let value = |values: Vec<Value>| match values.as_slice() {
        [only] => only.clone(),
        _ => Value::Array(values),
    };
    settings.into_iter().map(|(name, values)| (format!("Env.{name}"), value(values))).collect()
}

fn history(entries: &[Node<'_>]) -> Vec<Option<String>> {
    entries
        .iter()
        .filter(|entry| !matches!(entry.get("empty_layer"), Some(Node::Bool(true))))
        .map(|entry| entry.get("created_by").and_then(Node::as_str).map(str::to_owned))
        .collect()
}
