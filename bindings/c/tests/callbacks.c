/* Sources of the caller's own: good ones, and callbacks that fail, lie, read short, never end, or call back in. */
#include <limits.h>
#include <stdatomic.h>

#include "demo.h"

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"

enum behavior {
    GOOD,
    OPEN_FAILS,
    OPEN_GARBAGE,
    OPEN_NONE,
    READ_FAILS,
    READ_LIES,
    READ_SHORT,
    READ_ENDS_EARLY,
    READ_ENDLESS,
    RESOLVE_FAILS,
    RESOLVE_GARBAGE,
    RESOLVE_NONE,
    RESOLVE_EMPTY,
    RESOLVE_TWICE,
    RESOLVE_OTHER,
    RESOLVE_SIZE,
    REFERRERS_FAIL,
    REFERRERS_GARBAGE,
    REFERRERS_NONE,
    REFERRERS_FLOOD,
    REFERRERS_BAD,
    CALLS_BACK,
    FREES_ALL,
};

struct storage {
    enum behavior behavior;
    atomic_int opened, closed, destroyed, depth;
    struct demo *demo;
};

static FILE *blob_file(const char *digest, size_t *length) {
    char path[4096];
    snprintf(path, sizeof path, DEMO "/image/blobs/sha256/%s", digest + strlen("sha256:"));
    FILE *file = fopen(path, "rb");
    if (file && length) {
        fseek(file, 0, SEEK_END);
        *length = (size_t)ftell(file);
        rewind(file);
    }
    return file;
}

/* What a program does that forgets that it is inside a verification. */
static void call_back(struct storage *storage) {
    struct demo *demo = storage->demo;
    layertrust_report *report = NULL;
    MUST(layertrust_request_set_reference(demo->request, "changed meanwhile", &error));
    MUST(layertrust_source_on_images(demo->image, NULL, &error));
    MUST(layertrust_verify(demo->verifier, demo->image, demo->request, &report, &error));
    CHECK(layertrust_report_verdict(report) == LAYERTRUST_VERDICT_ACCEPTED);
    layertrust_report_free(report);
}

static uint32_t open_blob(void *user_data, const char *digest, void **stream) {
    struct storage *storage = user_data;
    if (storage->behavior == CALLS_BACK && storage->depth++ == 0) call_back(storage);
    if (storage->behavior == FREES_ALL && storage->depth++ == 0) demo_free(storage->demo);
    if (storage->behavior == OPEN_FAILS) return LAYERTRUST_ANSWER_FAILED;
    if (storage->behavior == OPEN_GARBAGE) return 77;
    if (storage->behavior == OPEN_NONE) return LAYERTRUST_ANSWER_NONE;
    FILE *file = blob_file(digest, NULL);
    if (!file) return LAYERTRUST_ANSWER_NONE;
    storage->opened++;
    *stream = file;
    return LAYERTRUST_ANSWER_FOUND;
}

static int64_t read_blob(void *user_data, void *stream, uint8_t *buffer, size_t length) {
    struct storage *storage = user_data;
    switch (storage->behavior) {
    case READ_FAILS: return INT64_MIN;
    case READ_LIES: return (int64_t)length + 1;
    case READ_SHORT: return (int64_t)fread(buffer, 1, 1, stream);
    case READ_ENDS_EARLY: return ftell(stream) ? 0 : (int64_t)fread(buffer, 1, length < 10 ? length : 10, stream);
    case READ_ENDLESS: return (int64_t)(memset(buffer, ' ', length), length);
    default: return (int64_t)fread(buffer, 1, length, stream);
    }
}

static void close_blob(void *user_data, void *stream) {
    ((struct storage *)user_data)->closed++;
    fclose(stream);
}

static void destroy(void *user_data) { ((struct storage *)user_data)->destroyed++; }

static void add(layertrust_descriptors *found, const char *digest, int64_t more) {
    size_t length = 0;
    FILE *file = blob_file(digest, &length);
    if (file) fclose(file);
    MUST(layertrust_descriptors_add(found, MANIFEST, digest, length + (uint64_t)more, &error));
}

