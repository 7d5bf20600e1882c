/* Handles: versions, order of freeing, use again, strings that stay, several threads. */
#include <pthread.h>

#include "demo.h"

static void versions(void) {
    int major = -1, minor = -1, patch = -1;
    CHECK(same(layertrust_version(), LAYERTRUST_VERSION));
    CHECK(layertrust_abi_version() == LAYERTRUST_ABI_VERSION);
    CHECK(sscanf(layertrust_version(), "%d.%d.%d", &major, &minor, &patch) == 3);
    CHECK(LAYERTRUST_VERSION_NUMBER == major * 65536 + minor * 256 + patch);
}

static void words(void) {
    CHECK(same(layertrust_result_name(LAYERTRUST_OK), "ok"));
    CHECK(same(layertrust_result_name(LAYERTRUST_REJECTED), "rejected"));
    CHECK(same(layertrust_result_name(LAYERTRUST_ERROR_DIGEST_MISMATCH), "digest-mismatch"));
    CHECK(LAYERTRUST_ERROR_DIGEST_MISMATCH == 1003);
    CHECK(!layertrust_result_name(2) && !layertrust_result_name(UINT32_MAX));
    CHECK(same(layertrust_owner_name(LAYERTRUST_OWNER_VENDOR_CUSTOMIZATION), "vendor-customization"));
    CHECK(!layertrust_owner_name(LAYERTRUST_OWNER_UNATTRIBUTED + 1));
    CHECK(same(layertrust_proof_name(LAYERTRUST_PROOF_SAME_BLOB), "same-blob"));
    CHECK(!layertrust_proof_name(UINT32_MAX));
    CHECK(same(layertrust_severity_name(LAYERTRUST_SEVERITY_WARNING), "warning"));
    CHECK(same(layertrust_verdict_name(LAYERTRUST_VERDICT_UNKNOWN), "unknown"));
    CHECK(sizeof(layertrust_result) == 4 && sizeof(layertrust_owner) == 4 && sizeof(layertrust_verdict) == 4);
}

/* Everything that a handle needs it keeps alive itself. */
static void any_order(void) {
    struct demo demo = demo_open();
    layertrust_report *report = NULL;
    layertrust_policy_free(demo.policy);
    layertrust_source_free(demo.base);
    demo.policy = NULL;
    demo.base = NULL;
    MUST(layertrust_verify(demo.verifier, demo.image, demo.request, &report, &error));
    demo_free(&demo);
    CHECK(layertrust_report_verdict(report) == LAYERTRUST_VERDICT_ACCEPTED);
    CHECK(same(layertrust_report_platform_name(report, 0), "linux/amd64"));
    layertrust_report_free(report);
}

static void facts(const layertrust_report *report) {
    CHECK(same(layertrust_report_image_digest(report), IMAGE_DIGEST));
    CHECK(layertrust_report_platform_count(report) == 1);
    CHECK(same(layertrust_report_platform_digest(report, 0), IMAGE_DIGEST));
    CHECK(layertrust_report_platform_verdict(report, 0) == LAYERTRUST_VERDICT_ACCEPTED);
    CHECK(layertrust_report_config_owner(report, 0) == LAYERTRUST_OWNER_ORG);
    CHECK(layertrust_report_layer_count(report, 0) == 8);
    for (size_t i = 0; i < 8; i++) {
        int vendor = i < 5;
        CHECK(layertrust_report_layer_owner(report, 0, i) == (uint32_t)(vendor ? LAYERTRUST_OWNER_VENDOR : LAYERTRUST_OWNER_ORG));
        CHECK(layertrust_report_layer_segment(report, 0, i) == (vendor ? 0u : 1u));
        CHECK(layertrust_report_layer_proof(report, 0, i) == LAYERTRUST_PROOF_SAME_BLOB);
        CHECK(strncmp(layertrust_report_layer_digest(report, 0, i), "sha256:", 7) == 0);
        CHECK(strlen(layertrust_report_layer_diff_id(report, 0, i)) == 71);
    }
    CHECK(layertrust_report_segment_count(report, 0) == 2);
    CHECK(layertrust_report_segment_begin(report, 0, 0) == 0 && layertrust_report_segment_end(report, 0, 0) == 5);
    CHECK(layertrust_report_segment_begin(report, 0, 1) == 5 && layertrust_report_segment_end(report, 0, 1) == 8);
    CHECK(layertrust_report_segment_proof(report, 0, 0) == LAYERTRUST_PROOF_SAME_BLOB);
    CHECK(same(layertrust_report_segment_repository(report, 0, 0), "dhi/python"));
    CHECK(!layertrust_report_segment_repository(report, 0, 1) && !layertrust_report_segment_name(report, 0, 1));
    CHECK(layertrust_report_segment_signer_count(report, 0, 1) == 1);
    CHECK(same(layertrust_report_segment_signer_name(report, 0, 0, 0), "demo-vendor"));
    CHECK(same(layertrust_report_segment_signer_name(report, 0, 1, 0), "ci"));
    CHECK(strlen(layertrust_report_segment_signer_key_id(report, 0, 1, 0)) >= 64);
    CHECK(!layertrust_report_segment_signer_identity(report, 0, 1, 0));
    CHECK(!layertrust_report_segment_signer_issuer(report, 0, 1, 0));
    /* Beyond the end there is nothing, and nothing looks like a yes. */
    CHECK(layertrust_report_layer_owner(report, 0, 8) == LAYERTRUST_OWNER_NONE);
    CHECK(layertrust_report_layer_owner(report, SIZE_MAX, SIZE_MAX) == LAYERTRUST_OWNER_NONE);
    CHECK(layertrust_report_layer_segment(report, 0, 8) == SIZE_MAX);
    CHECK(layertrust_report_platform_verdict(report, 1) == LAYERTRUST_VERDICT_NONE);
    CHECK(layertrust_report_finding_code(report, SIZE_MAX) == LAYERTRUST_ERROR_USAGE);
    CHECK(layertrust_report_finding_layer(report, SIZE_MAX) == SIZE_MAX);
    CHECK(!layertrust_report_segment_signer_name(report, 0, 0, 1) && !layertrust_report_platform_name(report, 1));
}

