/* Every way to call wrongly, and what the library says of it.
 *
 *     errors FOLDER
 *
 * FOLDER has copies of the demo under names that are no UTF-8.
 */
#include <stdint.h>

#include "demo.h"

#define CASE "testdata/cases/keyless-rekor"
#define CASE_IMAGE "sha256:b35cca270e5a7b7908c06d67ec6f40b6e85396b123439b82d0bad00ed10a0bca"

static const uint8_t *bytes(const char *text) { return (const uint8_t *)text; }

static void policies(void) {
    layertrust_policy *policy = NULL;
    const uint32_t invalid = LAYERTRUST_ERROR_POLICY_INVALID, usage = LAYERTRUST_ERROR_USAGE;
    size_t length;
    char *text = slurp(DEMO "/policy.toml", &length);
    FAILS(invalid, layertrust_policy_from_file("no/such/policy.toml", &policy, &error));
    FAILS(invalid, layertrust_policy_from_file(DEMO, &policy, &error));
    FAILS(invalid, layertrust_policy_from_file("no\xffsuch", &policy, &error));
    FAILS(usage, layertrust_policy_from_file("", &policy, &error));
    FAILS(invalid, layertrust_policy_from_toml(NULL, 0, NULL, &policy, &error));
    FAILS(invalid, layertrust_policy_from_toml(bytes("version = 2"), 11, NULL, &policy, &error));
    FAILS(invalid, layertrust_policy_from_toml(bytes("\xff\xfe"), 2, NULL, &policy, &error));
    FAILS(usage, layertrust_policy_from_toml(bytes(text), SIZE_MAX, NULL, &policy, &error));
    FAILS(LAYERTRUST_ERROR_KEY_INVALID, layertrust_policy_from_toml(bytes(text), length, NULL, &policy, &error));
    FAILS(LAYERTRUST_ERROR_KEY_INVALID, layertrust_policy_from_toml(bytes(text), length, "/no/such/folder", &policy, &error));
    CHECK(!policy);
    MUST(layertrust_policy_from_toml(bytes(text), length, DEMO, &policy, &error));
    layertrust_policy_free(policy);
    free(text);
}

static layertrust_signer *key(const char *path) {
    layertrust_signer *signer = NULL;
    size_t length;
    char *pem = slurp(path, &length);
    MUST(layertrust_signer_new_key(bytes(pem), length, &signer, &error));
    free(pem);
    return signer;
}

