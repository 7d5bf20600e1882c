/* Every case of testdata/cases: the verdict and the codes that it states, and the very report that Rust gives.
 *
 *     cases FOLDER COUNT [STEP]
 *
 * FOLDER has what `layertrust-c-generate cases` wrote, COUNT is how many cases there are; with STEP only every STEP-th runs.
 */
#include "check.h"

enum { CELLS = 8, LIST = 16 };

struct fact {
    char *platform, *name, *values[4];
};
struct list {
    char *items[LIST], *paths[LIST];
    size_t count;
};
struct test {
    char *name, *expect, *now, *policy, *image, *layers, *as;
    struct list evidence, bases, platforms, codes, warnings, errors;
    struct fact facts[LIST];
    size_t fact_count;
};

static void push(struct list *list, char *item, char *path) {
    if (list->count == LIST) abort();
    list->items[list->count] = item;
    list->paths[list->count++] = path;
}

/* The finding of this severity and code, from `from` on; the number of findings if there is none. */
static size_t next_finding(const layertrust_report *report, uint32_t severity, const char *code, size_t from) {
    size_t count = layertrust_report_finding_count(report), at = from;
    for (; at < count; at++) {
        const char *name = layertrust_result_name(layertrust_report_finding_code(report, at));
        if (layertrust_report_finding_severity(report, at) == severity && (!code || same(code, name))) break;
    }
    return at;
}

static int has(const layertrust_report *report, uint32_t severity, const char *code) {
    return next_finding(report, severity, code, 0) < layertrust_report_finding_count(report);
}

/* Exactly the errors that are stated: as many as there are, and each is there as often as it is stated. */
static int same_errors(const layertrust_report *report, const struct list *stated) {
    size_t count = layertrust_report_finding_count(report), found = 0;
    char taken[LIST] = {0};
    for (size_t at = 0; (at = next_finding(report, LAYERTRUST_SEVERITY_ERROR, NULL, at)) < count; at++, found++) {
        const char *code = layertrust_result_name(layertrust_report_finding_code(report, at));
        const char *path = layertrust_report_finding_path(report, at);
        size_t i = 0;
        while (i < stated->count &&
               (taken[i] || !same(stated->items[i], code) || !same(stated->paths[i], path ? path : "-")))
            i++;
        if (i == stated->count) return 0;
        taken[i] = 1;
    }
    return found == stated->count;
}

static size_t find_segment(const layertrust_report *report, size_t platform, const struct fact *fact) {
    size_t count = layertrust_report_segment_count(report, platform), at = 0;
    for (; at < count; at++) {
        layertrust_owner owner = layertrust_report_segment_owner(report, platform, at);
        if (same(fact->name, "intermediate")
                ? owner == LAYERTRUST_OWNER_INTERMEDIATE &&
                      same(layertrust_report_segment_name(report, platform, at), fact->values[0])
                : owner == LAYERTRUST_OWNER_VENDOR || owner == LAYERTRUST_OWNER_VENDOR_CUSTOMIZATION)
            break;
    }
    return at;
}

/* Whether what is stated of a platform holds. What only the JSON says (its class) is compared there. */
static int holds(const layertrust_report *report, const struct fact *fact) {
    size_t platform = 0, platforms = layertrust_report_platform_count(report);
    while (platform < platforms && !same(layertrust_report_platform_name(report, platform), fact->platform)) platform++;
    if (platform == platforms) return 0;
    size_t segment = find_segment(report, platform, fact);
    size_t begin = layertrust_report_segment_begin(report, platform, segment);
    size_t layers = layertrust_report_segment_end(report, platform, segment) - begin;
    const char *image = layertrust_report_segment_image(report, platform, segment);
    const char *chain = layertrust_report_segment_chain_id(report, platform, segment);
    if (same(fact->name, "base")) return same(fact->values[0], image);
    if (same(fact->name, "chain_id")) return same(fact->values[0], chain);
    if (same(fact->name, "base_layers")) return strtoul(fact->values[0], NULL, 10) == layers;
    if (same(fact->name, "config_owner"))
        return same(fact->values[0], layertrust_owner_name(layertrust_report_config_owner(report, platform)));
    if (same(fact->name, "org_layers")) {
        size_t org = 0;
        for (size_t i = 0; i < layertrust_report_layer_count(report, platform); i++)
            org += layertrust_report_layer_owner(report, platform, i) == LAYERTRUST_OWNER_ORG;
        return strtoul(fact->values[0], NULL, 10) == org;
    }
    if (same(fact->name, "intermediate"))
        return same(fact->values[1], image) && strtoul(fact->values[2], NULL, 10) == layers && same(fact->values[3], chain);
    return same(fact->name, "class");
}

static int same_json(const layertrust_report *report, const char *folder, const char *name) {
    char path[4096], *json = NULL;
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    char *stated = slurp(path, NULL);
    CHECK(layertrust_report_to_json(report, &json, NULL) == LAYERTRUST_OK); /* `error` is the rejection's */
    int equal = stated && json && strcmp(stated, json) == 0;
    layertrust_string_free(json);
    free(stated);
    return equal;
}

