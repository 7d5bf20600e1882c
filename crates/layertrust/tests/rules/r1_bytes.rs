//! R1: bytes.

use layertrust::{Code, Limits, LocalSource, Selector, Source};
use layertrust_testkit::case::Case;
use layertrust_testkit::cases::scene;
use layertrust_testkit::cosign;
use layertrust_testkit::image::{Image, index_json};
use layertrust_testkit::layer::Compression;
use layertrust_testkit::policy::Policy;
use layertrust_testkit::statement::COSIGN_SIGN;
use layertrust_testkit::store::INDEX;

use crate::ask::{accepted, ask_new, first, no, rejected, unverified, warns, yes};

#[test]
fn r1_1_every_document_is_hashed_before_it_is_parsed() {
    no("manifest-digest-mismatch", "digest-mismatch");
    no("config-size-mismatch", "digest-mismatch");
    no("layer-corrupt", "digest-mismatch");
}

#[test]
fn r1_2_a_blob_that_is_needed_must_be_there() {
    for case in ["config-blob-missing", "index-child-missing", "layer-missing", "base-layer-missing"] {
        no(case, "blob-missing");
    }
}

#[test]
fn r1_3_in_structures_a_key_stands_once() {
    no("manifest-duplicate-key", "duplicate-key");
    no("config-duplicate-key", "duplicate-key");
}

#[test]
fn r1_4_keys_equal_under_case_folding_are_one_key_twice() {
    no("manifest-case-folded-key", "duplicate-key");
    no("config-case-folded-key", "duplicate-key");
}

#[test]
fn r1_5_a_known_field_in_another_case_is_refused() {
    no("manifest-known-key-only-folded", "malformed");
}

/// Labels that differ by case only are two labels.
#[test]
fn r1_6_maps_are_free_to_differ_by_case() {
    let case = Case::accepted("case", "labels that differ by case", "-");
    let image = scene::plain_spec().labelled("team", "orders").labelled("Team", "payments").build();
    accepted(ask_new(&scene::signed_plain(case, &image)));
}

#[test]
fn r1_7_a_document_is_one_kind() {
    no("manifest-and-index-polyglot", "malformed");
}

#[test]
fn r1_8_a_document_has_the_type_of_its_descriptor() {
    no("child-media-type-mismatch", "media-type-mismatch");
    no("manifest-media-type-other", "media-type-mismatch");
}

#[test]
fn r1_9_nothing_follows_a_document() {
    no("manifest-trailing-bytes", "malformed");
    no("config-trailing-bytes", "malformed");
}

#[test]
fn r1_10_sizes_are_integers() {
    no("manifest-negative-size", "malformed");
    no("manifest-float-size", "malformed");
}

#[test]
fn r1_11_what_a_stranger_chooses_is_bounded() {
    no("deeply-nested-json", "limit-exceeded");
    no("too-many-layers", "limit-exceeded");
}

/// Every limit, lowered until an honest image exceeds it, stops that image.
#[test]
fn r1_11b_each_limit_alone_stops_an_honest_image() {
    for (limit, value) in [
        ("referrers", "0"),
        ("layers", "2"),
        ("layer-size", "512"),
        ("statement-size", "100"),
        ("manifest-size", "100"),
        ("config-size", "100"),
        ("payload-size", "10"),
        ("index-entries", "0"),
        ("json-depth", "1"),
        ("subjects", "0"),
        ("evidence", "0"),
        ("evidence-size", "10"),
        ("base-candidates", "0"),
    ] {
        // The base's layers were recompressed, so that they must be opened.
        let case = Case::rejected("case", "a limit that is too low", "-", &["limit-exceeded"]);
        let base = scene::base();
        let mut spec = scene::app_spec(&base.images[0]);
        for layer in spec.layers.iter_mut().take(base.images[0].spec.layers.len()) {
            *layer = layer.recompressed(Compression::Gzip);
        }
        let (mut layout, index) = scene::index_of(&[&spec.build()]);
        scene::sign(&mut layout, &scene::org(), &index);
        let lowered = Policy::derived().with("[limits]", &format!("{limit} = {value}"));
        let case = case.image(layout, &index.digest).evidence(base.evidence(&scene::vendor()));
        let honest = Case { expect: layertrust_testkit::case::Expect::Accepted, ..case.clone() };
        accepted(ask_new(&honest.policy(Policy::derived())));
        let report = match ask_new(&case.policy(lowered)) {
            Err(layertrust::Failure::Rejected(report)) => report,
            other => panic!("{limit}: {other:?}"),
        };
        let said = report.findings.iter().map(|one| one.code.name()).chain(unverified(&report));
        assert!(said.clone().any(|code| code == "limit-exceeded"), "{limit}: {:?}", said.collect::<Vec<_>>());
    }
}

