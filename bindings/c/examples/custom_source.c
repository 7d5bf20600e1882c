/* Verifies an image that lies in this program's memory: what a runtime or an updater with a storage of its own does.
 *
 *     custom_source LAYOUT BASE VENDOR.pub CI.pub
 *
 * LAYOUT is the folder of an OCI layout, read into memory before anything is asked; BASE is evidence on disk.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <layertrust.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"

struct blob {
    char digest[72];
    char *bytes;
    size_t length;
};
struct store {
    struct blob blobs[256];
    size_t count;
    const char *image; /* the digest of the image */
};
/* Where one reader stands in a blob. */
struct reader {
    const struct blob *blob;
    size_t at;
};

static const struct blob *find(const struct store *store, const char *digest) {
    for (size_t i = 0; i < store->count; i++)
        if (strcmp(store->blobs[i].digest, digest) == 0) return &store->blobs[i];
    return NULL;
}

static uint32_t open_blob(void *user_data, const char *digest, void **stream) {
    const struct blob *blob = find(user_data, digest);
    if (!blob) return LAYERTRUST_ANSWER_NONE;
    struct reader *reader = malloc(sizeof *reader);
    if (!reader) return LAYERTRUST_ANSWER_FAILED;
    *reader = (struct reader){blob, 0};
    *stream = reader;
    return LAYERTRUST_ANSWER_FOUND;
}

static int64_t read_blob(void *user_data, void *stream, uint8_t *buffer, size_t length) {
    struct reader *reader = stream;
    size_t rest = reader->blob->length - reader->at;
    if (length > rest) length = rest;
    memcpy(buffer, reader->blob->bytes + reader->at, length);
    reader->at += length;
    (void)user_data;
    return (int64_t)length;
}

static void close_blob(void *user_data, void *stream) {
    (void)user_data;
    free(stream);
}

static uint32_t add(layertrust_descriptors *found, const struct blob *blob) {
    return layertrust_descriptors_add(found, MANIFEST, blob->digest, blob->length, NULL) == LAYERTRUST_OK
               ? LAYERTRUST_ANSWER_FOUND
               : LAYERTRUST_ANSWER_FAILED;
}

static uint32_t resolve(void *user_data, const char *tag, const char *digest, layertrust_descriptors *found) {
    const struct store *store = user_data;
    const struct blob *blob = find(store, digest ? digest : store->image);
    (void)tag; /* there is one image, whatever its name */
    return blob ? add(found, blob) : LAYERTRUST_ANSWER_NONE;
}

/* Every small blob that names the subject. Too much does no harm: the manifests decide. */
static uint32_t referrers(void *user_data, const char *subject, layertrust_descriptors *found) {
    const struct store *store = user_data;
    for (size_t i = 0; i < store->count; i++) {
        const struct blob *blob = &store->blobs[i];
        int names_it = strstr(blob->bytes, "\"subject\"") && strstr(blob->bytes, subject);
        if (names_it && add(found, blob) != LAYERTRUST_ANSWER_FOUND) return LAYERTRUST_ANSWER_FAILED;
    }
    return LAYERTRUST_ANSWER_FOUND;
}

static char *slurp(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(1 << 20) : NULL;
    if (bytes) {
        *length = fread(bytes, 1, (1 << 20) - 1, file);
        bytes[*length] = 0;
    }
    if (file) fclose(file);
    return bytes;
}

static void load(struct store *store, const char *layout) {
    char path[4096];
    snprintf(path, sizeof path, "%s/blobs/sha256", layout);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) && store->count < 256;) {
        struct blob *blob = &store->blobs[store->count];
        if (strlen(entry->d_name) != 64) continue;
        snprintf(path, sizeof path, "%s/blobs/sha256/%s", layout, entry->d_name);
        snprintf(blob->digest, sizeof blob->digest, "sha256:%.64s", entry->d_name);
        if ((blob->bytes = slurp(path, &blob->length))) store->count++;
    }
    if (folder) closedir(folder);
}

