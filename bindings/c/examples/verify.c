/* Says who vouches for each layer of an image on this machine.
 *
 *     verify POLICY IMAGE [EVIDENCE…]        for instance: verify policy.toml oci:app:1.2 oci:base
 */
#include <layertrust.h>
#include <stdio.h>
#include <time.h>

static void print_owners(const layertrust_report *report) {
    for (size_t p = 0; p < layertrust_report_platform_count(report); p++) {
        for (size_t l = layertrust_report_layer_count(report, p); l-- > 0;) {
            size_t segment = layertrust_report_layer_segment(report, p, l);
            const char *signer = layertrust_report_segment_signer_name(report, p, segment, 0);
            printf("%s layer %zu: %s, signed by %s\n", layertrust_report_platform_name(report, p), l,
                   layertrust_owner_name(layertrust_report_layer_owner(report, p, l)), signer ? signer : "nobody");
        }
    }
}

int main(int argc, char **argv) {
    layertrust_error *error = NULL;
    layertrust_policy *policy = NULL;
    layertrust_verifier *verifier = NULL;
    layertrust_request *request = NULL;
    layertrust_source *image = NULL;
    layertrust_report *report = NULL;

    if (argc < 3) return fprintf(stderr, "usage: verify POLICY IMAGE [EVIDENCE...]\n"), 2;
    layertrust_result result = layertrust_policy_from_file(argv[1], &policy, &error);
    if (result == LAYERTRUST_OK) result = layertrust_verifier_new(policy, &verifier, &error);
    if (result == LAYERTRUST_OK) result = layertrust_request_new(time(NULL), &request, &error);
    if (result == LAYERTRUST_OK) result = layertrust_source_open(argv[2], policy, &image, &error);
    for (int i = 3; i < argc && result == LAYERTRUST_OK; i++) {
        layertrust_source *evidence = NULL;
        result = layertrust_source_open(argv[i], policy, &evidence, &error);
        if (result == LAYERTRUST_OK) result = layertrust_request_add_evidence(request, evidence, &error);
        layertrust_source_free(evidence);
    }
    if (result == LAYERTRUST_OK) result = layertrust_verify(verifier, image, request, &report, &error);

    puts(result == LAYERTRUST_OK ? "accepted" : result == LAYERTRUST_REJECTED ? "rejected" : "no answer");
    print_owners(report);
    if (error) fprintf(stderr, "%s: %s\n%s\n", layertrust_error_name(error), layertrust_error_message(error), layertrust_error_hint(error));

    layertrust_report_free(report);
    layertrust_source_free(image);
    layertrust_request_free(request);
    layertrust_verifier_free(verifier);
    layertrust_policy_free(policy);
    layertrust_error_free(error);
    return result == LAYERTRUST_OK ? 0 : result == LAYERTRUST_REJECTED ? 1 : 3;
}
