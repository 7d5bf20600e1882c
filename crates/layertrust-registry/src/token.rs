//! What a registry is told with each request (distribution, "token authentication").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use layertrust::{Code, Error, Repository};
use serde::Deserialize;
use ureq::http::header;

use crate::challenge::Challenge;
use crate::credentials::Credential;
use crate::http::{Answer, Ask, Http};
use crate::limits::TOKEN_SIZE;
use crate::url::Url;

#[derive(Deserialize, Default)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

/// The `Authorization` that a registry wants which answered 401, for reading one repository and nothing else.
pub(crate) fn authorization(
    http: &Http,
    refused: &Answer,
    repository: &Repository,
    credential: Option<&Credential>,
) -> Result<String, Error> {
    let values = refused.headers.get_all(header::WWW_AUTHENTICATE).iter();
    let challenge = Challenge::of(values.filter_map(|value| value.to_str().ok()));
    let wanted = |found: &str| unauthorized(repository, found);
    match (challenge, credential) {
        (_, Some(Credential::RegistryToken(token))) => Ok(format!("Bearer {token}")),
        (Some(Challenge::Basic), Some(Credential::Password { username, password })) => {
            Ok(basic(username, password))
        }
        (Some(Challenge::Basic), _) => Err(wanted("none that it takes: it wants user and password")),
        (Some(Challenge::Bearer { realm, service }), credential) => {
            // Over TLS, or on this machine; where a registry keeps its tokens is its own choice.
            let realm =
                refused.url.join(&realm).map_err(|_| wanted("a token endpoint that is no safe address"))?;
            let token = token(http, &realm, service.as_deref(), repository, credential)?;
            Ok(format!("Bearer {token}"))
        }
        (None, _) => Err(wanted("401, and no way to ask that is known here")),
    }
}

fn token(
    http: &Http,
    realm: &Url,
    service: Option<&str>,
    repository: &Repository,
    credential: Option<&Credential>,
) -> Result<String, Error> {
    let scope = format!("repository:{}:pull", repository.path());
    let service = service.map(|service| format!("service={}&", encoded(service))).unwrap_or_default();
    let query = format!("{service}scope={}", encoded(&scope));
    let ask = |url: Url, authorization: Option<&str>, form: Option<&str>| {
        http.send(&Ask { url, accept: "application/json", authorization, from: 0, form, is_document: true })
    };
    let answer = match credential {
        Some(Credential::IdentityToken(token)) => {
            let form = format!(
                "grant_type=refresh_token&client_id=layertrust&refresh_token={}&{query}",
                encoded(token)
            );
            ask(realm.clone(), None, Some(&form))?
        }
        _ => {
            let basic = match credential {
                Some(Credential::Password { username, password }) => Some(basic(username, password)),
                _ => None,
            };
            let separator = if realm.as_str().contains('?') { '&' } else { '?' };
            let url = Url::parse(&format!("{}{separator}{query}", realm.as_str()))
                .map_err(|_| unauthorized(repository, "a token endpoint that is no address"))?;
            ask(url, basic.as_deref(), None)?
        }
    };
    if !answer.status.is_success() {
        return Err(unauthorized(repository, &format!("{} by {}", answer.status, realm.shown())));
    }
    let bytes = answer.read(TOKEN_SIZE)?;
    let token: Token = serde_json::from_slice(&bytes).unwrap_or_default();
    let token = token.token.or(token.access_token).filter(|token| {
        // It goes into a header.
        !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
    });
    token.ok_or_else(|| unauthorized(repository, &format!("no token by {}", realm.shown())))
}

pub(crate) fn unauthorized(repository: &Repository, found: &str) -> Error {
    Error::new(Code::Unauthorized, repository.to_string())
        .expected("credentials that may read it")
        .found(found)
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// A value of a query (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_queries_are_encoded() {
        assert_eq!(encoded("repository:a/b:pull"), "repository%3Aa%2Fb%3Apull");
        assert_eq!(encoded("a&b=c d+ü"), "a%26b%3Dc%20d%2B%C3%BC");
    }
}