/* The image: the first digest in index.json. */
static char *first_digest(const char *layout) {
    char path[4096];
    size_t length = 0;
    snprintf(path, sizeof path, "%s/index.json", layout);
    char *index = slurp(path, &length), *at = index ? strstr(index, "sha256:") : NULL;
    char *digest = at ? strndup(at, 71) : NULL;
    free(index);
    return digest;
}

static layertrust_result add_signer(layertrust_policy_builder *builder, const char *name, const char *path, layertrust_error **error) {
    size_t length = 0;
    char *pem = slurp(path, &length);
    layertrust_signer *signer = NULL;
    layertrust_result result = layertrust_signer_new_key((const uint8_t *)pem, length, &signer, error);
    if (result == LAYERTRUST_OK) result = layertrust_policy_builder_add_signer(builder, name, signer, error);
    layertrust_signer_free(signer);
    free(pem);
    return result;
}

int main(int argc, char **argv) {
    static struct store store;
    layertrust_error *error = NULL;
    layertrust_policy_builder *builder = NULL;
    layertrust_policy *policy = NULL;
    layertrust_verifier *verifier = NULL;
    layertrust_source *image = NULL, *base = NULL;
    layertrust_request *request = NULL;
    layertrust_report *report = NULL;
    layertrust_result result;
#define STEP(call) if ((result = (call)) != LAYERTRUST_OK) goto end

    if (argc != 5) return fprintf(stderr, "usage: custom_source LAYOUT BASE VENDOR.pub CI.pub\n"), 2;
    load(&store, argv[1]);
    char *digest = first_digest(argv[1]);
    store.image = digest ? digest : "";

    STEP(layertrust_policy_builder_new(&builder, &error));
    STEP(add_signer(builder, "vendor", argv[3], &error));
    STEP(add_signer(builder, "ci", argv[4], &error));
    STEP(layertrust_policy_builder_add_base_signer(builder, "vendor", &error));
    STEP(layertrust_policy_builder_add_org_signer(builder, "ci", &error));
    STEP(layertrust_policy_builder_build(builder, &policy, &error));
    STEP(layertrust_verifier_new(policy, &verifier, &error));

    STEP(layertrust_source_new_callbacks(&store, NULL, open_blob, read_blob, close_blob, &image, &error));
    STEP(layertrust_source_on_resolve(image, resolve, &error));
    STEP(layertrust_source_on_referrers(image, referrers, &error));
    STEP(layertrust_source_open_layout(argv[2], NULL, policy, &base, &error));
    STEP(layertrust_request_new(time(NULL), &request, &error));
    STEP(layertrust_request_add_evidence(request, base, &error));
    STEP(layertrust_verify(verifier, image, request, &report, &error));

end:
    puts(result == LAYERTRUST_OK ? "accepted" : result == LAYERTRUST_REJECTED ? "rejected" : "no answer");
    for (size_t s = 0; s < layertrust_report_segment_count(report, 0); s++)
        printf("layers %zu to %zu: %s\n", layertrust_report_segment_begin(report, 0, s),
               layertrust_report_segment_end(report, 0, s),
               layertrust_owner_name(layertrust_report_segment_owner(report, 0, s)));
    if (error) fprintf(stderr, "%s: %s\n", layertrust_error_name(error), layertrust_error_message(error));
    layertrust_report_free(report);
    layertrust_request_free(request);
    layertrust_source_free(base);
    layertrust_source_free(image);
    layertrust_verifier_free(verifier);
    layertrust_policy_free(policy);
    layertrust_policy_builder_free(builder);
    layertrust_error_free(error);
    for (size_t i = 0; i < store.count; i++) free(store.blobs[i].bytes);
    free(digest);
    return result == LAYERTRUST_OK ? 0 : result == LAYERTRUST_REJECTED ? 1 : 3;
}