static void signers(void) {
    layertrust_signer *signer = NULL;
    FAILS(LAYERTRUST_ERROR_KEY_INVALID, layertrust_signer_new_key(NULL, 0, &signer, &error));
    FAILS(LAYERTRUST_ERROR_KEY_INVALID, layertrust_signer_new_key(bytes("no key"), 6, &signer, &error));
    FAILS(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_signer_new_identity("", "somebody", &signer, &error));
    FAILS(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_signer_new_identity("https://issuer", "", &signer, &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_signer_new_identity("https://issuer", "\xc3(", &signer, &error));
    CHECK(!signer);
    signer = key(DEMO "/keys/ci.pub");
    FAILS(LAYERTRUST_ERROR_POLICY_INVALID, layertrust_signer_add_source_repository(signer, "https://github.com/a/b", &error));
    layertrust_signer_free(signer);
    MUST(layertrust_signer_new_identity("https://issuer", "somebody", &signer, &error));
    MUST(layertrust_signer_add_source_repository(signer, "https://github.com/a/b", &error));
    MUST(layertrust_signer_add_source_repository(signer, "https://github.com/a/c", &error));
    layertrust_signer_free(signer);
}

static void roots(void) {
    layertrust_root *root = NULL;
    FAILS(LAYERTRUST_ERROR_ROOT_INVALID, layertrust_root_from_json(NULL, 0, &root, &error));
    FAILS(LAYERTRUST_ERROR_ROOT_INVALID, layertrust_root_from_json(bytes("{}"), 2, &root, &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_root_builtin("somebody's", &root, &error));
    CHECK(!root);
    MUST(layertrust_root_builtin("sigstore-public-good", &root, &error));
    MUST(layertrust_root_without_sct(root, &error));
    MUST(layertrust_root_without_tlog(root, &error));
    layertrust_root_free(root);
}

static void sources(void) {
    layertrust_source *source = NULL;
    const uint32_t usage = LAYERTRUST_ERROR_USAGE;
    FAILS(usage, layertrust_source_open("app:1.2", NULL, &source, &error));
    FAILS(usage, layertrust_source_open("", NULL, &source, &error));
    FAILS(usage, layertrust_source_open("oci:\xff", NULL, &source, &error));
    FAILS(LAYERTRUST_ERROR_NOT_FOUND, layertrust_source_open("oci:no/such/layout", NULL, &source, &error));
    FAILS(LAYERTRUST_ERROR_NOT_FOUND, layertrust_source_open_layout("no/such\xff/layout", NULL, NULL, &source, &error));
    FAILS(LAYERTRUST_ERROR_NOT_FOUND, layertrust_source_open_archive("no/such/archive.tar", NULL, NULL, &source, &error));
    FAILS(usage, layertrust_source_open_layout(DEMO "/image", "", NULL, &source, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_source_open_layout(DEMO "/image", "sha256:short", NULL, &source, &error));
    CHECK(!source);
}

static void requests(void) {
    layertrust_request *request = NULL;
    const uint32_t usage = LAYERTRUST_ERROR_USAGE;
    FAILS(usage, layertrust_request_new(INT64_MAX, &request, &error));
    FAILS(usage, layertrust_request_new(INT64_MIN, &request, &error));
    CHECK(!request);
    MUST(layertrust_request_new(NOW, &request, &error));
    FAILS(usage, layertrust_request_set_now(request, "yesterday", &error));
    FAILS(usage, layertrust_request_set_image(request, "", &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_request_set_image(request, "sha512:00", &error));
    FAILS(usage, layertrust_request_set_name(request, "\xff", &error));
    FAILS(usage, layertrust_request_add_platform(request, "linux", &error));
    FAILS(usage, layertrust_request_set_layers(request, 3, &error));
    FAILS(usage, layertrust_request_set_threads(request, 0, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_request_add_base(request, "dhi/python", &error));
    layertrust_request_free(request);
}

static void builders(void) {
    layertrust_policy_builder *builder = NULL;
    layertrust_policy *policy = NULL;
    layertrust_signer *vendor = key(DEMO "/keys/demo-vendor.pub"), *ci = key(DEMO "/keys/ci.pub");
    const uint32_t invalid = LAYERTRUST_ERROR_POLICY_INVALID;
    MUST(layertrust_policy_builder_new(&builder, &error));
    FAILS(invalid, layertrust_policy_builder_build(builder, &policy, &error));
    MUST(layertrust_policy_builder_add_base_signer(builder, "vendor", &error));
    FAILS(invalid, layertrust_policy_builder_build(builder, &policy, &error)); /* nobody for the organization */
    MUST(layertrust_policy_builder_add_org_signer(builder, "ci", &error));
    FAILS(invalid, layertrust_policy_builder_build(builder, &policy, &error)); /* names that nobody has */
    MUST(layertrust_policy_builder_add_signer(builder, "vendor", ci, &error));
    MUST(layertrust_policy_builder_add_signer(builder, "vendor", vendor, &error)); /* replaces it */
    MUST(layertrust_policy_builder_add_signer(builder, "ci", ci, &error));
    layertrust_signer_free(vendor);
    layertrust_signer_free(ci);
    MUST(layertrust_policy_builder_set_org_threshold(builder, 0, &error));
    FAILS(invalid, layertrust_policy_builder_build(builder, &policy, &error));
    MUST(layertrust_policy_builder_set_org_threshold(builder, 1, &error));
    FAILS(invalid, layertrust_policy_builder_set_limit(builder, "no-such-limit", 1, &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_policy_builder_add_platform(builder, "linux", &error));
    MUST(layertrust_policy_builder_set_name(builder, "in \"code\"", &error));
    MUST(layertrust_policy_builder_add_platform(builder, "linux/amd64", &error));
    CHECK(!policy);
    MUST(layertrust_policy_builder_build(builder, &policy, &error));
    CHECK(same(layertrust_policy_name(policy), "in \"code\""));

    struct demo demo = demo_open();
    layertrust_verifier_free(demo.verifier);
    MUST(layertrust_verifier_new(policy, &demo.verifier, &error));
    layertrust_report_free(demo_report(&demo));

    /* A limit that the image exceeds, and then layers that nobody may add. */
    layertrust_policy_free(policy);
    MUST(layertrust_policy_builder_set_limit(builder, "layers", 7, &error));
    MUST(layertrust_policy_builder_build(builder, &policy, &error));
    layertrust_verifier_free(demo.verifier);
    MUST(layertrust_verifier_new(policy, &demo.verifier, &error));
    layertrust_report *report = NULL;
    REJECTS(LAYERTRUST_ERROR_LIMIT_EXCEEDED, layertrust_verify(demo.verifier, demo.image, demo.request, &report, &error));
    layertrust_report_free(report);
    demo_free(&demo);
    layertrust_policy_free(policy);
    MUST(layertrust_policy_builder_forbid_org_layers(builder, &error));
    FAILS(invalid, layertrust_policy_builder_build(builder, &policy, &error));
    layertrust_policy_builder_free(builder);
}

/* The image of a case in which the organization signs with certificates, by a policy made here. */
static void identities(const char *identity, uint32_t result) {
    layertrust_policy_builder *builder = NULL;
    layertrust_policy *policy = NULL;
    layertrust_signer *signer = NULL, *vendor = NULL;
    layertrust_root *root = NULL;
    layertrust_verifier *verifier = NULL;
    layertrust_source *image = NULL, *base = NULL;
    layertrust_request *request = NULL;
    layertrust_report *report = NULL;
    size_t length;
    char *json = slurp("testdata/cases/keys/trusted_root.json", &length);
    MUST(layertrust_root_from_json(bytes(json), length, &root, &error));
    free(json);
    MUST(layertrust_signer_new_identity("https://token.actions.githubusercontent.com", identity, &signer, &error));
    MUST(layertrust_signer_set_root(signer, "corp", &error));
    vendor = key("testdata/cases/keys/vendor.pub");
    MUST(layertrust_policy_builder_new(&builder, &error));
    MUST(layertrust_policy_builder_add_root(builder, "corp", root, &error));
    MUST(layertrust_policy_builder_add_signer(builder, "ci", signer, &error));
    MUST(layertrust_policy_builder_add_signer(builder, "vendor", vendor, &error));
    MUST(layertrust_policy_builder_add_base_signer(builder, "vendor", &error));
    MUST(layertrust_policy_builder_add_org_signer(builder, "ci", &error));
    MUST(layertrust_policy_builder_build(builder, &policy, &error));
    MUST(layertrust_verifier_new(policy, &verifier, &error));
    MUST(layertrust_source_open_archive(CASE "/image.tar", CASE_IMAGE, policy, &image, &error));
    MUST(layertrust_source_open_archive(CASE "/evidence.tar", NULL, policy, &base, &error));
    MUST(layertrust_request_new(NOW, &request, &error));
    MUST(layertrust_request_add_evidence(request, base, &error));
    layertrust_result found = layertrust_verify(verifier, image, request, &report, &error);
    expect(result, error ? (uint32_t)layertrust_error_code(error) : result, found, "an image by identity", __FILE__, __LINE__);
    size_t org = layertrust_report_segment_count(report, 0) - 1;
    if (result == LAYERTRUST_OK) {
        CHECK(same(layertrust_report_segment_signer_identity(report, 0, org, 0), identity));
        CHECK(same(layertrust_report_segment_signer_issuer(report, 0, org, 0), "https://token.actions.githubusercontent.com"));
        CHECK(!layertrust_report_segment_signer_key_id(report, 0, org, 0));
    }
    layertrust_report_free(report);
    layertrust_request_free(request);
    layertrust_source_free(base);
    layertrust_source_free(image);
    layertrust_verifier_free(verifier);
    layertrust_policy_free(policy);
    layertrust_policy_builder_free(builder);
    layertrust_signer_free(signer);
    layertrust_signer_free(vendor);
    layertrust_root_free(root);
}

/* Paths are bytes. */
static void paths(const char *folder) {
    char policy_path[4096], layout[4096];
    struct demo demo = demo_open();
    snprintf(policy_path, sizeof policy_path, "%s/d\xff/policy.toml", folder);
    snprintf(layout, sizeof layout, "%s/d\xff/image", folder);
    layertrust_policy_free(demo.policy);
    MUST(layertrust_policy_from_file(policy_path, &demo.policy, &error));
    layertrust_source_free(demo.image);
    MUST(layertrust_source_open_layout(layout, "3.6.2", demo.policy, &demo.image, &error));
    layertrust_report_free(demo_report(&demo));
    snprintf(layout, sizeof layout, "%s/d\xff/image.tar", folder);
    layertrust_source_free(demo.image);
    MUST(layertrust_source_open_archive(layout, IMAGE_DIGEST, demo.policy, &demo.image, &error));
    layertrust_report_free(demo_report(&demo));
    demo_free(&demo);
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: errors FOLDER\n"), 2;
    policies();
    signers();
    roots();
    sources();
    requests();
    builders();
    identities("https://github.com/acme/orders-api/.github/workflows/release.yml@refs/tags/v1.4.2", LAYERTRUST_OK);
    identities("https://github.com/acme/orders-api/.github/workflows/other.yml@refs/tags/v1.4.2", LAYERTRUST_REJECTED);
    paths(argv[1]);
    return finish("errors");
}
