/* The demo image, asked about in most tests. */
#ifndef DEMO_H
#define DEMO_H

#include "check.h"

#define IMAGE_DIGEST "sha256:b302dcd16346925b9461bec71fb89087b8dc3f75746f0bbd6967f852c254de99"

struct demo {
    layertrust_policy *policy;
    layertrust_verifier *verifier;
    layertrust_source *image, *base;
    layertrust_request *request;
};

static inline struct demo demo_open(void) {
    struct demo demo = {0};
    MUST(layertrust_policy_from_file(DEMO "/policy.toml", &demo.policy, &error));
    MUST(layertrust_verifier_new(demo.policy, &demo.verifier, &error));
    MUST(layertrust_source_open("oci:" DEMO "/image", demo.policy, &demo.image, &error));
    MUST(layertrust_source_open("oci:" DEMO "/base", demo.policy, &demo.base, &error));
    MUST(layertrust_request_new(NOW, &demo.request, &error));
    MUST(layertrust_request_add_evidence(demo.request, demo.base, &error));
    return demo;
}

static inline void demo_free(struct demo *demo) {
    layertrust_request_free(demo->request);
    layertrust_source_free(demo->base);
    layertrust_source_free(demo->image);
    layertrust_verifier_free(demo->verifier);
    layertrust_policy_free(demo->policy);
    memset(demo, 0, sizeof *demo);
}

/* The report of the accepted demo image. */
static inline layertrust_report *demo_report(const struct demo *demo) {
    layertrust_report *report = NULL;
    MUST(layertrust_verify(demo->verifier, demo->image, demo->request, &report, &error));
    return report;
}

#endif
