//! What the JSON Schema of a policy file says of each key: docs/POLICY-KEYS.md is made of it, and a test holds
//! every key to it.

use serde_json::Value;

/// A section with its keys, in the order of the file.
pub(crate) struct Section {
    /// The name of its type, `BaseSection`.
    pub(crate) kind: String,
    /// As a policy spells it, `[base]`.
    pub(crate) title: String,
    pub(crate) keys: Vec<Key>,
}

/// One key.
pub(crate) struct Key {
    pub(crate) name: String,
    /// What its value is.
    pub(crate) value: String,
    pub(crate) meaning: String,
    pub(crate) default: String,
    /// TOML that may stand in the section.
    pub(crate) examples: Vec<String>,
    pub(crate) code: String,
}

/// Every section that the schema leads to, the file itself first.
pub(crate) fn sections(schema: &Value) -> Vec<Section> {
    let mut waiting = vec![(String::from("File"), schema.clone())];
    let mut sections: Vec<Section> = Vec::new();
    while !waiting.is_empty() {
        let (kind, definition) = waiting.remove(0);
        if sections.iter().any(|known| known.kind == kind) {
            continue;
        }
        let title = match kind.as_str() {
            "File" => "the file itself".to_owned(),
            _ => text(&definition, "description"),
        };
        let mut keys = Vec::new();
        for (name, property) in definition.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            match section_of(schema, property) {
                Some((kind, definition)) => waiting.push((kind, definition)),
                None => keys.push(key(schema, name, property)),
            }
        }
        sections.push(Section { kind, title, keys });
    }
    sections
}

/// The section that a property is, or is a list or a table of.
fn section_of(schema: &Value, property: &Value) -> Option<(String, Value)> {
    let choices = property.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let inner = [property.get("items"), property.get("additionalProperties")];
    let mut places = vec![property];
    places.extend(inner.into_iter().flatten());
    places.extend(choices.clone());
    places.extend(choices.filter_map(|choice| choice.get("items")));
    let kind = places.into_iter().find_map(|place| {
        let name = place.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        name.ends_with("Section").then(|| name.to_owned())
    })?;
    let definition = schema.get("$defs")?.get(&kind)?.clone();
    Some((kind, definition))
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

fn key(schema: &Value, name: &str, property: &Value) -> Key {
    let description = text(property, "description");
    let field = |label: &str| {
        let line = description.lines().find_map(|line| line.trim().strip_prefix(&format!("- {label}:")));
        line.unwrap_or_default().trim().to_owned()
    };
    let meaning: Vec<&str> =
        description.lines().map(str::trim).take_while(|line| !line.starts_with("- ")).collect();
    let example = field("example");
    let examples = example.split('`').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
    Key {
        name: name.to_owned(),
        value: value(schema, property),
        meaning: meaning.join(" ").trim().to_owned(),
        default: field("default"),
        examples: examples.collect(),
        code: field("code"),
    }
}

/// What may stand there, in words.
fn value(schema: &Value, property: &Value) -> String {
    if let Some(name) = property.get("$ref").and_then(Value::as_str) {
        let definition = name.strip_prefix("#/$defs/").and_then(|name| schema.get("$defs")?.get(name));
        return definition.map(|definition| value(schema, definition)).unwrap_or_default();
    }
    if let Some(words) = property.get("enum").and_then(Value::as_array) {
        return list(words.iter().filter_map(Value::as_str));
    }
    if let Some(choices) = property.get("oneOf").or_else(|| property.get("anyOf")).and_then(Value::as_array) {
        let words: Vec<&str> = choices.iter().filter_map(|choice| choice.get("const")?.as_str()).collect();
        if !words.is_empty() {
            return list(words.into_iter());
        }
        let kinds: Vec<String> = choices.iter().map(|choice| value(schema, choice)).collect();
        return kinds.into_iter().filter(|kind| !kind.is_empty()).collect::<Vec<_>>().join(" or ");
    }
    let kinds = match property.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match kinds.into_iter().find(|kind| *kind != "null") {
        Some("string") => "text".to_owned(),
        Some("integer") => "number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => {
            let items = property.get("items").map(|items| value(schema, items)).unwrap_or_default();
            match items.as_str() {
                "text" => "list of texts".to_owned(),
                // The meaning has them.
                _ => "list of words".to_owned(),
            }
        }
        Some("object") => "table".to_owned(),
        _ => String::new(),
    }
}

fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The reference as Markdown.
pub(crate) fn markdown(schema: &Value) -> String {
    let mut out = String::from(
        "# Keys of a policy file\n\nGenerated from the sections in the code by `make generate`; what rules mean \
         together stands in [POLICY.md](POLICY.md). A code that is not `none` is what a verdict has if the key is \
         not kept.\n",
    );
    for section in sections(schema) {
        out.push_str(&format!("\n## {}\n\n", section.title));
        out.push_str("| key | value | default | meaning | example | code |\n|---|---|---|---|---|---|\n");
        for key in section.keys {
            // A pipe would end the cell.
            let cell = |text: &str| text.replace('|', "\\|");
            let examples: Vec<String> = key.examples.iter().map(|one| format!("`{}`", cell(one))).collect();
            out.push_str(&format!(
                "| `{}` | {} | {} | {} | {} | {} |\n",
                key.name,
                cell(&key.value),
                cell(&key.default),
                cell(&key.meaning),
                examples.join("<br>"),
                cell(&key.code)
            ));
        }
    }
    out
}
