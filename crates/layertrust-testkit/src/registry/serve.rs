//! From a request to its answer: access, the fault that is due, and what an honest registry would say.

use std::io::{self, BufReader};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::content::Repository;
use super::fault::{self, Fault};
use super::http::{self, Answer};
use super::record::Asked;
use super::{Referrers, State};
use crate::store::{INDEX, MANIFEST, sha256};

/// Answers a connection until one side ends it.
pub(super) fn connection(stream: &TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(asked) = http::read(&mut reader)? {
        let ticket = state.record.begin(&asked);
        state.stop.wait(state.delay);
        let outcome = match answer(&asked, state) {
            Some(answer) => {
                state.record.status(&ticket, answer.status);
                http::write(&mut writer, &answer, asked.method == "HEAD", &state.stop, || {
                    state.record.end(&ticket)
                })
            }
            None => Ok(false),
        };
        state.record.end(&ticket);
        if !outcome? || asked.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            break;
        }
    }
    Ok(())
}

/// The answer; none to hang up.
fn answer(asked: &Asked, state: &State) -> Option<Answer> {
    let path = asked.path().to_owned();
    let question = Question::of(&path);
    // 1. Who may not read learns nothing, and meets no fault.
    let repository = question.repository();
    if !matches!(question, Question::Token | Question::Other)
        && let Some(refusal) = state.access.refuse(asked, repository)
    {
        return Some(refusal);
    }
    // 2. The fault that is due changes the question, the honest answer, or replaces it.
    let fault = fault::due(&mut state.rules.lock().unwrap(), asked);
    match &fault {
        Some(Fault::HangUp) => return None,
        Some(Fault::Unauthorized) => return Some(state.access.challenge(repository, "")),
        _ => {}
    }
    let honest = honest(asked, &question, state, fault.as_ref());
    Some(match &fault {
        Some(fault) => fault::spoil(fault, honest, asked),
        None => honest,
    })
}

/// What a path asks for (distribution-spec, endpoints).
enum Question<'a> {
    Token,
    Base,
    Manifest { repository: &'a str, reference: &'a str },
    Blob { repository: &'a str, digest: &'a str },
    Referrers { repository: &'a str, digest: &'a str },
    Tags { repository: &'a str },
    Other,
}

impl<'a> Question<'a> {
    fn of(path: &'a str) -> Self {
        match path {
            "/token" => return Self::Token,
            "/v2/" | "/v2" => return Self::Base,
            _ => {}
        }
        let Some(rest) = path.strip_prefix("/v2/") else { return Self::Other };
        if let Some(repository) = rest.strip_suffix("/tags/list") {
            return Self::Tags { repository };
        }
        // A name has slashes of its own; what follows the last but one decides.
        let mut parts = rest.rsplitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(reference), Some("manifests"), Some(repository)) => {
                Self::Manifest { repository, reference }
            }
            (Some(digest), Some("blobs"), Some(repository)) => Self::Blob { repository, digest },
            (Some(digest), Some("referrers"), Some(repository)) => Self::Referrers { repository, digest },
            _ => Self::Other,
        }
    }

    fn repository(&self) -> Option<&'a str> {
        match self {
            Self::Manifest { repository, .. }
            | Self::Blob { repository, .. }
            | Self::Referrers { repository, .. }
            | Self::Tags { repository } => Some(repository),
            Self::Token | Self::Base | Self::Other => None,
        }
    }
}

fn honest(asked: &Asked, question: &Question<'_>, state: &State, fault: Option<&Fault>) -> Answer {
    if matches!(question, Question::Token) {
        return state.access.token(asked);
    }
    if !matches!(asked.method.as_str(), "GET" | "HEAD") {
        return Answer::error(405, "UNSUPPORTED");
    }
    let repositories = state.repositories.lock().unwrap();
    let repository = match question.repository() {
        Some(name) => match repositories.get(name) {
            Some(repository) => repository,
            None => return Answer::error(404, "NAME_UNKNOWN"),
        },
        None if matches!(question, Question::Base) => {
            return Answer::new(200, "{}")
                .header("Content-Type", "application/json")
                .header("Docker-Distribution-API-Version", "registry/2.0");
        }
        None => return Answer::error(404, "NOT_FOUND"),
    };
    match question {
        Question::Manifest { reference, .. } => {
            let wanted = match fault {
                Some(Fault::ManifestOf(digest)) => digest,
                _ => *reference,
            };
            manifest(repository, wanted)
        }
        Question::Blob { digest, .. } => blob(repository, digest, asked, state.ranges, fault),
        Question::Referrers { digest, .. } => {
            let wanted = match fault {
                Some(Fault::ReferrersOf(other)) => other,
                _ => *digest,
            };
            referrers(repository, wanted, asked, state.referrers, fault)
        }
        Question::Tags { repository: name } => {
            let tags: Vec<_> = repository.tags.keys().collect();
            Answer::new(200, json!({ "name": name, "tags": tags }).to_string())
                .header("Content-Type", "application/json")
        }
        Question::Token | Question::Base | Question::Other => Answer::error(404, "NOT_FOUND"),
    }
}

