/* Files and their bundles, by key and by certificate.
 *
 *     blob FOLDER
 *
 * FOLDER/keyless is the layout of the case keyless-rekor, unpacked. Its image's manifest and the demo's are the files here.
 */
#include "demo.h"

#define FILE_PATH DEMO "/image/blobs/sha256/b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99"
#define BUNDLE DEMO "/image/blobs/sha256/2df811fc9f09e1ca0a7aa32c1c76536c0b967006401484e4d988595eedb02132"
#define PROVENANCE DEMO "/image/blobs/sha256/767ad7b808fdcc651df6284fb82d9c606f2424f59a0a816688fefdeb6657bf09"
#define KEYLESS_FILE "b35cca270e5a7b7908c06d67ec6f40b6e85396b123439b82d0bad00ed10a0bca"
#define KEYLESS_BUNDLE "f2d4c636d601f7b9d0bc2f98ff0174bfd733a53d80660e31dccc9c601142b7f0"
#define ISSUER "https://token.actions.githubusercontent.com"
#define WORKFLOW "https://github.com/acme/orders-api/.github/workflows/release.yml@refs/tags/v1.4.2"

struct file {
    char *text;
    const uint8_t *bytes;
    size_t length;
};

static struct file read_file(const char *path) {
    struct file file;
    file.text = slurp(path, &file.length);
    file.bytes = (const uint8_t *)file.text;
    CHECK(file.text);
    return file;
}

static layertrust_signer *key(const char *path) {
    layertrust_signer *signer = NULL;
    struct file pem = read_file(path);
    MUST(layertrust_signer_new_key(pem.bytes, pem.length, &signer, &error));
    free(pem.text);
    return signer;
}

static void by_key(void) {
    layertrust_signer *ci = key(DEMO "/keys/ci.pub"), *vendor = key(DEMO "/keys/demo-vendor.pub");
    struct file file = read_file(FILE_PATH), bundle = read_file(BUNDLE), provenance = read_file(PROVENANCE);
    layertrust_blob_report *report = NULL;
    const uint32_t mismatch = LAYERTRUST_ERROR_SUBJECT_MISMATCH;

    MUST(layertrust_verify_blob(ci, NULL, file.bytes, file.length, bundle.bytes, bundle.length, NOW, &report, &error));
    CHECK(same(layertrust_blob_report_predicate_type(report), "https://sigstore.dev/cosign/sign/v1"));
    CHECK(strlen(layertrust_blob_report_key_id(report)) >= 64);
    CHECK(!layertrust_blob_report_identity(report) && !layertrust_blob_report_issuer(report));
    char *json = NULL;
    MUST(layertrust_blob_report_to_json(report, &json, &error));
    CHECK(strstr(json, "\"schema\":\"layertrust.blob/v1\"") && !strchr(json, '\n'));
    layertrust_string_free(json);
    layertrust_blob_report_free(report);

    MUST(layertrust_verify_blob_file(ci, NULL, FILE_PATH, provenance.bytes, provenance.length, NOW, &report, &error));
    CHECK(same(layertrust_blob_report_predicate_type(report), "https://slsa.dev/provenance/v1"));
    layertrust_blob_report_free(report);
    MUST(layertrust_verify_blob_digest(ci, NULL, IMAGE_DIGEST, bundle.bytes, bundle.length, NOW, &report, &error));
    layertrust_blob_report_free(report);

    FAILS(mismatch, layertrust_verify_blob(ci, NULL, file.bytes, file.length - 1, bundle.bytes, bundle.length, NOW, &report, &error));
    FAILS(mismatch, layertrust_verify_blob(ci, NULL, NULL, 0, bundle.bytes, bundle.length, NOW, &report, &error));
    FAILS(mismatch, layertrust_verify_blob_file(ci, NULL, BUNDLE, bundle.bytes, bundle.length, NOW, &report, &error));
    CHECK(!report);
    layertrust_result other = layertrust_verify_blob(vendor, NULL, file.bytes, file.length, bundle.bytes, bundle.length, NOW, &report, &error);
    CHECK(other == LAYERTRUST_ERROR_SIGNATURE_INVALID || other == LAYERTRUST_ERROR_SIGNER_NOT_ALLOWED);
    layertrust_error_free(error);
    error = NULL;
    FAILS(LAYERTRUST_ERROR_IO, layertrust_verify_blob_file(ci, NULL, "no/such/file\xff", bundle.bytes, bundle.length, NOW, &report, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_verify_blob_digest(ci, NULL, "b302", bundle.bytes, bundle.length, NOW, &report, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_verify_blob(ci, NULL, file.bytes, file.length, NULL, 0, NOW, &report, &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_verify_blob(ci, NULL, file.bytes, file.length, bundle.bytes, bundle.length, INT64_MAX, &report, &error));
    MUST(layertrust_signer_require_tlog(ci, &error));
    FAILS(LAYERTRUST_ERROR_TLOG_MISSING, layertrust_verify_blob(ci, NULL, file.bytes, file.length, bundle.bytes, bundle.length, NOW, &report, &error));
    CHECK(!report);
    layertrust_signer_free(ci);
    layertrust_signer_free(vendor);
    free(file.text);
    free(bundle.text);
    free(provenance.text);
}

static void by_certificate(const char *folder) {
    char path[4096];
    layertrust_signer *signer = NULL, *stranger = NULL;
    layertrust_root *root = NULL;
    layertrust_blob_report *report = NULL;
    struct file json = read_file("testdata/cases/keys/trusted_root.json");
    snprintf(path, sizeof path, "%s/keyless/blobs/sha256/" KEYLESS_BUNDLE, folder);
    struct file bundle = read_file(path);
    snprintf(path, sizeof path, "%s/keyless/blobs/sha256/" KEYLESS_FILE, folder);
    MUST(layertrust_root_from_json(json.bytes, json.length, &root, &error));
    MUST(layertrust_signer_new_identity(ISSUER, WORKFLOW, &signer, &error));
    MUST(layertrust_signer_new_identity(ISSUER, "https://github.com/acme/other/.github/workflows/release.yml@refs/heads/main", &stranger, &error));

    MUST(layertrust_verify_blob_file(signer, root, path, bundle.bytes, bundle.length, NOW, &report, &error));
    CHECK(same(layertrust_blob_report_identity(report), WORKFLOW));
    CHECK(same(layertrust_blob_report_issuer(report), ISSUER));
    CHECK(!layertrust_blob_report_key_id(report));
    layertrust_blob_report_free(report);
    FAILS(LAYERTRUST_ERROR_SIGNER_NOT_ALLOWED, layertrust_verify_blob_file(stranger, root, path, bundle.bytes, bundle.length, NOW, &report, &error));
    /* The public instance has no such log. */
    FAILS(LAYERTRUST_ERROR_TLOG_INVALID, layertrust_verify_blob_file(signer, NULL, path, bundle.bytes, bundle.length, NOW, &report, &error));
    CHECK(!report);
    layertrust_root_free(root);
    layertrust_signer_free(signer);
    layertrust_signer_free(stranger);
    free(json.text);
    free(bundle.text);
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: blob FOLDER\n"), 2;
    by_key();
    by_certificate(argv[1]);
    return finish("blob");
}
