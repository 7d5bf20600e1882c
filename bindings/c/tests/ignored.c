/* Must not compile with -Werror: the result of a verification is ignored. */
#include <layertrust.h>

void ignore(const layertrust_verifier *verifier, const layertrust_source *source, const layertrust_request *request);
void ignore(const layertrust_verifier *verifier, const layertrust_source *source, const layertrust_request *request) {
    layertrust_report *report;
    layertrust_verify(verifier, source, request, &report, NULL);
}
