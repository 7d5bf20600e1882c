use super::*;

/// Base64 that no key has: the tests must not hold a real one.
const LINE: &str = "MIIEpAIBAAKCAQEA7bq5x0Vn1yF3mS9kQ2wTzRjLhGdPcUoXeYaNiBvKfMsDtHrJ";

fn look(content: &str) -> Option<SecretShape> {
    let mut finder = ShapeFinder::default();
    finder.feed(content.as_bytes());
    finder.finish()
}

/// Joined here, so that no scanner takes this file for a leak.
fn join(parts: &[&str]) -> String {
    parts.concat()
}

fn pem(label: &str, body: &str) -> String {
    join(&["-----BEGIN ", label, "-----\n", body, "\n-----END ", label, "-----\n"])
}

#[test]
fn every_kind_of_private_key_is_one() {
    for label in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "ENCRYPTED SIGSTORE PRIVATE KEY",
    ] {
        let key = pem(label, LINE);
        for content in [key.clone(), key.replace('\n', "\r\n"), format!("a comment\n\n{key}")] {
            assert_eq!(look(&content), Some(SecretShape::PrivateKey), "{content}");
        }
        let indented: String = key.lines().map(|line| format!("    {line}\n")).collect();
        assert_eq!(look(&format!("key: |\n{indented}")), Some(SecretShape::PrivateKey), "{indented}");
    }
    let headers =
        format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F\n\n{}\nqwertyuiopasdf==", &LINE[1..]);
    assert_eq!(look(&pem("RSA PRIVATE KEY", &headers)), Some(SecretShape::PrivateKey));
    let pgp = pem("PGP PRIVATE KEY BLOCK", &format!("Version: GnuPG v2\n\n{LINE}"));
    assert_eq!(look(&pgp), Some(SecretShape::PrivateKey));
    let putty = join(&["PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "Private-Lines: 2\n", LINE]);
    assert_eq!(look(&putty), Some(SecretShape::PrivateKey));
    let age = join(&[
        "# created: today\nAGE-SECRET-",
        "KEY-1",
        &"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"[..29].repeat(2),
    ]);
    assert_eq!(look(&age), Some(SecretShape::PrivateKey));
}

#[test]
fn a_key_inside_a_program_is_one_too_but_a_token_is_not() {
    assert_eq!(look(&format!("\x7fELF\0\0\n{}", pem("PRIVATE KEY", LINE))), Some(SecretShape::PrivateKey));
    assert_eq!(look(&join(&["\x7fELF\0\0 ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"])), None);
}

#[test]
fn mentions_of_keys_are_none() {
    for content in [
        "-----BEGIN PRIVATE KEY-----".to_owned(),
        "-----BEGIN PRIVATE KEY-----\n".to_owned(),
        pem("PUBLIC KEY", LINE),
        pem("CERTIFICATE", LINE),
        pem("PGP PUBLIC KEY BLOCK", LINE),
        pem("PRIVATE KEY", "..."),
        pem("PRIVATE KEY", "MIIEpAIBAAKCAQEA..."),
        pem("PRIVATE KEY", "<the base64 of your key goes here>"),
        pem("PRIVATE KEY", &"x".repeat(64)),
        pem("PRIVATE KEY", "EXAMPLEbase64EXAMPLEbase64EXAMPLEbase64"),
        format!("if text.startswith('-----BEGIN RSA PRIVATE KEY-----\n{LINE}"),
        format!("# {}", pem("PRIVATE KEY", LINE)),
        format!("It begins with\n-----BEGIN PRIVATE KEY----- and then\n{LINE}\n"),
        "BEGIN = b\"-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjEAAAAABG5v\"".to_owned(),
        "PuTTY-User-Key-File-2: is the first line of such a file".to_owned(),
        join(&["AGE-SECRET-", "KEY-1", "GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PV"]),
        join(&["AGE-SECRET-", "KEY-1", &"Q".repeat(58)]),
    ] {
        assert_eq!(look(&content), None, "{content}");
    }
}

#[test]
fn keys_in_json_are_one_string() {
    let key =
        format!("\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{LINE}\\n-----END PRIVATE KEY-----\\n\"");
    assert_eq!(look(&format!("{{\n {key}}}")), Some(SecretShape::PrivateKey));
    let google = format!("{{\"type\": \"service_account\",\n {key}}}");
    assert_eq!(look(&google), Some(SecretShape::GoogleKey));
    assert_eq!(look(&format!("// {key}")), None, "source code");
    assert_eq!(look("{\"type\": \"service_account\", \"private_key\": \"...\"}"), None);
}

#[test]
fn tokens_are_known_by_prefix_and_length() {
    use SecretShape::*;
    let random = "16C7e42F292c6912E7710c838347Ae178B4a";
    for (start, rest, shape) in [
        ("ghp", format!("_{random}"), GithubToken),
        ("gho", format!("_{random}"), GithubToken),
        ("ghs", format!("_{random}"), GithubToken),
        ("ghu", format!("_{random}"), GithubToken),
        ("github", format!("_pat_{}_{random}{}", &random[..22], &random[..23]), GithubToken),
        ("glpat", "-a1_B2c3D4e5F6g7H8i9J".to_owned(), GitlabToken),
        ("xoxb", "-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx".to_owned(), SlackToken),
        ("sk_live", format!("_{}", &random[..24]), StripeKey),
        ("rk_live", format!("_{}", &random[..24]), StripeKey),
    ] {
        let token = format!("{start}{rest}");
        for content in [
            token.clone(),
            format!("TOKEN={token}\n"),
            format!("https://user:{token}@host/"),
            format!("{{\"t\":\"{token}\"}}"),
        ] {
            assert_eq!(look(&content), Some(shape), "{content}");
        }
        let short = &token[..token.len() - 1];
        // The parts of Slack's tokens have had several lengths.
        let short = if shape == SlackToken { "xoxb-123456789012-AbC" } else { short };
        for content in [short.to_owned(), format!("a{token}"), format!("{start}{}", "_".repeat(90))] {
            assert_eq!(look(&content), None, "{content}");
        }
    }
    assert_eq!(look(&format!("ghp_{}", "x".repeat(36))), None);
    assert_eq!(look("xoxb-not-a-real-token-but-long-enough-for-one"), None);
}

#[test]
fn an_access_key_of_aws_needs_its_secret() {
    let id = join(&["AKIA", "Q3EGUWLJ5K7VZTNA"]);
    let secret = "kWcrlUX5JEDGMLtmVCv0Rgs6aKj7PqdBnHTo1yZ/";
    assert_eq!(secret.len(), 40);
    for content in [
        format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
        format!("{id}:{secret}"),
        format!(
            "{{\"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"see below\"}}",
            id.replace("AKIA", "ASIA")
        ),
    ] {
        assert_eq!(look(&content), Some(SecretShape::AwsKey), "{content}");
    }
    for content in [
        id.clone(),
        format!("{id} 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"),
        format!("{id}{}{secret}", " ".repeat(1000)),
        format!("{id}7:{secret}"),
        format!("{id}b:{secret}"),
        format!("Z{id}:{secret}"),
        format!("AKIAIOSFODNN7EXAMPLE:{secret}"),
        format!("AKIAAAAAAAAAAAAAAAAA:{secret}"),
    ] {
        assert_eq!(look(&content), None, "{content}");
    }
}

#[test]
fn logins_of_registries_hold_a_value() {
    let npm = "//registry.npmjs.org/:_authToken=";
    let uuid = "9f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    assert_eq!(look(&format!("save=true\n{npm}{uuid}\n")), Some(SecretShape::NpmToken));
    assert_eq!(look(&format!("_authToken = \"{uuid}\"")), Some(SecretShape::NpmToken));
    for content in [
        format!("{npm}${{NPM_TOKEN}}"),
        format!("{npm}MYTOKEN"),
        format!("{npm}00000000-0000-0000-0000-000000000000"),
        format!("npm config set '{npm}{uuid}'"),
        format!("const _authToken=process.env.SOMETHING_LONG;{uuid}"),
    ] {
        assert_eq!(look(&content), None, "{content}");
    }

    let docker =
        |auth: &str| format!("{{\"auths\":{{\"https://index.docker.io/v1/\":{{\"auth\": \"{auth}\"}}}}}}");
    assert_eq!(look(&docker("dXNlcjpwYXNz")), Some(SecretShape::RegistryLogin));
    assert_eq!(look(&docker("dXNlcjpwYXNzdw==")), Some(SecretShape::RegistryLogin));
    for auth in ["", "bearer", "dXNlcnBhc3M=", "OnBhc3N3b3Jk", "${AUTH}"] {
        assert_eq!(look(&docker(auth)), None, "{auth}");
    }
    assert_eq!(look(&format!("doc: {}", docker("dXNlcjpwYXNz"))), None, "not JSON");
}

#[test]
fn pieces_may_be_cut_anywhere() {
    let content = format!("# a comment\n{}", pem("RSA PRIVATE KEY", LINE));
    for at in 0..content.len() {
        let (first, second) = content.as_bytes().split_at(at);
        let mut finder = ShapeFinder::default();
        finder.feed(b"of an earlier file\n");
        finder.clear();
        finder.feed(first);
        finder.feed(second);
        assert_eq!(finder.finish(), Some(SecretShape::PrivateKey), "{at}");
    }
    let mut finder = ShapeFinder::default();
    content.bytes().for_each(|byte| finder.feed(&[byte]));
    assert_eq!(finder.finish(), Some(SecretShape::PrivateKey));
}

#[test]
fn only_the_head_is_looked_at() {
    let key = pem("PRIVATE KEY", LINE);
    assert_eq!(
        look(&format!("{}\n{key}", "a".repeat(ShapeFinder::HEAD - 1000))),
        Some(SecretShape::PrivateKey)
    );
    assert_eq!(look(&format!("{}\n{key}", "a".repeat(ShapeFinder::HEAD))), None);
    assert_eq!(look(""), None);
}

/// Content made of marks, cut anywhere, passes quickly and without a panic.
#[test]
fn hostile_content_is_harmless() {
    for part in [
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n\n\n",
        "AKIA",
        "ghp_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxb-1-",
        "\n//_authToken=",
        "\"auth\":\"",
        "sk_live_",
        "_live_",
        "k_live_",
        "AGE-SECRET-KEY-1",
        "AKIAQ3EGUWLJ5K7VZTNA ",
        "{\"auth\" : ",
        " ",
        "\n",
        "-",
        "a",
    ] {
        for length in [1, 2, 10, 1000, 70_000] {
            let content = part.repeat(length / part.len() + 1);
            assert_eq!(look(&content[..length]), None, "{part}");
            assert_eq!(look(&format!("{{{}", &content[..length])), None, "{part}");
        }
    }
}

#[test]
fn names_are_words() {
    for shape in [SecretShape::PrivateKey, SecretShape::RegistryLogin, SecretShape::GoogleKey] {
        assert!(shape.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
}
