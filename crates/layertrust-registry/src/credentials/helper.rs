//! Programs that keep credentials: `docker-credential-NAME get` (docker-credential-helpers, "protocol").

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use layertrust::{Code, Error};
use serde::Deserialize;

use crate::credentials::Credential;
use crate::limits::{HELPER, HELPER_SIZE};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// Asks the program for the credentials of a registry. What it says is shown to nobody: it may be a password.
pub(super) fn ask(name: &str, server: &str) -> Result<Option<Credential>, Error> {
    let program = format!("docker-credential-{name}");
    let failed = |found: &str| {
        Error::new(Code::Unauthorized, format!("credential helper {program}"))
            .expected(format!("credentials for {server}"))
            .found(found)
            .hint("Run the helper by hand, log in again, or take the helper out of the credentials file.")
    };
    // The name is the end of a program's name and no path to another one.
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(failed("a name that is none of a program"));
    }
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&format!("that it cannot be started: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read needs not be told.
        let _ = stdin.write_all(server.as_bytes());
    }
    let stdout = child.stdout.take();
    // Read beside, so that a program that says nothing can be stopped.
    let reading = std::thread::spawn(move || {
        let mut said = Vec::new();
        let read = stdout.map(|stdout| stdout.take(HELPER_SIZE + 1).read_to_end(&mut said));
        read.is_some_and(|read| read.is_ok()).then_some(said)
    });
    let status = wait(&mut child, HELPER);
    let said = match status {
        Some(_) => reading.join().ok().flatten().unwrap_or_default(),
        None => return Err(failed("no answer in time")),
    };
    if said.len() as u64 > HELPER_SIZE {
        return Err(failed("an answer that is too long"));
    }
    if !status.is_some_and(|status| status.success()) {
        // The protocol's words for "I have none".
        let text = String::from_utf8_lossy(&said);
        return match text.trim() {
            "credentials not found in native keychain" => Ok(None),
            _ => Err(failed("that it failed")),
        };
    }
    let answer: Answer = serde_json::from_slice(&said).map_err(|_| failed("no answer in JSON"))?;
    Ok(match (answer.username.as_str(), answer.secret.as_str()) {
        (_, "") => None,
        ("<token>", _) => Some(Credential::IdentityToken(answer.secret)),
        _ => Some(Credential::Password { username: answer.username, password: answer.secret }),
    })
}

/// Waits for a program to end, and ends it if it does not.
fn wait(child: &mut Child, longest: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if begun.elapsed() > longest {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
