/* NULL for every pointer of every function, one at a time. `null --list` prints how often each function was called so, which
 * run.sh compares with the header: a function that is missing here, or a pointer, fails the test. */
#include "demo.h"

static struct {
    const char *function;
    int calls;
} table[256];

static void record(const char *function, int calls) {
    size_t i = 0;
    while (table[i].function && strcmp(table[i].function, function)) i++;
    table[i].function = function;
    table[i].calls += calls;
}

/* NULL where something must be. */
#define NULLS(function, ...) \
    (record(#function, 1), FAILS(LAYERTRUST_ERROR_NULL_POINTER, function(__VA_ARGS__, &error)))
/* The same, and what would be made is set to NULL. */
#define INTO(out, function, ...) ((out) = (void *)table, NULLS(function, __VA_ARGS__), CHECK(!(out)))
/* NULL where nothing need be. */
#define FINE(function, ...) (record(#function, 1), MUST(function(__VA_ARGS__, &error)))
/* NULL for the error. */
#define QUIET(result, function, ...) (record(#function, 1), CHECK(function(__VA_ARGS__, NULL) == (uint32_t)(result)))
/* NULL of a function that cannot fail. */
#define NOTHING(nothing, function, ...) (record(#function, 1), CHECK(function(__VA_ARGS__) == (nothing)))
#define FREES(function) (record(#function, 1), function(NULL))
/* No pointers at all. */
#define PLAIN(function) record(#function, 0)

#define OK LAYERTRUST_OK
#define ONE ((const uint8_t *)"x")

static uint32_t open_blob(void *user_data, const char *digest, void **stream) {
    return (void)user_data, (void)digest, (void)stream, LAYERTRUST_ANSWER_NONE;
}
static int64_t read_blob(void *user_data, void *stream, uint8_t *buffer, size_t length) {
    return (void)user_data, (void)stream, (void)buffer, (void)length, 0;
}
static void close_blob(void *user_data, void *stream) { (void)user_data, (void)stream; }
static void destroy(void *user_data) { (void)user_data; }

static void statics(void) {
    PLAIN(layertrust_version);
    PLAIN(layertrust_abi_version);
    PLAIN(layertrust_result_name);
    PLAIN(layertrust_owner_name);
    PLAIN(layertrust_proof_name);
    PLAIN(layertrust_severity_name);
    PLAIN(layertrust_verdict_name);
    NOTHING((uint32_t)LAYERTRUST_ERROR_NULL_POINTER, layertrust_error_code, NULL);
    NOTHING(NULL, layertrust_error_name, NULL);
    NOTHING(NULL, layertrust_error_message, NULL);
    NOTHING(NULL, layertrust_error_hint, NULL);
    FREES(layertrust_error_free);
    FREES(layertrust_string_free);
}

static void trust(void) {
    layertrust_signer *signer = NULL, *identity = NULL;
    layertrust_root *root = NULL;
    layertrust_policy *policy = NULL;
    layertrust_policy_builder *builder = NULL;
    size_t length;
    char *pem = slurp(DEMO "/keys/ci.pub", &length);
    const uint8_t *key = (const uint8_t *)pem;

    INTO(signer, layertrust_signer_new_key, NULL, length, &signer);
    NULLS(layertrust_signer_new_key, key, length, NULL);
    QUIET(OK, layertrust_signer_new_key, key, length, &signer);
    NULLS(layertrust_signer_new_docker_dhi, NULL);
    QUIET(OK, layertrust_signer_new_docker_dhi, &identity);
    layertrust_signer_free(identity);
    INTO(identity, layertrust_signer_new_identity, NULL, "i", &identity);
    INTO(identity, layertrust_signer_new_identity, "i", NULL, &identity);
    NULLS(layertrust_signer_new_identity, "i", "i", NULL);
    QUIET(OK, layertrust_signer_new_identity, "i", "i", &identity);
    NULLS(layertrust_signer_add_source_repository, NULL, "u");
    NULLS(layertrust_signer_add_source_repository, identity, NULL);
    QUIET(OK, layertrust_signer_add_source_repository, identity, "u");
    NULLS(layertrust_signer_set_root, NULL, "r");
    NULLS(layertrust_signer_set_root, identity, NULL);
    QUIET(OK, layertrust_signer_set_root, identity, "r");
    NULLS(layertrust_signer_require_tlog, NULL);
    QUIET(OK, layertrust_signer_require_tlog, signer);
    FREES(layertrust_signer_free);
    layertrust_signer_free(identity);

    INTO(root, layertrust_root_from_json, NULL, 1, &root);
    NULLS(layertrust_root_from_json, ONE, 1, NULL);
    QUIET(LAYERTRUST_ERROR_ROOT_INVALID, layertrust_root_from_json, ONE, 1, &root);
    INTO(root, layertrust_root_builtin, NULL, &root);
    NULLS(layertrust_root_builtin, "github", NULL);
    QUIET(OK, layertrust_root_builtin, "github", &root);
    NULLS(layertrust_root_without_tlog, NULL);
    QUIET(OK, layertrust_root_without_tlog, root);
    NULLS(layertrust_root_without_sct, NULL);
    QUIET(OK, layertrust_root_without_sct, root);
    FREES(layertrust_root_free);

    INTO(policy, layertrust_policy_from_file, NULL, &policy);
    NULLS(layertrust_policy_from_file, DEMO "/policy.toml", NULL);
    QUIET(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_policy_from_file, "no/such", &policy);
    INTO(policy, layertrust_policy_from_toml, NULL, 1, DEMO, &policy);
    NULLS(layertrust_policy_from_toml, ONE, 1, DEMO, NULL);
    QUIET(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_policy_from_toml, ONE, 1, DEMO, &policy);
    const char *forbidden = "version = 1\n[org]\nlayers = \"forbidden\"\n";
    FINE(layertrust_policy_from_toml, (const uint8_t *)forbidden, strlen(forbidden), NULL, &policy);
    layertrust_policy_free(policy);
    NOTHING(NULL, layertrust_policy_name, NULL);
    NOTHING(NULL, layertrust_policy_digest, NULL);
    NOTHING(false, layertrust_policy_is_audit, NULL);
    FREES(layertrust_policy_free);

    NULLS(layertrust_policy_builder_new, NULL);
    QUIET(OK, layertrust_policy_builder_new, &builder);
#define TEXT(function) \
    NULLS(layertrust_policy_builder_##function, NULL, "linux/amd64"); \
    NULLS(layertrust_policy_builder_##function, builder, NULL); \
    QUIET(OK, layertrust_policy_builder_##function, builder, "linux/amd64")
    TEXT(set_name);
    TEXT(add_base_signer);
    TEXT(add_base_repository);
    TEXT(accept_customization);
    TEXT(add_org_signer);
    TEXT(add_org_reference);
    TEXT(add_platform);
#undef TEXT
    NULLS(layertrust_policy_builder_add_signer, NULL, "n", signer);
    NULLS(layertrust_policy_builder_add_signer, builder, NULL, signer);
    NULLS(layertrust_policy_builder_add_signer, builder, "n", NULL);
    QUIET(OK, layertrust_policy_builder_add_signer, builder, "n", signer);
    NULLS(layertrust_policy_builder_add_root, NULL, "n", root);
    NULLS(layertrust_policy_builder_add_root, builder, NULL, root);
    NULLS(layertrust_policy_builder_add_root, builder, "n", NULL);
    QUIET(OK, layertrust_policy_builder_add_root, builder, "n", root);
    NULLS(layertrust_policy_builder_set_base_optional, NULL);
    QUIET(OK, layertrust_policy_builder_set_base_optional, builder);
    NULLS(layertrust_policy_builder_forbid_org_layers, NULL);
    QUIET(OK, layertrust_policy_builder_forbid_org_layers, builder);
    NULLS(layertrust_policy_builder_set_org_threshold, NULL, 1);
    QUIET(OK, layertrust_policy_builder_set_org_threshold, builder, 1);
    NULLS(layertrust_policy_builder_set_limit, NULL, "layers", 1);
    NULLS(layertrust_policy_builder_set_limit, builder, NULL, 1);
    QUIET(OK, layertrust_policy_builder_set_limit, builder, "layers", 1);
    INTO(policy, layertrust_policy_builder_build, NULL, &policy);
    NULLS(layertrust_policy_builder_build, builder, NULL);
    QUIET(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_policy_builder_build, builder, &policy);
    CHECK(!policy);
    FREES(layertrust_policy_builder_free);
    layertrust_policy_builder_free(builder);
    layertrust_signer_free(signer);
    layertrust_root_free(root);
    free(pem);
}

/* Called inside a callback, where there is a list. */
static uint32_t resolve(void *user_data, const char *tag, const char *digest, layertrust_descriptors *found) {
    const char *type = "application/vnd.oci.image.manifest.v1+json";
    (void)user_data, (void)tag, (void)digest;
    NULLS(layertrust_descriptors_add, NULL, type, IMAGE_DIGEST, 1);
    NULLS(layertrust_descriptors_add, found, NULL, IMAGE_DIGEST, 1);
    NULLS(layertrust_descriptors_add, found, type, NULL, 1);
    QUIET(OK, layertrust_descriptors_add, found, type, IMAGE_DIGEST, 1);
    NULLS(layertrust_descriptors_annotate, NULL, "k", "v");
    NULLS(layertrust_descriptors_annotate, found, NULL, "v");
    NULLS(layertrust_descriptors_annotate, found, "k", NULL);
    QUIET(OK, layertrust_descriptors_annotate, found, "k", "v");
    NULLS(layertrust_descriptors_set_origin, NULL, LAYERTRUST_ORIGIN_REFERRER);
    QUIET(OK, layertrust_descriptors_set_origin, found, LAYERTRUST_ORIGIN_REFERRER);
    return LAYERTRUST_ANSWER_NONE;
}

static void sources(const struct demo *demo) {
    layertrust_source *source = NULL;
    const char *image = "oci:" DEMO "/image", *folder = DEMO "/image", *archive = "testdata/cases/keyless-rekor/evidence.tar";
    INTO(source, layertrust_source_open, NULL, demo->policy, &source);
    NULLS(layertrust_source_open, image, demo->policy, NULL);
    FINE(layertrust_source_open, image, NULL, &source);
    layertrust_source_free(source);
    QUIET(OK, layertrust_source_open, image, demo->policy, &source);
    layertrust_source_free(source);
    INTO(source, layertrust_source_open_layout, NULL, "3.6.2", demo->policy, &source);
    NULLS(layertrust_source_open_layout, folder, "3.6.2", demo->policy, NULL);
    FINE(layertrust_source_open_layout, folder, NULL, demo->policy, &source);
    layertrust_source_free(source);
    FINE(layertrust_source_open_layout, folder, "3.6.2", NULL, &source);
    layertrust_source_free(source);
    QUIET(OK, layertrust_source_open_layout, folder, "3.6.2", demo->policy, &source);
    layertrust_source_free(source);
    INTO(source, layertrust_source_open_archive, NULL, "1", demo->policy, &source);
    NULLS(layertrust_source_open_archive, archive, "1", demo->policy, NULL);
    FINE(layertrust_source_open_archive, archive, NULL, demo->policy, &source);
    layertrust_source_free(source);
    FINE(layertrust_source_open_archive, archive, "1", NULL, &source);
    layertrust_source_free(source);
    QUIET(OK, layertrust_source_open_archive, archive, "1", demo->policy, &source);
    layertrust_source_free(source);

    INTO(source, layertrust_source_new_callbacks, source, destroy, NULL, read_blob, close_blob, &source);
    INTO(source, layertrust_source_new_callbacks, source, destroy, open_blob, NULL, close_blob, &source);
    INTO(source, layertrust_source_new_callbacks, source, destroy, open_blob, read_blob, NULL, &source);
    NULLS(layertrust_source_new_callbacks, source, destroy, open_blob, read_blob, close_blob, NULL);
    QUIET(OK, layertrust_source_new_callbacks, &source, destroy, open_blob, read_blob, close_blob, &source);
    layertrust_source_free(source);
    FINE(layertrust_source_new_callbacks, &source, NULL, open_blob, read_blob, close_blob, &source);
    layertrust_source_free(source);
    FINE(layertrust_source_new_callbacks, NULL, destroy, open_blob, read_blob, close_blob, &source);
    NULLS(layertrust_source_on_referrers, NULL, NULL);
    FINE(layertrust_source_on_referrers, source, NULL);
    QUIET(OK, layertrust_source_on_referrers, source, NULL);
    NULLS(layertrust_source_on_images, NULL, NULL);
    FINE(layertrust_source_on_images, source, NULL);
    QUIET(OK, layertrust_source_on_images, source, NULL);
    NULLS(layertrust_source_on_resolve, NULL, resolve);
    FINE(layertrust_source_on_resolve, source, NULL);
    QUIET(OK, layertrust_source_on_resolve, source, resolve);
    layertrust_report *report = NULL;
    FAILS(LAYERTRUST_ERROR_NOT_FOUND, layertrust_verify(demo->verifier, source, demo->request, &report, &error));
    layertrust_source_free(source);
    FREES(layertrust_source_free);
}

static void questions(const struct demo *demo) {
    layertrust_verifier *verifier = NULL;
    layertrust_request *request = NULL;
    layertrust_report *report = NULL;
    char *json = NULL;
    INTO(verifier, layertrust_verifier_new, NULL, &verifier);
    NULLS(layertrust_verifier_new, demo->policy, NULL);
    QUIET(OK, layertrust_verifier_new, demo->policy, &verifier);
    layertrust_verifier_free(verifier);
    FREES(layertrust_verifier_free);

    NULLS(layertrust_request_new, NOW, NULL);
    QUIET(OK, layertrust_request_new, NOW, &request);
#define TEXT(function, text) \
    NULLS(layertrust_request_##function, NULL, text); \
    NULLS(layertrust_request_##function, request, NULL); \
    QUIET(OK, layertrust_request_##function, request, text)
    TEXT(set_now, "2026-11-24T12:00:00Z");
    TEXT(set_image, "3.6.2");
    TEXT(set_reference, "demo");
    TEXT(set_name, "registry.example.com/demo");
    TEXT(add_platform, "linux/amd64");
    TEXT(add_base, IMAGE_DIGEST);
    TEXT(add_evidence, demo->base);
#undef TEXT
    NULLS(layertrust_request_set_layers, NULL, LAYERTRUST_LAYERS_AUTO);
    QUIET(OK, layertrust_request_set_layers, request, LAYERTRUST_LAYERS_AUTO);
    NULLS(layertrust_request_set_threads, NULL, 1);
    QUIET(OK, layertrust_request_set_threads, request, 1);
    FREES(layertrust_request_free);
    layertrust_request_free(request);

    INTO(report, layertrust_verify, NULL, demo->image, demo->request, &report);
    INTO(report, layertrust_verify, demo->verifier, NULL, demo->request, &report);
    INTO(report, layertrust_verify, demo->verifier, demo->image, NULL, &report);
    NULLS(layertrust_verify, demo->verifier, demo->image, demo->request, NULL);
    QUIET(OK, layertrust_verify, demo->verifier, demo->image, demo->request, &report);
    layertrust_report_free(report);
    INTO(report, layertrust_inspect, NULL, demo->image, demo->request, &report);
    INTO(report, layertrust_inspect, demo->verifier, NULL, demo->request, &report);
    INTO(report, layertrust_inspect, demo->verifier, demo->image, NULL, &report);
    NULLS(layertrust_inspect, demo->verifier, demo->image, demo->request, NULL);
    QUIET(OK, layertrust_inspect, demo->verifier, demo->image, demo->request, &report);

    INTO(json, layertrust_report_to_json, NULL, &json);
    NULLS(layertrust_report_to_json, report, NULL);
    QUIET(OK, layertrust_report_to_json, report, &json);
    layertrust_string_free(json);
    layertrust_report_free(report);
    FREES(layertrust_report_free);
}

static void reports(void) {
    NOTHING((uint32_t)LAYERTRUST_VERDICT_NONE, layertrust_report_verdict, NULL);
    NOTHING(NULL, layertrust_report_image_digest, NULL);
    NOTHING(0, layertrust_report_platform_count, NULL);
    NOTHING(NULL, layertrust_report_platform_name, NULL, 0);
    NOTHING(NULL, layertrust_report_platform_digest, NULL, 0);
    NOTHING((uint32_t)LAYERTRUST_VERDICT_NONE, layertrust_report_platform_verdict, NULL, 0);
    NOTHING((uint32_t)LAYERTRUST_OWNER_NONE, layertrust_report_config_owner, NULL, 0);
    NOTHING(0, layertrust_report_layer_count, NULL, 0);
    NOTHING((uint32_t)LAYERTRUST_OWNER_NONE, layertrust_report_layer_owner, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_layer_digest, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_layer_diff_id, NULL, 0, 0);
    NOTHING((uint32_t)LAYERTRUST_PROOF_NONE, layertrust_report_layer_proof, NULL, 0, 0);
    NOTHING(SIZE_MAX, layertrust_report_layer_segment, NULL, 0, 0);
    NOTHING(0, layertrust_report_segment_count, NULL, 0);
    NOTHING((uint32_t)LAYERTRUST_OWNER_NONE, layertrust_report_segment_owner, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_segment_name, NULL, 0, 0);
    NOTHING(0, layertrust_report_segment_begin, NULL, 0, 0);
    NOTHING(0, layertrust_report_segment_end, NULL, 0, 0);
    NOTHING((uint32_t)LAYERTRUST_PROOF_NONE, layertrust_report_segment_proof, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_segment_image, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_segment_chain_id, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_segment_repository, NULL, 0, 0);
    NOTHING(0, layertrust_report_segment_signer_count, NULL, 0, 0);
    NOTHING(NULL, layertrust_report_segment_signer_name, NULL, 0, 0, 0);
    NOTHING(NULL, layertrust_report_segment_signer_key_id, NULL, 0, 0, 0);
    NOTHING(NULL, layertrust_report_segment_signer_identity, NULL, 0, 0, 0);
    NOTHING(NULL, layertrust_report_segment_signer_issuer, NULL, 0, 0, 0);
    NOTHING(0, layertrust_report_finding_count, NULL);
    NOTHING((uint32_t)LAYERTRUST_ERROR_USAGE, layertrust_report_finding_code, NULL, 0);
    NOTHING((uint32_t)LAYERTRUST_SEVERITY_NONE, layertrust_report_finding_severity, NULL, 0);
    NOTHING(NULL, layertrust_report_finding_message, NULL, 0);
    NOTHING(NULL, layertrust_report_finding_hint, NULL, 0);
    NOTHING(NULL, layertrust_report_finding_platform, NULL, 0);
    NOTHING(SIZE_MAX, layertrust_report_finding_layer, NULL, 0);
    NOTHING(NULL, layertrust_report_finding_path, NULL, 0);
}

static void blobs(void) {
    layertrust_signer *signer = NULL;
    layertrust_root *root = NULL;
    layertrust_blob_report *report = NULL;
    char *json = NULL;
    size_t length;
    char *pem = slurp(DEMO "/keys/ci.pub", &length);
    const char *path = DEMO "/image/blobs/sha256/b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99";
    MUST(layertrust_signer_new_key((uint8_t *)pem, length, &signer, &error));
    MUST(layertrust_root_builtin("github", &root, &error));
    free(pem);
    pem = slurp(DEMO "/image/blobs/sha256/2df811fc9f09e1ca0a7aa32c1c76536c0b967006401484e4d988595eedb02132", &length);
    const uint8_t *bundle = (const uint8_t *)pem;

    INTO(report, layertrust_verify_blob, NULL, root, ONE, 1, bundle, length, NOW, &report);
    INTO(report, layertrust_verify_blob, signer, root, NULL, 1, bundle, length, NOW, &report);
    INTO(report, layertrust_verify_blob, signer, root, ONE, 1, NULL, 1, NOW, &report);
    NULLS(layertrust_verify_blob, signer, root, ONE, 1, bundle, length, NOW, NULL);
    QUIET(LAYERTRUST_ERROR_SUBJECT_MISMATCH, layertrust_verify_blob, signer, root, ONE, 1, bundle, length, NOW, &report);
    record("layertrust_verify_blob", 1);
    FAILS(LAYERTRUST_ERROR_SUBJECT_MISMATCH, layertrust_verify_blob(signer, NULL, ONE, 1, bundle, length, NOW, &report, &error));
#define OF(function, artifact) \
    INTO(report, function, NULL, root, artifact, bundle, length, NOW, &report); \
    INTO(report, function, signer, root, NULL, bundle, length, NOW, &report); \
    INTO(report, function, signer, root, artifact, NULL, 1, NOW, &report); \
    NULLS(function, signer, root, artifact, bundle, length, NOW, NULL); \
    FINE(function, signer, NULL, artifact, bundle, length, NOW, &report); \
    layertrust_blob_report_free(report); \
    QUIET(OK, function, signer, root, artifact, bundle, length, NOW, &report)
    OF(layertrust_verify_blob_file, path);
    layertrust_blob_report_free(report);
    OF(layertrust_verify_blob_digest, IMAGE_DIGEST);
#undef OF
    NOTHING(NULL, layertrust_blob_report_predicate_type, NULL);
    NOTHING(NULL, layertrust_blob_report_key_id, NULL);
    NOTHING(NULL, layertrust_blob_report_identity, NULL);
    NOTHING(NULL, layertrust_blob_report_issuer, NULL);
    INTO(json, layertrust_blob_report_to_json, NULL, &json);
    NULLS(layertrust_blob_report_to_json, report, NULL);
    QUIET(OK, layertrust_blob_report_to_json, report, &json);
    layertrust_string_free(json);
    layertrust_blob_report_free(report);
    FREES(layertrust_blob_report_free);
    layertrust_signer_free(signer);
    layertrust_root_free(root);
    free(pem);
}

int main(int argc, char **argv) {
    struct demo demo = demo_open();
    statics();
    trust();
    sources(&demo);
    questions(&demo);
    reports();
    blobs();
    demo_free(&demo);
    if (argc > 1 && same(argv[1], "--list")) {
        for (size_t i = 0; table[i].function; i++) printf("%s %d\n", table[i].function, table[i].calls);
        return failures != 0;
    }
    return finish("null");
}