static void again(void) {
    struct demo demo = demo_open();
    layertrust_report *one = demo_report(&demo), *two = demo_report(&demo);
    char *first = NULL, *second = NULL;
    facts(one);
    CHECK(layertrust_report_platform_name(one, 0) == layertrust_report_platform_name(one, 0));
    MUST(layertrust_report_to_json(one, &first, &error));
    MUST(layertrust_report_to_json(two, &second, &error));
    CHECK(same(first, second) && strchr(first, '\n') == NULL && strstr(first, "\"verdict\":\"accepted\""));
    layertrust_string_free(first);
    layertrust_string_free(second);
    layertrust_report_free(two);
    CHECK(same(layertrust_policy_name(demo.policy), "demo"));
    CHECK(strncmp(layertrust_policy_digest(demo.policy), "sha256:", 7) == 0);
    CHECK(!layertrust_policy_is_audit(demo.policy));
    /* Facts without a verdict. */
    two = NULL;
    MUST(layertrust_inspect(demo.verifier, demo.image, demo.request, &two, &error));
    CHECK(layertrust_report_verdict(two) == LAYERTRUST_VERDICT_NONE);
    CHECK(layertrust_report_layer_owner(two, 0, 0) == LAYERTRUST_OWNER_VENDOR);
    layertrust_report_free(one);
    layertrust_report_free(two);
    demo_free(&demo);
}

/* A rejected image has a report and a reason; one that is not there has neither. */
static void other_answers(void) {
    struct demo demo = demo_open();
    layertrust_report *report = NULL;
    layertrust_source *tampered = NULL;
    MUST(layertrust_source_open_layout(DEMO "/tampered", NULL, demo.policy, &tampered, &error));
    layertrust_result result = layertrust_verify(demo.verifier, tampered, demo.request, &report, &error);
    CHECK(result == LAYERTRUST_REJECTED && error && report);
    CHECK(layertrust_error_code(error) == layertrust_report_finding_code(report, 0));
    CHECK(layertrust_report_finding_severity(report, 0) == LAYERTRUST_SEVERITY_ERROR);
    CHECK(layertrust_report_finding_message(report, 0) && layertrust_report_finding_hint(report, 0));
    CHECK(layertrust_report_verdict(report) == LAYERTRUST_VERDICT_REJECTED);
    layertrust_error_free(error);
    error = NULL;
    layertrust_report_free(report);
    report = (layertrust_report *)(void *)&demo; /* what was there is overwritten, not read */
    MUST(layertrust_request_set_image(demo.request, "no-such-tag", &error));
    FAILS(LAYERTRUST_ERROR_NOT_FOUND, layertrust_verify(demo.verifier, demo.image, demo.request, &report, &error));
    CHECK(!report);
    layertrust_source_free(tampered);
    demo_free(&demo);
}

struct shared {
    struct demo *demo;
    layertrust_report *report;
    int accepted;
};

/* Asks, reads one report with the others, and changes the request beneath them. */
static void *worker(void *argument) {
    struct shared *shared = argument;
    for (int i = 0; i < 10; i++) {
        layertrust_report *report = NULL;
        if (layertrust_request_set_reference(shared->demo->request, i % 2 ? "one" : "two", NULL) != LAYERTRUST_OK) break;
        if (layertrust_verify(shared->demo->verifier, shared->demo->image, shared->demo->request, &report, NULL) != LAYERTRUST_OK) break;
        for (size_t layer = 0; layer < 8; layer++)
            if (!same(layertrust_report_layer_digest(report, 0, layer), layertrust_report_layer_digest(shared->report, 0, layer))) i = 100;
        layertrust_report_free(report);
        shared->accepted++;
    }
    return NULL;
}

static void threads(void) {
    struct demo demo = demo_open();
    layertrust_report *report = demo_report(&demo);
    struct shared shared[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        shared[i] = (struct shared){&demo, report, 0};
        CHECK(pthread_create(&threads[i], NULL, worker, &shared[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(shared[i].accepted == 10);
    }
    layertrust_report_free(report);
    demo_free(&demo);
}

int main(void) {
    versions();
    words();
    any_order();
    again();
    other_answers();
    threads();
    return finish("lifecycle");
}