/// Indexes within indexes within indexes.
#[test]
fn r1_11c_nested_indexes_are_bounded() {
    let image = scene::plain_spec().build();
    let nested = |depth: usize| {
        let (mut layout, mut top) = scene::index_of(&[&image]);
        for _ in 1..depth {
            top = layout.put(INDEX, index_json(&[top], &[]).bytes());
        }
        layout.tag(&top, "nested");
        scene::sign(&mut layout, &scene::org(), &top);
        let case = Case::accepted("case", "nested indexes", "-").image(layout, &top.digest);
        ask_new(&case.policy(Policy::no_base()))
    };
    accepted(nested(4));
    rejected(nested(5), "limit-exceeded");
}

#[test]
fn r1_12_documents_are_utf8() {
    no("non-utf8-manifest", "malformed");
}

#[test]
fn r1_13_layers_and_diff_ids_are_as_many() {
    no("config-diff-ids-count", "malformed");
    let case = Case::rejected("case", "an image without layers", "-", &["malformed"]);
    let mut spec = scene::plain_spec();
    spec.layers.clear();
    rejected(ask_new(&scene::signed_plain(case, &spec.build())), "malformed");
}

/// A signature is one by what is signed, whatever the annotation beside it announces.
#[test]
fn r1_14_hints_never_decide() {
    no("base-forged-annotation", "base-not-proved");
    let case = Case::accepted("case", "a signature announced as an SBOM", "-");
    let announced = scene::plain_with(case, |layout, image| {
        let statement = layertrust_testkit::statement::sign_statement(&image.digest);
        let bundle = cosign::signed_bundle(&scene::org(), &statement);
        scene::add_bundle(layout, image, "https://cyclonedx.org/bom", &bundle);
    });
    assert_eq!(first(&accepted(ask_new(&announced))).signatures.len(), 1);
    let case = Case::rejected("case", "an SBOM announced as a signature", "-", &["signature-missing"]);
    let announced = scene::plain_with(case, |layout, image| {
        let statement = layertrust_testkit::statement::attest_statement(
            "registry.test/app",
            &image.digest,
            "https://cyclonedx.org/bom",
            layertrust_testkit::statement::cyclonedx("app", &image.digest),
        );
        let bundle = cosign::signed_bundle(&scene::org(), &statement);
        scene::add_bundle(layout, image, COSIGN_SIGN, &bundle);
    });
    rejected(ask_new(&announced), "signature-missing");
}

/// Referrers that differ only in when they were made.
fn flooded(case: Case, limit: usize) -> Case {
    let case = scene::app_with(case, |layout, image| {
        for count in 0..limit + 1 {
            let statement = layertrust_testkit::statement::sign_statement(&image.digest);
            let key = layertrust_testkit::key::TestKey::p256(&format!("stranger {count}"));
            scene::add_bundle(layout, image, COSIGN_SIGN, &cosign::signed_bundle(&key, &statement));
        }
    });
    // The base has fewer than ten attestations; the image has more than the limit.
    case.policy(Policy::derived().with("[limits]", &format!("referrers = {limit}")))
}

#[test]
fn r1_15_of_too_many_referrers_none_is_used() {
    let case = Case::rejected("case", "a flood with the good signature in it", "-", &["limit-exceeded"]);
    let case = flooded(case, 10);
    let mut image = case.image.clone();
    let digest = layertrust_testkit::cases::scene::app(&scene::base().images[0]).descriptor();
    scene::sign(&mut image, &scene::org(), &digest);
    let case = Case { image, ..case };
    let report = rejected(ask_new(&case), "limit-exceeded");
    assert!(first(&report).signatures.is_empty(), "nothing of the flood is used");
}

