//! `WWW-Authenticate` (RFC 9110, 11.6.1): how a registry wants to be asked.

/// The one challenge of an answer that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User and password with every request.
    Basic,
    /// A token of the endpoint `realm` (distribution "token authentication").
    Bearer { realm: String, service: Option<String> },
}

impl Challenge {
    /// The first understood challenge of the header's values, Bearer before Basic.
    pub(crate) fn of<'v>(values: impl Iterator<Item = &'v str>) -> Option<Self> {
        let all: Vec<Self> = values.flat_map(challenges).collect();
        let bearer = all.iter().find(|one| matches!(one, Challenge::Bearer { .. }));
        bearer.or(all.first()).cloned()
    }
}

/// Every understood challenge in one value. Parameters and challenges are both divided by commas: a challenge begins
/// where a word is followed by a space and no `=`.
fn challenges(value: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut scheme = "";
    let mut parameters: Vec<(String, String)> = Vec::new();
    for part in parts(value) {
        let part = part.trim();
        let (first, rest) = part.split_once(' ').unwrap_or((part, ""));
        if first.contains('=') {
            parameters.extend(parameter(part));
        } else {
            found.extend(challenge(scheme, &parameters));
            scheme = first;
            parameters = parameter(rest.trim()).into_iter().collect();
        }
    }
    found.extend(challenge(scheme, &parameters));
    found
}

fn challenge(scheme: &str, parameters: &[(String, String)]) -> Option<Challenge> {
    let value = |name: &str| {
        let found = parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    };
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Challenge::Bearer { realm: value("realm")?, service: value("service") });
    }
    scheme.eq_ignore_ascii_case("basic").then_some(Challenge::Basic)
}

/// The parts between commas that stand in no quotes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |letter: char| {
        let was_escaped = std::mem::replace(&mut escaped, false);
        match letter {
            _ if was_escaped => false,
            '\\' if quoted => {
                escaped = true;
                false
            }
            '"' => {
                quoted = !quoted;
                false
            }
            ',' => !quoted,
            _ => false,
        }
    })
}

fn parameter(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let value = match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    };
    Some((name.trim().to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let of = |value: &str| Challenge::of([value].into_iter());
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#;
        assert_eq!(of(hub), bearer("https://auth.docker.io/token", Some("registry.docker.io")));
        assert_eq!(of(r#"Basic realm="a, b""#), Some(Challenge::Basic));
        assert_eq!(of("bearer realm=https://x/t"), bearer("https://x/t", None));
        assert_eq!(
            of(r#"Basic realm="x", Bearer realm="https://x/t", service="s""#),
            bearer("https://x/t", Some("s"))
        );
        assert_eq!(of(r#"Bearer realm="a\"b""#), bearer("a\"b", None));
        for none in ["", "Negotiate", "Bearer", r#"Bearer service="s""#, "Bearer realm=", "Digest realm=x"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
