/* Proof that a checker is on: what it does not catch here it would not catch elsewhere.
 *
 *     sanitizers leak|stale|overflow|undefined
 */
#include "demo.h"

int main(int argc, char **argv) {
    const char *fault = argc > 1 ? argv[1] : "";
    if (same(fault, "leak")) {
        /* A handle of the library's, which its own allocator made. */
        layertrust_request *request = NULL;
        MUST(layertrust_request_new(NOW, &request, &error));
        request = NULL;
        return request != NULL;
    }
    if (same(fault, "stale")) {
        /* A string of a handle that is gone. */
        struct demo demo = demo_open();
        const char *name = layertrust_policy_name(demo.policy);
        demo_free(&demo);
        return *name == 'x';
    }
    if (same(fault, "overflow")) {
        char *text = malloc(8);
        volatile size_t beyond = 8;
        text[beyond] = 'x';
        free(text);
        return 0;
    }
    if (same(fault, "undefined")) {
        volatile int large = 0x7fffffff;
        printf("%d\n", large + argc);
        return 0;
    }
    return 2;
}