#[test]
fn r1_16_a_flood_cannot_hide_the_callers_evidence() {
    let case = Case::accepted("case", "a flood beside good evidence", "-");
    let case = flooded(case, 10);
    let mut evidence = case.evidence.clone().unwrap();
    let image = scene::app(&scene::base().images[0]).descriptor();
    scene::sign(&mut evidence, &scene::org(), &image);
    let report = accepted(ask_new(&Case { evidence: Some(evidence), ..case }));
    warns(&report, "limit-exceeded");
    yes("derived-bundle");
}

/// Its digest is signed, but what a runtime makes of it nobody here can say.
#[test]
fn r1_17_a_layer_of_an_unknown_type_is_refused() {
    let case = Case::rejected("case", "an encrypted layer", "-", &["unsupported-format"]);
    let image = scene::plain_spec().build();
    let text = String::from_utf8(image.manifest.clone()).unwrap();
    let image = image.with_manifest(text.replacen("v1.tar+gzip", "v1.tar+gzip+encrypted", 1).into_bytes());
    rejected(ask_new(&scene::signed_plain(case, &image)), "unsupported-format");
}

/// No digest is made up for it, and no layer is taken on trust.
#[test]
fn r1_18_an_old_docker_archive_is_bound_after_every_layer_was_hashed() {
    let image = scene::plain_spec().build();
    let folder = tempfile::tempdir().unwrap();
    scene::signed(&image).write_dir(&folder.path().join("signed"));
    let limits = Limits::default();
    let open = |form: &str| LocalSource::open(&form.parse().unwrap(), &limits).unwrap();
    let signed = open(&format!("oci:{}", folder.path().join("signed").display()));
    let archive = |flip: bool| {
        let path = folder.path().join("image.tar");
        std::fs::write(&path, old_docker_archive(&image, flip)).unwrap();
        open(&format!("docker-archive:{}", path.display()))
    };
    let bind = |flip, evidence: &[&dyn Source]| {
        archive(flip).select(&Selector::Only, evidence.iter().copied(), &limits)
    };
    let Selector::Digest(bound) = bind(false, &[&signed]).unwrap() else { panic!("bound to a digest") };
    assert_eq!(bound.to_string(), image.digest());
    assert_eq!(bind(false, &[]).unwrap_err().code(), Code::NotFound);
    assert_eq!(bind(true, &[&signed]).unwrap_err().code(), Code::DiffIdMismatch);
    // A second manifest over the same config, before or behind the signed one.
    let text = String::from_utf8(image.manifest.clone()).unwrap();
    let other = image.clone().with_manifest(text.replacen('{', "{ ", 1).into_bytes());
    scene::unsigned(&other).write_dir(&folder.path().join("other"));
    let other = open(&format!("oci:{}", folder.path().join("other").display()));
    for evidence in [[&other as &dyn Source, &signed], [&signed, &other]] {
        assert_eq!(bind(false, &evidence).unwrap_err().code(), Code::Usage);
        let named = archive(false).select(&Selector::Digest(bound), evidence, &limits);
        assert_eq!(named.unwrap(), Selector::Digest(bound));
    }
}

/// What `docker save` wrote before version 25; with `flip` one bit of its last layer is another.
fn old_docker_archive(image: &Image, flip: bool) -> Vec<u8> {
    let layers = &image.spec.layers;
    let mut files: Vec<_> =
        layers.iter().enumerate().map(|(at, layer)| (format!("{at}/layer.tar"), layer.tar.clone())).collect();
    let names: Vec<_> = files.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let list = format!(r#"[{{"Config":"config.json","RepoTags":null,"Layers":[{}]}}]"#, names.join(","));
    if flip {
        files.last_mut().unwrap().1[600] ^= 1;
    }
    files.push(("config.json".to_owned(), image.config.clone()));
    files.push(("manifest.json".to_owned(), list.into_bytes()));
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, &*bytes).unwrap();
    }
    builder.into_inner().unwrap()
}