/* What a callback may do wrong with its list, and what the library says of it. */
static void misuse(layertrust_descriptors *found) {
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_descriptors_annotate(found, "key", "value", &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_descriptors_set_origin(found, LAYERTRUST_ORIGIN_COSIGN_TAG, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_descriptors_add(found, MANIFEST, "sha256:short", 1, &error));
    FAILS(LAYERTRUST_ERROR_MALFORMED, layertrust_descriptors_add(found, MANIFEST, "", 1, &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_descriptors_add(found, "\xff", IMAGE_DIGEST, 1, &error));
}

static uint32_t resolve(void *user_data, const char *tag, const char *digest, layertrust_descriptors *found) {
    struct storage *storage = user_data;
    CHECK(!tag || !digest);
    switch (storage->behavior) {
    case RESOLVE_FAILS: return LAYERTRUST_ANSWER_FAILED;
    case RESOLVE_GARBAGE: return UINT32_MAX;
    case RESOLVE_NONE: return LAYERTRUST_ANSWER_NONE;
    case RESOLVE_EMPTY: misuse(found); return LAYERTRUST_ANSWER_FOUND;
    case RESOLVE_TWICE: add(found, IMAGE_DIGEST, 0); break;
    case RESOLVE_SIZE: add(found, IMAGE_DIGEST, 1); return LAYERTRUST_ANSWER_FOUND;
    case RESOLVE_OTHER: break;
    default:
        /* The source has one image: under its digest, one tag, or asked for as the only one. */
        if ((digest && strcmp(digest, IMAGE_DIGEST)) || (tag && strcmp(tag, "3.6.2"))) return LAYERTRUST_ANSWER_NONE;
    }
    add(found, IMAGE_DIGEST, 0);
    MUST(layertrust_descriptors_annotate(found, "a", "b", &error));
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_descriptors_set_origin(found, 9, &error));
    return LAYERTRUST_ANSWER_FOUND;
}

static uint32_t referrers(void *user_data, const char *subject, layertrust_descriptors *found) {
    static const char *const attached[] = {
        "sha256:81ee44a5dfe617e9486d179b5d68da2047143609de04c289c2b9c77d99773456",
        "sha256:ffb0242842556123093a36014a4b3f3a0c4f66d973db3b535451329bcf9e60ae",
        "sha256:da6c694f143a172a380c08ca72de802d4e1c9f207cf959fa755900555eb83e93",
    };
    struct storage *storage = user_data;
    if (storage->behavior == REFERRERS_FAIL) return LAYERTRUST_ANSWER_FAILED;
    if (storage->behavior == REFERRERS_GARBAGE) return 0x40000000;
    if (storage->behavior == REFERRERS_NONE || strcmp(subject, IMAGE_DIGEST)) return LAYERTRUST_ANSWER_NONE;
    if (storage->behavior == REFERRERS_FLOOD) {
        size_t added = 0;
        while (layertrust_descriptors_add(found, MANIFEST, attached[0], 878, NULL) == LAYERTRUST_OK) added++;
        CHECK(added == 1001); /* the limit is 1000; one more shows that there are too many */
        FAILS(LAYERTRUST_ERROR_LIMIT_EXCEEDED, layertrust_descriptors_add(found, MANIFEST, attached[0], 878, &error));
        return LAYERTRUST_ANSWER_FOUND;
    }
    for (size_t i = 0; i < 3; i++) {
        add(found, attached[i], storage->behavior == REFERRERS_BAD);
        MUST(layertrust_descriptors_set_origin(found, LAYERTRUST_ORIGIN_REFERRER, &error));
    }
    return LAYERTRUST_ANSWER_FOUND;
}

/* The demo with an image from the storage. */
static struct demo demo_with(struct storage *storage) {
    struct demo demo = demo_open();
    layertrust_source_free(demo.image);
    demo.image = NULL;
    MUST(layertrust_source_new_callbacks(storage, destroy, open_blob, read_blob, close_blob, &demo.image, &error));
    MUST(layertrust_source_on_resolve(demo.image, resolve, &error));
    MUST(layertrust_source_on_referrers(demo.image, referrers, &error));
    return demo;
}

/* Asks once. `code` is 0 for accepted; else the error's, of a rejection or of no answer. */
static void ask(enum behavior behavior, const char *image, uint32_t layers, size_t threads, uint32_t result, uint32_t code) {
    struct storage storage = {.behavior = behavior};
    struct demo demo = demo_with(&storage);
    storage.demo = &demo;
    layertrust_report *report = NULL;
    if (image) MUST(layertrust_request_set_image(demo.request, image, &error));
    MUST(layertrust_request_set_layers(demo.request, layers, &error));
    MUST(layertrust_request_set_threads(demo.request, threads, &error));
    layertrust_result found = layertrust_verify(demo.verifier, demo.image, demo.request, &report, &error);
    if (result == LAYERTRUST_REJECTED && !code)
        code = layertrust_error_code(error); /* which code comes first is not this test's business */
    expect(result, code, found, "a verification", __FILE__, (int)behavior);
    CHECK(!report == (result != LAYERTRUST_OK && result != LAYERTRUST_REJECTED));
    if (behavior == REFERRERS_FLOOD || behavior == REFERRERS_NONE) {
        uint32_t wanted = behavior == REFERRERS_NONE ? LAYERTRUST_ERROR_SIGNATURE_MISSING : LAYERTRUST_ERROR_LIMIT_EXCEEDED;
        int there = 0;
        for (size_t i = 0; i < layertrust_report_finding_count(report); i++)
            there |= layertrust_report_finding_code(report, i) == wanted;
        CHECK(there);
    }
    layertrust_report_free(report);
    CHECK(storage.destroyed == (behavior == FREES_ALL));
    demo_free(&demo);
    CHECK(storage.opened == storage.closed);
    CHECK(storage.destroyed == 1);
}

/* The same report as from the files themselves. */
static void same_answer_as_a_layout(void) {
    struct storage storage = {.behavior = GOOD};
    struct demo layout = demo_open(), demo = demo_with(&storage);
    layertrust_report *one = demo_report(&layout), *two;
    MUST(layertrust_request_set_reference(demo.request, "oci:" DEMO "/image", &error));
    two = demo_report(&demo);
    char *first = NULL, *second = NULL;
    MUST(layertrust_report_to_json(one, &first, &error));
    MUST(layertrust_report_to_json(two, &second, &error));
    CHECK(same(first, second));
    layertrust_string_free(first);
    layertrust_string_free(second);
    layertrust_report_free(one);
    layertrust_report_free(two);
    demo_free(&layout);
    demo_free(&demo);
}

static uint32_t base_image(void *user_data, layertrust_descriptors *found) {
    (void)user_data;
    MUST(layertrust_descriptors_add(found, "application/vnd.oci.image.index.v1+json",
                                    "sha256:eed37051e576fb75ff3ffeef2362a83202ab226f842f7526e5dc761c860ba8fc", 2135, &error));
    return LAYERTRUST_ANSWER_FOUND;
}

/* A source that nobody holds any more lives as long as a request has it as evidence; what it lists is a candidate. */
static void evidence_outlives_its_handle(void) {
    struct storage storage = {.behavior = GOOD};
    struct demo demo = demo_open();
    layertrust_source *evidence = NULL;
    MUST(layertrust_source_new_callbacks(&storage, destroy, open_blob, read_blob, close_blob, &evidence, &error));
    MUST(layertrust_source_on_images(evidence, base_image, &error));
    MUST(layertrust_request_add_evidence(demo.request, evidence, &error));
    layertrust_source_free(evidence);
    CHECK(!storage.destroyed);
    layertrust_report_free(demo_report(&demo));
    CHECK(!storage.destroyed);
    demo_free(&demo);
    CHECK(storage.destroyed == 1);
}

static void what_cannot_be_made_takes_nothing(void) {
    struct storage storage = {.behavior = GOOD};
    layertrust_source *source = NULL;
    FAILS(LAYERTRUST_ERROR_NULL_POINTER,
          layertrust_source_new_callbacks(&storage, destroy, NULL, read_blob, close_blob, &source, &error));
    CHECK(!source && !storage.destroyed);
    struct demo demo = demo_open();
    FAILS(LAYERTRUST_ERROR_USAGE, layertrust_source_on_resolve(demo.image, resolve, &error));
    demo_free(&demo);
}

int main(void) {
    const uint32_t ok = LAYERTRUST_OK, rejected = LAYERTRUST_REJECTED, io = LAYERTRUST_ERROR_IO;
    const uint32_t none = LAYERTRUST_LAYERS_AUTO, all = LAYERTRUST_LAYERS_ALL;
    ask(GOOD, NULL, none, 1, ok, ok);
    ask(GOOD, "3.6.2", none, 1, ok, ok);
    ask(GOOD, IMAGE_DIGEST, none, 1, ok, ok);
    ask(GOOD, "9.9", none, 1, LAYERTRUST_ERROR_NOT_FOUND, LAYERTRUST_ERROR_NOT_FOUND);
    ask(GOOD, NULL, all, 4, ok, ok);
    ask(READ_SHORT, NULL, none, 1, ok, ok);
    ask(READ_SHORT, NULL, all, 4, ok, ok);
    ask(OPEN_FAILS, NULL, none, 1, io, io);
    ask(OPEN_GARBAGE, NULL, none, 1, io, io);
    ask(OPEN_NONE, NULL, none, 1, rejected, LAYERTRUST_ERROR_BLOB_MISSING);
    ask(READ_FAILS, NULL, none, 1, io, io);
    ask(READ_LIES, NULL, none, 1, io, io);
    ask(READ_LIES, NULL, all, 4, io, io);
    ask(READ_ENDS_EARLY, NULL, none, 1, rejected, LAYERTRUST_ERROR_DIGEST_MISMATCH);
    ask(READ_ENDLESS, NULL, none, 1, rejected, LAYERTRUST_ERROR_DIGEST_MISMATCH);
    ask(RESOLVE_FAILS, NULL, none, 1, io, io);
    ask(RESOLVE_GARBAGE, NULL, none, 1, io, io);
    ask(RESOLVE_NONE, NULL, none, 1, LAYERTRUST_ERROR_NOT_FOUND, LAYERTRUST_ERROR_NOT_FOUND);
    ask(RESOLVE_EMPTY, NULL, none, 1, io, io);
    ask(RESOLVE_TWICE, NULL, none, 1, io, io);
    ask(RESOLVE_SIZE, NULL, none, 1, rejected, LAYERTRUST_ERROR_DIGEST_MISMATCH);
    ask(RESOLVE_OTHER, "sha256:eed37051e576fb75ff3ffeef2362a83202ab226f842f7526e5dc761c860ba8fc", none, 1, rejected,
        LAYERTRUST_ERROR_DIGEST_MISMATCH);
    ask(REFERRERS_FAIL, NULL, none, 1, io, io);
    ask(REFERRERS_GARBAGE, NULL, none, 1, io, io);
    ask(REFERRERS_NONE, NULL, none, 1, rejected, 0);
    ask(REFERRERS_FLOOD, NULL, none, 1, rejected, 0);
    ask(REFERRERS_BAD, NULL, none, 1, rejected, 0);
    ask(CALLS_BACK, NULL, none, 1, ok, ok);
    ask(FREES_ALL, NULL, none, 1, ok, ok);
    same_answer_as_a_layout();
    evidence_outlives_its_handle();
    what_cannot_be_made_takes_nothing();
    return finish("callbacks");
}