fn manifest(repository: &Repository, tag_or_digest: &str) -> Answer {
    match repository.manifest(tag_or_digest) {
        Some((digest, media_type, bytes)) => {
            Answer::new(200, bytes).header("Content-Type", media_type).header("Docker-Content-Digest", digest)
        }
        None => Answer::error(404, "MANIFEST_UNKNOWN"),
    }
}

fn blob(repository: &Repository, digest: &str, asked: &Asked, ranges: bool, fault: Option<&Fault>) -> Answer {
    let Some(bytes) = repository.blobs.get(digest) else { return Answer::error(404, "BLOB_UNKNOWN") };
    let described = |answer: Answer| {
        answer.header("Content-Type", "application/octet-stream").header("Docker-Content-Digest", digest)
    };
    let range = asked.header("range").filter(|_| ranges).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return described(Answer::new(200, bytes.as_slice())).header("Accept-Ranges", "bytes");
    };
    let end = bytes.len();
    let first: usize = first.parse().unwrap_or(end);
    let until = last.parse().map_or(end, |last: usize| end.min(last.saturating_add(1)));
    if first >= until {
        return Answer::error(416, "RANGE_INVALID").header("Content-Range", format!("bytes */{end}"));
    }
    let from = if matches!(fault, Some(Fault::WrongRange)) { 0 } else { first };
    described(Answer::new(206, &bytes[from..until]))
        .header("Content-Range", format!("bytes {from}-{}/{end}", until - 1))
}

fn referrers(
    repository: &Repository,
    digest: &str,
    asked: &Asked,
    offered: Referrers,
    fault: Option<&Fault>,
) -> Answer {
    let size = match offered {
        Referrers::Absent => {
            return Answer::new(404, "404 page not found\n").header("Content-Type", "text/plain");
        }
        Referrers::OnePage => usize::MAX,
        Referrers::Pages(size) => size,
    };
    let mut all: Vec<Value> = match fault {
        Some(Fault::MadeUpReferrers(count)) => (0..*count).map(made_up).collect(),
        _ => Vec::new(),
    };
    all.extend(repository.referrers.get(digest).into_iter().flatten().cloned());
    let filter = asked.query("artifactType");
    if let Some(wanted) = filter.first() {
        all.retain(|descriptor| descriptor["artifactType"] == wanted.as_str());
    }

    let page: usize = asked.query("page").first().and_then(|page| page.parse().ok()).unwrap_or(0);
    let start = page.saturating_mul(size).min(all.len());
    let end = start.saturating_add(size).min(all.len());
    let address = |page| format!("{}?page={page}", asked.path());
    let next = match fault {
        Some(Fault::PageLoop) => Some(asked.target.clone()),
        Some(Fault::NextPage(address)) => Some(address.clone()),
        Some(Fault::EndlessPages) => Some(address(page + 1)),
        _ => (end < all.len()).then(|| address(page + 1)),
    };
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": &all[start..end] });
    let mut answer = Answer::new(200, index.to_string()).header("Content-Type", INDEX);
    if !filter.is_empty() {
        answer = answer.header("OCI-Filters-Applied", "artifactType");
    }
    match next {
        Some(next) => answer.header("Link", format!(r#"<{next}>; rel="next""#)),
        None => answer,
    }
}

fn made_up(number: usize) -> Value {
    json!({
        "mediaType": MANIFEST,
        "digest": sha256(format!("referrer {number}").as_bytes()),
        "size": 700,
        "artifactType": "application/vnd.dev.sigstore.bundle.v0.3+json",
    })
}
