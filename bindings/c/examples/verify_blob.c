/* Verifies a file and its Sigstore bundle by a public key, without a transparency log.
 *
 *     verify_blob KEY.pub BUNDLE.json FILE
 */
#include <layertrust.h>
#include <stdio.h>
#include <time.h>

/* A small file, whole. The library bounds both, so more is cut off here and refused there. */
static size_t slurp(const char *path, unsigned char *buffer, size_t room) {
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t length = fread(buffer, 1, room, file);
    fclose(file);
    return length;
}

int main(int argc, char **argv) {
    static unsigned char key[1 << 16], bundle[1 << 20];
    layertrust_error *error = NULL;
    layertrust_signer *signer = NULL;
    layertrust_blob_report *report = NULL;
    char *json = NULL;

    if (argc != 4) return fprintf(stderr, "usage: verify_blob KEY.pub BUNDLE.json FILE\n"), 2;
    size_t bundle_length = slurp(argv[2], bundle, sizeof bundle);
    layertrust_result result = layertrust_signer_new_key(key, slurp(argv[1], key, sizeof key), &signer, &error);
    if (result == LAYERTRUST_OK)
        result = layertrust_verify_blob_file(signer, NULL, argv[3], bundle, bundle_length, time(NULL), &report, &error);
    if (result == LAYERTRUST_OK) result = layertrust_blob_report_to_json(report, &json, &error);

    if (result == LAYERTRUST_OK) puts(json);
    else fprintf(stderr, "%s: %s\n", layertrust_error_name(error), layertrust_error_message(error));

    layertrust_string_free(json);
    layertrust_blob_report_free(report);
    layertrust_signer_free(signer);
    layertrust_error_free(error);
    return result == LAYERTRUST_OK ? 0 : 1;
}
