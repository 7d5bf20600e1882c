//! Pushing by the distribution API (distribution-spec, "Push").

use crate::contents::Contents;

/// What the registry answered to something that it does not take.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) String);

/// Pushes everything to `repository` on `host`.
pub(crate) fn push(contents: &Contents, host: &str, repository: &str) -> Result<(), Refused> {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let to = Repository { agent, url: format!("http://{host}/v2/{repository}") };
    for (digest, path) in &contents.blobs {
        to.blob(digest, &std::fs::read(path).unwrap())?;
    }
    for manifest in &contents.manifests {
        to.manifest(&manifest.digest, &manifest.bytes, &manifest.media_type)?;
    }
    for (tag, digest) in &contents.tags {
        if let Some(manifest) = contents.manifests.iter().find(|one| one.digest == *digest) {
            to.manifest(tag, &manifest.bytes, &manifest.media_type)?;
        }
    }
    Ok(())
}

struct Repository {
    agent: ureq::Agent,
    url: String,
}

impl Repository {
    fn blob(&self, digest: &str, bytes: &[u8]) -> Result<(), Refused> {
        let started = self.agent.post(format!("{}/blobs/uploads/", self.url)).send_empty().unwrap();
        let location = started.headers().get("location").unwrap().to_str().unwrap().to_owned();
        // Servers may leave the host out.
        let location = match location.strip_prefix('/') {
            Some(path) => format!("{}/{path}", self.url.split("/v2/").next().unwrap()),
            None => location,
        };
        let separator = if location.contains('?') { '&' } else { '?' };
        let put = self.agent.put(format!("{location}{separator}digest={digest}"));
        taken(put.header("content-type", "application/octet-stream").send(bytes).unwrap(), digest)
    }

    fn manifest(&self, reference: &str, bytes: &[u8], media_type: &str) -> Result<(), Refused> {
        let put = self.agent.put(format!("{}/manifests/{reference}", self.url));
        taken(put.header("content-type", media_type).send(bytes).unwrap(), reference)
    }
}

fn taken(mut answer: ureq::http::Response<ureq::Body>, what: &str) -> Result<(), Refused> {
    if answer.status().is_success() {
        return Ok(());
    }
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    let said: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let said = said["errors"][0]["code"].as_str().map_or(body, str::to_owned);
    Err(Refused(format!("{what}: {} {said}", answer.status())))
}
