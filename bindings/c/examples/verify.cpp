// The same as verify.c with destructors and exceptions: what a wrapper in C++ looks like.
//
//     verify POLICY IMAGE [EVIDENCE...]
#include <layertrust.h>

#include <ctime>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T *handle) const { Free(handle); }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Freed<Free>>;

using Error = Handle<layertrust_error, layertrust_error_free>;
using Policy = Handle<layertrust_policy, layertrust_policy_free>;
using Verifier = Handle<layertrust_verifier, layertrust_verifier_free>;
using Source = Handle<layertrust_source, layertrust_source_free>;
using Request = Handle<layertrust_request, layertrust_request_free>;
using Report = Handle<layertrust_report, layertrust_report_free>;

// There is no answer. A rejected image is one, and no exception.
class Failure : public std::runtime_error {
public:
    explicit Failure(const layertrust_error *error)
        : std::runtime_error(std::string(layertrust_error_name(error)) + ": " + layertrust_error_message(error)) {}
};

// Runs a call with a place for its error, and throws unless it went well.
template <typename Call>
void must(Call call) {
    layertrust_error *raw = nullptr;
    layertrust_result result = call(&raw);
    Error error(raw);
    if (result != LAYERTRUST_OK) throw Failure(error.get());
}

// The same for a call that makes something.
template <typename Made, typename Call>
Made make(Call call) {
    typename Made::pointer raw = nullptr;
    must([&](layertrust_error **error) { return call(&raw, error); });
    return Made(raw);
}

Source open(const char *reference, const Policy &policy) {
    return make<Source>([&](auto out, auto error) { return layertrust_source_open(reference, policy.get(), out, error); });
}

Report verify(const Verifier &verifier, const Source &image, const Request &request) {
    layertrust_report *report = nullptr;
    layertrust_error *error = nullptr;
    layertrust_result result = layertrust_verify(verifier.get(), image.get(), request.get(), &report, &error);
    Error owned(error);
    if (result != LAYERTRUST_OK && result != LAYERTRUST_REJECTED) throw Failure(error);
    return Report(report);
}

}  // namespace

int main(int argc, char **argv) try {
    if (argc < 3) throw std::runtime_error("usage: verify POLICY IMAGE [EVIDENCE...]");
    Policy policy = make<Policy>([&](auto out, auto error) { return layertrust_policy_from_file(argv[1], out, error); });
    Verifier verifier = make<Verifier>([&](auto out, auto error) { return layertrust_verifier_new(policy.get(), out, error); });
    Request request = make<Request>([&](auto out, auto error) { return layertrust_request_new(std::time(nullptr), out, error); });
    for (int i = 3; i < argc; i++) {
        Source evidence = open(argv[i], policy);
        must([&](auto error) { return layertrust_request_add_evidence(request.get(), evidence.get(), error); });
    }
    Report report = verify(verifier, open(argv[2], policy), request);

    std::cout << layertrust_verdict_name(layertrust_report_verdict(report.get())) << '\n';
    for (size_t p = 0; p < layertrust_report_platform_count(report.get()); p++)
        for (size_t l = layertrust_report_layer_count(report.get(), p); l-- > 0;)
            std::cout << layertrust_report_platform_name(report.get(), p) << " layer " << l << ": "
                      << layertrust_owner_name(layertrust_report_layer_owner(report.get(), p, l)) << '\n';
    return layertrust_report_verdict(report.get()) == LAYERTRUST_VERDICT_ACCEPTED ? 0 : 1;
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 3;
}
