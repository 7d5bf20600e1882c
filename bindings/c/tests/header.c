/* The header stands alone, in C11 and in C++17, and twice. */
#include <layertrust.h>
#include <layertrust.h>

typedef layertrust_result (*verify)(const layertrust_verifier *, const layertrust_source *, const layertrust_request *,
                                    layertrust_report **, layertrust_error **);
extern verify used;
verify used = layertrust_verify;
