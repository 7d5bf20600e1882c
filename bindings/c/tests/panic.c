/* A panic inside a function becomes an error, and the library goes on. Linked with a library built for this. */
#include "demo.h"

layertrust_result layertrust_test_panic(layertrust_error **error);

int main(void) {
    struct demo demo = demo_open();
    FAILS(LAYERTRUST_ERROR_PANIC, layertrust_test_panic(&error));
    CHECK(layertrust_test_panic(NULL) == LAYERTRUST_ERROR_PANIC);
    layertrust_report_free(demo_report(&demo));
    demo_free(&demo);
    return finish("panic");
}
