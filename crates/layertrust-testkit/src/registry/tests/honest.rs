use super::*;

fn plain() -> (Registry, World) {
    let world = world();
    (Registry::new().repository("org/app", &world.layout).start(), world)
}

#[test]
fn manifests_by_tag_and_digest_blobs_and_tags() {
    let (registry, world) = plain();
    assert_eq!(get(&registry, "/v2/").status, 200);
    let by_tag = get(&registry, TAG);
    assert_eq!(by_tag.status, 200);
    assert_eq!(by_tag.header("content-type"), Some(MANIFEST));
    assert_eq!(by_tag.header("docker-content-digest"), Some(world.image.digest.as_str()));
    assert_eq!(sha256(&by_tag.body), world.image.digest);
    let by_digest = get(&registry, &format!("/v2/org/app/manifests/{}", world.image.digest));
    assert_eq!(by_digest.body, by_tag.body);
    let blob = get(&registry, &blob_path(&world.layer.digest));
    assert_eq!(sha256(&blob.body), world.layer.digest);
    assert_eq!(get(&registry, "/v2/org/app/tags/list").body, br#"{"name":"org/app","tags":["1.0"]}"#);
}

#[test]
fn what_is_not_there_is_404() {
    let (registry, world) = plain();
    let digest = sha256(b"nothing");
    for path in [
        "/v2/org/app/manifests/2.0",
        &format!("/v2/org/app/manifests/{digest}"),
        &blob_path(&digest),
        TAG.replace("org/app", "org/other").as_str(),
        // A layer is no manifest.
        &format!("/v2/org/app/manifests/{}", world.layer.digest),
        "/elsewhere",
    ] {
        assert_eq!(get(&registry, path).status, 404, "{path}");
    }
}

#[test]
fn head_has_the_headers_alone() {
    let (registry, world) = plain();
    let got = ask_for(&registry, &format!("HEAD {TAG} HTTP/1.1\r\n"), u64::MAX);
    assert_eq!(got.status, 200);
    assert_eq!(got.header("content-length"), Some(world.image.size.to_string().as_str()));
    assert!(got.body.is_empty());
}

#[test]
fn a_connection_serves_several_requests() {
    let (registry, _) = plain();
    let mut stream = TcpStream::connect(registry.host()).unwrap();
    for _ in 0..3 {
        write!(stream, "HEAD {TAG} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut start = [0; 15];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        while !start.ends_with(b"\r\n\r\n") {
            start.rotate_left(1);
            stream.read_exact(&mut start[14..]).unwrap();
        }
    }
    assert_eq!((registry.connections(), registry.count(TAG)), (1, 3));
}

#[test]
fn ranges() {
    let (registry, world) = plain();
    let path = blob_path(&world.layer.digest);
    let whole = get(&registry, &path).body;
    let rest = get_with(&registry, &path, "Range: bytes=10-\r\n");
    assert_eq!((rest.status, rest.body.as_slice()), (206, &whole[10..]));
    let range = format!("bytes 10-{}/{}", whole.len() - 1, whole.len());
    assert_eq!(rest.header("content-range"), Some(range.as_str()));
    let middle = get_with(&registry, &path, "Range: bytes=3-5\r\n");
    assert_eq!(middle.body, &whole[3..=5]);
    assert_eq!(get_with(&registry, &path, "Range: bytes=999999-\r\n").status, 416);

    let without = Registry::new().repository("org/app", &world.layout).without_ranges().start();
    let got = get_with(&without, &path, "Range: bytes=10-\r\n");
    assert_eq!((got.status, got.body), (200, whole));
}

#[test]
fn referrers_in_one_page_in_pages_filtered_or_absent() {
    let world = world();
    let path = format!("/v2/org/app/referrers/{}", world.image.digest);
    let mut expected: Vec<_> = world.referrers.iter().map(|referrer| referrer.digest.clone()).collect();
    expected.sort();
    let server = || Registry::new().repository("org/app", &world.layout);

    let registry = server().start();
    let got = get(&registry, &path);
    assert_eq!((got.header("content-type"), listed(&got)), (Some(INDEX), expected.clone()));
    let filtered = get(&registry, &format!("{path}?artifactType=application%2Fx-b"));
    assert_eq!(listed(&filtered), [world.referrers[1].digest.clone()]);
    assert_eq!(filtered.header("oci-filters-applied"), Some("artifactType"));
    let none = get(&registry, &format!("/v2/org/app/referrers/{}", sha256(b"nothing")));
    assert_eq!((none.status, listed(&none).len()), (200, 0));

    let registry = server().referrers_a_page(2).start();
    let first = get(&registry, &path);
    let link = first.header("link").unwrap();
    let next = link.strip_prefix('<').unwrap().strip_suffix(r#">; rel="next""#).unwrap();
    let second = get(&registry, next);
    assert_eq!(second.header("link"), None);
    assert_eq!([listed(&first), listed(&second)].concat(), expected);

    assert_eq!(get(&server().without_referrers_api().start(), &path).status, 404);
}

#[test]
fn tags_of_layouts_that_tools_wrote() {
    let world = world();
    let hex = hex_of(&world.image.digest);
    let mut saved = Layout { entries: Vec::new(), ..world.layout.clone() };
    saved.entry(&world.image.clone().annotated("kind", "dev.cosignproject.cosign/image"));
    saved.entry(&world.referrers[0].clone().annotated("kind", "dev.cosignproject.cosign/sigs"));
    saved.entry(&world.referrers[1].clone().annotated("kind", "dev.cosignproject.cosign/atts"));
    let mut named = Layout { entries: Vec::new(), ..world.layout.clone() };
    named.tag(&world.image, "registry.example.com:5000/org/app:3.1");
    let mut single = Layout { entries: Vec::new(), ..world.layout.clone() };
    single.entry(&world.image);
    let registry = Registry::new()
        .repository("saved", &saved)
        .repository("named", &named)
        .repository("single", &single)
        .tag("single", "extra", &world.referrers[2].digest)
        .start();
    for (path, digest) in [
        ("saved/manifests/latest".to_owned(), &world.image.digest),
        (format!("saved/manifests/sha256-{hex}.sig"), &world.referrers[0].digest),
        (format!("saved/manifests/sha256-{hex}.att"), &world.referrers[1].digest),
        ("named/manifests/3.1".to_owned(), &world.image.digest),
        ("single/manifests/latest".to_owned(), &world.image.digest),
        ("single/manifests/extra".to_owned(), &world.referrers[2].digest),
    ] {
        assert_eq!(sha256(&get(&registry, &format!("/v2/{path}")).body), *digest, "{path}");
    }
    registry.retag("single", "latest", &world.referrers[0].digest);
    assert_eq!(sha256(&get(&registry, "/v2/single/manifests/latest").body), world.referrers[0].digest);
}

#[test]
fn basic_credentials() {
    let world = world();
    let registry =
        Registry::new().repository("org/app", &world.layout).auth(Auth::basic("robot", "secret")).start();
    let got = get(&registry, TAG);
    assert_eq!((got.status, got.header("www-authenticate")), (401, Some(r#"Basic realm="layertrust-test""#)));
    // robot:wrong, robot:secret
    assert_eq!(get_with(&registry, TAG, "Authorization: Basic cm9ib3Q6d3Jvbmc=\r\n").status, 401);
    assert_eq!(get_with(&registry, TAG, "Authorization: Basic cm9ib3Q6c2VjcmV0\r\n").status, 200);
}

fn token(got: &Got, field: &str) -> String {
    let answer: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    format!("Authorization: Bearer {}\r\n", answer[field].as_str().unwrap())
}

const TOKEN: &str = "/token?service=layertrust-test&scope=repository%3Aorg%2Fapp%3Apull";

#[test]
fn tokens_hold_for_their_scope() {
    let world = world();
    let registry = Registry::new()
        .repository("org/app", &world.layout)
        .repository("org/other", &world.layout)
        .auth(Auth::bearer().login("robot", "secret").uses(2))
        .start();
    let challenge = format!(
        r#"Bearer realm="{}/token",service="layertrust-test",scope="repository:org/app:pull""#,
        registry.url()
    );
    assert_eq!(get(&registry, TAG).header("www-authenticate"), Some(challenge.as_str()));
    assert_eq!(get(&registry, TOKEN).status, 401);
    let got = get_with(&registry, TOKEN, "Authorization: Basic cm9ib3Q6c2VjcmV0\r\n");
    let token = token(&got, "token");
    assert_eq!(get_with(&registry, TAG, &token).status, 200);
    let other = get_with(&registry, &TAG.replace("app", "other"), &token);
    assert!(other.header("www-authenticate").unwrap().ends_with(r#"error="insufficient_scope""#));
    assert_eq!(get_with(&registry, TAG, &token).status, 200);
    let expired = get_with(&registry, TAG, &token);
    assert!(expired.header("www-authenticate").unwrap().ends_with(r#"error="invalid_token""#));
    assert_eq!(get_with(&registry, TAG, "Authorization: Bearer made-up\r\n").status, 401);
}

#[test]
fn tokens_for_anybody_and_for_refresh_tokens() {
    let world = world();
    let registry = Registry::new()
        .repository("org/app", &world.layout)
        .auth(Auth::bearer().token_field("access_token"))
        .start();
    let header = token(&get(&registry, TOKEN), "access_token");
    assert_eq!(get_with(&registry, TAG, &header).status, 200);
    assert_eq!(get_with(&registry, TOKEN, "Authorization: Basic cm9ib3Q6c2VjcmV0\r\n").status, 401);

    let registry = Registry::new()
        .repository("org/app", &world.layout)
        .auth(Auth::bearer().identity_token("renew").realm("http://127.0.0.1:1/token"))
        .start();
    let challenge = get(&registry, TAG).header("www-authenticate").unwrap().to_owned();
    assert!(challenge.starts_with(r#"Bearer realm="http://127.0.0.1:1/token""#), "{challenge}");
    let post = |refresh: &str| {
        let body = format!(
            "grant_type=refresh_token&service=layertrust-test&scope=repository:org/app:pull&refresh_token={refresh}"
        );
        let mut stream = TcpStream::connect(registry.host()).unwrap();
        write!(
            stream,
            "POST /token HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    assert!(post("wrong").starts_with("HTTP/1.1 401 "));
    assert!(post("renew").contains(r#""token":"token-1""#));
    assert_eq!(get_with(&registry, TAG, "Authorization: Bearer token-1\r\n").status, 200);
}

#[test]
fn everything_asked_is_on_record() {
    let (registry, _) = plain();
    get_with(&registry, TAG, "X-One: 1\r\n");
    get(&registry, "/v2/org/app/manifests/none?x=1");
    let asked = registry.asked();
    let host = registry.host();
    assert_eq!(asked.len(), 2);
    assert_eq!((asked[0].method.as_str(), asked[0].path(), asked[0].status), ("GET", TAG, 200));
    assert_eq!((asked[0].header("x-one"), asked[0].header("host")), (Some("1"), Some(host.as_str())));
    assert_eq!((asked[1].target.as_str(), asked[1].status), ("/v2/org/app/manifests/none?x=1", 404));
    assert_eq!(registry.count("/v2/*/manifests/*"), 2);
    registry.forget();
    assert_eq!((registry.asked().len(), registry.most_at_once()), (0, 0));
}

#[test]
fn a_delay_shows_how_many_ask_at_once() {
    let world = world();
    let registry =
        Registry::new().repository("org/app", &world.layout).delay(Duration::from_millis(200)).start();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        (0..4).for_each(|_| {
            scope.spawn(|| get(&registry, TAG));
        });
    });
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert!((2..=4).contains(&registry.most_at_once()), "{}", registry.most_at_once());
    registry.forget();
    (0..3).for_each(|_| assert_eq!(get(&registry, TAG).status, 200));
    assert_eq!(registry.most_at_once(), 1);
}
