/* What the tests state their expectations with. Each test is one program, run in the root of the repository. */
#ifndef CHECK_H
#define CHECK_H

#include <layertrust.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEMO "testdata/demo"
#define NOW 1795521600 /* 2026-11-24T12:00:00Z */

static int checks, failures;
/* Where MUST and FAILS look for the error of the call. */
static layertrust_error *error;

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
static inline void check(int holds, const char *what, const char *file, int line) {
    checks++;
    if (!holds) {
        failures++;
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
    }
}

/* The call succeeds, and leaves no error. */
#define MUST(call) expect(LAYERTRUST_OK, LAYERTRUST_OK, (call), #call, __FILE__, __LINE__)
/* The call fails with this result, and its error says so too. */
#define FAILS(result, call) expect((result), (result), (call), #call, __FILE__, __LINE__)
/* The image is rejected, for this reason first of all. */
#define REJECTS(code, call) expect(LAYERTRUST_REJECTED, (code), (call), #call, __FILE__, __LINE__)

static inline void expect(uint32_t wanted, uint32_t code, layertrust_result found, const char *what,
                          const char *file, int line) {
    int holds = found == wanted;
    if (wanted == LAYERTRUST_OK)
        holds = holds && !error;
    else
        holds = holds && error && layertrust_error_code(error) == code && *layertrust_error_message(error) &&
                *layertrust_error_hint(error) &&
                strcmp(layertrust_error_name(error), layertrust_result_name(code)) == 0;
    check(holds, what, file, line);
    if (!holds)
        fprintf(stderr, "  wanted %u, found %u: %s: %s\n", (unsigned)code, (unsigned)found,
                error ? layertrust_error_name(error) : "no error", error ? layertrust_error_message(error) : "");
    layertrust_error_free(error);
    error = NULL;
}

static inline int same(const char *one, const char *two) {
    return one && two ? strcmp(one, two) == 0 : one == two;
}

/* A whole file, which ends in NUL as well; the caller frees it. */
static inline char *slurp(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t room = 0, count = 0;
    while (file) {
        if (count + 1 >= room) bytes = realloc(bytes, room = room * 2 + 4096);
        if (!bytes) abort();
        size_t more = fread(bytes + count, 1, room - count - 1, file);
        count += more;
        if (!more) break;
    }
    if (file) fclose(file);
    if (bytes) bytes[count] = 0;
    if (length) *length = bytes ? count : 0;
    return bytes;
}

static inline int finish(const char *name) {
    printf("%s: %d checks, %d failed\n", name, checks, failures);
    return failures || !checks;
}

#endif