static void judge(const struct test *test, const layertrust_report *report, layertrust_result result,
                  const char *folder) {
    int accepted = same(test->expect, "accepted"), good = 1;
    good &= result == (uint32_t)(accepted ? LAYERTRUST_OK : LAYERTRUST_REJECTED);
    good &= same(layertrust_verdict_name(layertrust_report_verdict(report)), test->expect);
    good &= accepted == !error;
    if (error) {
        /* The error of a rejected image is its first error finding. */
        size_t first = next_finding(report, LAYERTRUST_SEVERITY_ERROR, NULL, 0);
        good &= layertrust_error_code(error) == layertrust_report_finding_code(report, first);
        good &= same(layertrust_error_message(error), layertrust_report_finding_message(report, first));
        good &= same(layertrust_error_hint(error), layertrust_report_finding_hint(report, first));
    }
    int any = !test->codes.count;
    for (size_t i = 0; i < test->codes.count; i++) any |= has(report, LAYERTRUST_SEVERITY_ERROR, test->codes.items[i]);
    good &= any;
    if (test->errors.count) good &= same_errors(report, &test->errors);
    for (size_t i = 0; i < test->warnings.count; i++)
        good &= has(report, LAYERTRUST_SEVERITY_WARNING, test->warnings.items[i]);
    for (size_t i = 0; i < test->fact_count; i++)
        if (!holds(report, &test->facts[i])) {
            good = 0;
            fprintf(stderr, "%s: %s differs\n", test->name, test->facts[i].name);
        }
    good &= same_json(report, folder, test->name);
    CHECK(good);
    if (!good)
        fprintf(stderr, "%s: wanted %s, found %u: %s\n", test->name, test->expect, (unsigned)result,
                error ? layertrust_error_message(error) : "no error");
}

static void run(const struct test *test, const char *folder) {
    layertrust_policy *policy = NULL;
    layertrust_verifier *verifier = NULL;
    layertrust_source *image = NULL;
    layertrust_request *request = NULL;
    layertrust_report *report = NULL;
    MUST(layertrust_policy_from_file(test->policy, &policy, &error));
    MUST(layertrust_verifier_new(policy, &verifier, &error));
    MUST(layertrust_request_new(0, &request, &error));
    MUST(layertrust_request_set_now(request, test->now, &error));
    for (size_t i = 0; i < test->evidence.count; i++) {
        layertrust_source *evidence = NULL;
        MUST(layertrust_source_open(test->evidence.items[i], policy, &evidence, &error));
        MUST(layertrust_request_add_evidence(request, evidence, &error));
        layertrust_source_free(evidence);
    }
    for (size_t i = 0; i < test->bases.count; i++)
        MUST(layertrust_request_add_base(request, test->bases.items[i], &error));
    for (size_t i = 0; i < test->platforms.count; i++)
        MUST(layertrust_request_add_platform(request, test->platforms.items[i], &error));
    if (test->layers)
        MUST(layertrust_request_set_layers(
            request, same(test->layers, "all") ? LAYERTRUST_LAYERS_ALL : LAYERTRUST_LAYERS_NONE, &error));
    if (test->as) MUST(layertrust_request_set_name(request, test->as, &error));
    MUST(layertrust_source_open(test->image, policy, &image, &error));
    layertrust_result result = layertrust_verify(verifier, image, request, &report, &error);
    judge(test, report, result, folder);
    layertrust_error_free(error);
    error = NULL;
    layertrust_report_free(report);
    layertrust_request_free(request);
    layertrust_source_free(image);
    layertrust_verifier_free(verifier);
    layertrust_policy_free(policy);
}

/* One row of the table. Returns whether the case is complete. */
static int row(struct test *test, char **cells) {
    const char *word = cells[0];
    if (same(word, "case")) {
        memset(test, 0, sizeof *test);
        test->name = cells[1], test->expect = cells[2], test->now = cells[3];
    } else if (same(word, "policy")) test->policy = cells[1];
    else if (same(word, "image")) test->image = cells[1];
    else if (same(word, "layers")) test->layers = cells[1];
    else if (same(word, "as")) test->as = cells[1];
    else if (same(word, "evidence")) push(&test->evidence, cells[1], NULL);
    else if (same(word, "base")) push(&test->bases, cells[1], NULL);
    else if (same(word, "platform")) push(&test->platforms, cells[1], NULL);
    else if (same(word, "code")) push(&test->codes, cells[1], NULL);
    else if (same(word, "warning")) push(&test->warnings, cells[1], NULL);
    else if (same(word, "error")) push(&test->errors, cells[1], cells[2]);
    else if (same(word, "on")) {
        if (test->fact_count == LIST) abort();
        test->facts[test->fact_count++] = (struct fact){cells[1], cells[2], {cells[3], cells[4], cells[5], cells[6]}};
    } else if (!same(word, "end")) CHECK(!"a row of a known kind");
    return same(word, "end");
}

int main(int argc, char **argv) {
    char path[4096];
    if (argc < 3) return fprintf(stderr, "usage: cases FOLDER COUNT [STEP]\n"), 2;
    size_t step = argc > 3 ? strtoul(argv[3], NULL, 10) : 1, number = 0, ran = 0;
    snprintf(path, sizeof path, "%s/cases.tsv", argv[1]);
    char *table = slurp(path, NULL), *line = table;
    struct test test = {0};
    while (line && *line) {
        char *end = strchr(line, '\n'), *cells[CELLS] = {0};
        *end = 0;
        for (size_t i = 0; line && i < CELLS; i++) {
            cells[i] = line;
            if ((line = strchr(line, '\t'))) *line++ = 0;
        }
        line = end + 1;
        if (row(&test, cells) && number++ % step == 0) run(&test, argv[1]), ran++;
    }
    CHECK(number == strtoul(argv[2], NULL, 10) && ran == (number + step - 1) / step);
    printf("%zu of %zu cases\n", ran, number);
    free(table);
    return finish("cases");
}
