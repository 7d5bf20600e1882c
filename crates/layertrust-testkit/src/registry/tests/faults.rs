use super::*;

#[test]
fn patterns() {
    for (pattern, text, expected) in [
        ("/v2/*/blobs/*", "/v2/org/app/blobs/sha256:00", true),
        ("/v2/*/blobs/*", "/v2/org/app/manifests/1.0", false),
        ("*", "", true),
        ("a*c", "abc", true),
        ("a*c", "abcd", false),
        ("a*", "b", false),
        ("abc", "abcd", false),
    ] {
        assert_eq!(fault::matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn rules_count_what_fits_them() {
    let (registry, world) = serving(Rule::on(TAG, Fault::Status(503)).method("GET").after(1).times(2));
    let statuses = (0..5).map(|_| get(&registry, TAG).status);
    assert_eq!(statuses.collect::<Vec<_>>(), [200, 503, 503, 200, 200]);
    registry.inject(Rule::on(TAG, Fault::Status(500)));
    assert_eq!(get(&registry, TAG).status, 500);
    assert_eq!(get(&registry, &blob_path(&world.layer.digest)).status, 200);
    registry.heal();
    assert_eq!(get(&registry, TAG).status, 200);
}

#[test]
fn bodies() {
    let (registry, world) = serving(Rule::on(BLOBS, Fault::WrongBytes).times(1));
    let path = blob_path(&world.layer.digest);
    let (size, length) = (world.layer.size, Some(world.layer.size.to_string()));
    let got = get(&registry, &path);
    assert_eq!(got.body.len(), size);
    assert_ne!(sha256(&got.body), world.layer.digest);

    registry.inject(Rule::on(BLOBS, Fault::Truncated).times(1));
    let got = get(&registry, &path);
    assert_eq!((got.header("content-length").map(str::to_owned), got.body.len()), (length.clone(), size / 2));

    registry.inject(Rule::on(BLOBS, Fault::Dropped(7)).times(1));
    let got = get(&registry, &path);
    assert_eq!((got.header("content-length").map(str::to_owned), got.body.len()), (length, 7));
    // Once only: the rest can be read.
    let rest = get_with(&registry, &path, "Range: bytes=7-\r\n");
    assert_eq!(sha256(&[got.body, rest.body].concat()), world.layer.digest);

    registry.inject(Rule::on(BLOBS, Fault::WrongRange).times(1));
    let got = get_with(&registry, &path, "Range: bytes=7-\r\n");
    assert_eq!((got.status, got.body.len()), (206, size));

    registry.inject(Rule::on(BLOBS, Fault::Announces(1 << 40)).times(1));
    let got = get(&registry, &path);
    assert_eq!((got.header("content-length"), got.body.len()), (Some("1099511627776"), size));

    registry.inject(Rule::on(BLOBS, Fault::Body(b"other".to_vec())).times(1));
    assert_eq!(get(&registry, &path).body, b"other");

    registry.inject(Rule::on(BLOBS, Fault::EndlessBody).times(1));
    let got = ask_for(&registry, &format!("GET {path} HTTP/1.1\r\n"), 10 << 20);
    assert_eq!(got.head.len() + got.body.len(), 10 << 20);
    assert_eq!((got.header("transfer-encoding"), got.header("content-length")), (Some("chunked"), None));
}

#[test]
fn statuses_and_redirects() {
    let (registry, world) = serving(Rule::on("/nothing", Fault::Silence));
    let other = Registry::new().repository("org/app", &world.layout).start();
    registry.inject(Rule::on(TAG, Fault::RedirectTo(other.url())));
    let got = get(&registry, TAG);
    assert_eq!((got.status, got.header("location")), (307, Some(format!("{}{TAG}", other.url()).as_str())));
    assert!(other.asked().is_empty());
    registry.inject(Rule::on(TAG, Fault::RedirectLoop));
    assert_eq!(get(&registry, TAG).header("location"), Some(TAG));

    registry.inject(Rule::on(TAG, Fault::TooManyRequests(Some("3".to_owned()))));
    let got = get(&registry, TAG);
    assert_eq!((got.status, got.header("retry-after")), (429, Some("3")));
    registry.inject(Rule::on(TAG, Fault::TooManyRequests(None)));
    let got = get(&registry, TAG);
    assert_eq!((got.status, got.header("retry-after")), (429, None));

    registry.inject(Rule::on(TAG, Fault::Challenge("Bearer realm=\"http://198.51.100.1/\"".to_owned())));
    let got = get(&registry, TAG);
    assert_eq!(
        (got.status, got.header("www-authenticate")),
        (401, Some("Bearer realm=\"http://198.51.100.1/\""))
    );
}

#[test]
fn the_loop_of_401_honours_no_credentials() {
    let world = world();
    let registry = Registry::new()
        .repository("org/app", &world.layout)
        .auth(Auth::basic("robot", "secret"))
        .fault(Rule::on(TAG, Fault::Unauthorized))
        .start();
    let got = get_with(&registry, TAG, "Authorization: Basic cm9ib3Q6c2VjcmV0\r\n");
    assert_eq!((got.status, got.header("www-authenticate")), (401, Some(r#"Basic realm="layertrust-test""#)));
}

#[test]
fn headers() {
    let (registry, world) = serving(Rule::on(TAG, Fault::ContentType("text/html".to_owned())));
    assert_eq!(get(&registry, TAG).header("content-type"), Some("text/html"));
    registry.inject(Rule::on(TAG, Fault::WrongDigestHeader));
    let wrong = get(&registry, TAG);
    assert_ne!(wrong.header("docker-content-digest"), Some(world.image.digest.as_str()));
    assert_eq!(sha256(&wrong.body), world.image.digest);
    registry.inject(Rule::on(TAG, Fault::NoDigestHeader));
    assert_eq!(get(&registry, TAG).header("docker-content-digest"), None);
    registry.inject(Rule::on(TAG, Fault::HugeHeaders(1 << 20)));
    assert!(get(&registry, TAG).head.len() > 1 << 20);
}

#[test]
fn referrers_that_lie() {
    let (registry, world) = serving(Rule::on("/nothing", Fault::Silence));
    let path = format!("/v2/org/app/referrers/{}", world.image.digest);
    let foreign = format!("/v2/org/app/referrers/{}", world.referrers[0].digest);
    let once = |fault| registry.inject(Rule::on("/v2/*/referrers/*", fault).times(1));

    once(Fault::MadeUpReferrers(1_500));
    assert_eq!(listed(&get(&registry, &path)).len(), 1_503);
    once(Fault::ReferrersOf(world.image.digest.clone()));
    assert_eq!(listed(&get(&registry, &foreign)).len(), 3);
    assert_eq!(listed(&get(&registry, &foreign)).len(), 0);
    once(Fault::EndlessPages);
    let next = format!("<{path}?page=42>; rel=\"next\"");
    assert_eq!(get(&registry, &format!("{path}?page=41")).header("link"), Some(next.as_str()));
    once(Fault::PageLoop);
    assert_eq!(get(&registry, &path).header("link"), Some(format!("<{path}>; rel=\"next\"").as_str()));
    once(Fault::NextPage("http://198.51.100.1/".to_owned()));
    assert_eq!(get(&registry, &path).header("link"), Some("<http://198.51.100.1/>; rel=\"next\""));
}

#[test]
fn a_tag_that_moves() {
    let other = world().referrers[0].digest.clone();
    let (registry, world) = serving(Rule::on(TAG, Fault::ManifestOf(other.clone())).after(1));
    assert_eq!(sha256(&get(&registry, TAG).body), world.image.digest);
    let moved = get(&registry, TAG);
    assert_eq!(
        (sha256(&moved.body), moved.header("docker-content-digest")),
        (other.clone(), Some(other.as_str()))
    );
}

#[test]
fn a_drip_comes_whole_in_the_end() {
    let (registry, world) = serving(Rule::on(BLOBS, Fault::Drip(Duration::from_millis(1))));
    let got = get(&registry, &blob_path(&world.layer.digest));
    assert_eq!(sha256(&got.body), world.layer.digest);
}

#[test]
fn hanging_up_leaves_no_answer() {
    let (registry, _) = serving(Rule::on(TAG, Fault::HangUp));
    assert_eq!(get(&registry, TAG).head, "");
}

#[test]
fn dropping_the_registry_ends_what_waits() {
    for (fault, answered) in [
        (Fault::Stall, true),
        (Fault::Silence, false),
        (Fault::EndlessBody, true),
        (Fault::Drip(Duration::from_secs(3600)), true),
    ] {
        let (registry, _) = serving(Rule::on(TAG, fault.clone()));
        let mut stream = TcpStream::connect(registry.host()).unwrap();
        write!(stream, "GET {TAG} HTTP/1.1\r\n\r\n").unwrap();
        if answered {
            let mut start = [0; 12];
            stream.read_exact(&mut start).unwrap();
            assert_eq!(&start, b"HTTP/1.1 200", "{fault:?}");
        } else {
            while registry.asked().is_empty() {
                std::thread::yield_now();
            }
        }
        drop(registry);
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        assert!(answered || ended.is_err() || rest.is_empty(), "{fault:?}");
    }
}
