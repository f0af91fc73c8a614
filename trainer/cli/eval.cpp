// haliclr eval: kNN and linear accuracy of an encoder's features, beside those of its baselines.
#include "trainer/cli/subcommands.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <nlohmann/json.hpp>

#include "runtime/binding/backend.h"
#include "trainer/cli/operator_call.h"
#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/eval/embed.h"
#include "trainer/eval/protocol.h"
#include "trainer/eval/results.h"
#include "trainer/report/json_file.h"
#include "trainer/report/report.h"
#include "trainer/train/checkpoint.h"
#include "trainer/train/device.h"

namespace haliclr::trainer {

namespace {

// Enough for stable statistics, few enough to cost little: 20 batches of 500 images.
constexpr int64_t calibration_batches = 20;

struct EvalOptions {
    std::string checkpoint, data, json, device = "auto";
    int64_t limit = 0;
    bool baselines = false;
    Protocol protocol;
};

class Evaluation {
public:
    Evaluation(const EvalOptions &options, const Config &config)
        : protocol(options.protocol),
          train(
              load_images(options.data.empty() ? config.data.source : options.data, Split::Train)),
          test(load_images(options.data.empty() ? config.data.source : options.data, Split::Test)) {
        if (options.limit > 0) {
            train = first_images(train, options.limit);
            test = first_images(test, options.limit);
        }
        require_labels(train);
        require_labels(test);
        embed.size = config.view.size;
        embed.device = resolve_device(options.device);
    }

    Accuracy raw() const {
        const bool grey = is_grey(train) && is_grey(test);
        return evaluate("raw", raw_features(train, grey, embed), raw_features(test, grey, embed),
                        train, test, protocol);
    }

    Accuracy untrained(const Config &config) const {
        Encoder encoder = untrained_encoder(config);
        calibrate_batch_norm(encoder, train, calibration_batches, embed);
        return of_encoder("untrained", encoder);
    }

    Accuracy of_encoder(const std::string &name, const Encoder &encoder) const {
        return evaluate(name, encoder_features(encoder, train, embed),
                        encoder_features(encoder, test, embed), train, test, protocol);
    }

    const Protocol protocol;
    ImageSet train, test;
    EmbedOptions embed;
};

nlohmann::ordered_json to_json(const EvalOptions &options, const Evaluation &evaluation,
                               const std::vector<Accuracy> &rows) {
    nlohmann::ordered_json json;
    json["checkpoint"] = options.checkpoint;
    json["train"] = evaluation.train.description;
    json["test"] = evaluation.test.description;
    json["view_size"] = evaluation.embed.size;
    json["neighbours"] = options.protocol.knn.neighbours;
    json["temperature"] = options.protocol.knn.temperature;
    json["weight_decay"] = options.protocol.linear.weight_decay;
    json["rows"] = results_json(rows);
    return json;
}

// Results that are kept in the folder of a run belong in its report.
void keep_results(const EvalOptions &options, const nlohmann::ordered_json &json) {
    if (options.json.empty()) {
        return;
    }
    const std::filesystem::path file = options.json;
    write_json_file(file, json);
    if (std::filesystem::exists(file.parent_path() / "metrics.jsonl")) {
        write_report(file.parent_path());
    }
}

void print_protocol(const Protocol &protocol) {
    if (protocol.with_knn) {
        std::printf("kNN: cosine, k = %lld, temperature %g\n",
                    static_cast<long long>(protocol.knn.neighbours), protocol.knn.temperature);
    }
    if (protocol.with_linear) {
        std::printf("linear: logistic regression on frozen features, weight decay %g\n",
                    protocol.linear.weight_decay);
    }
}

void run_eval(const EvalOptions &options) {
    require_writable_place(options.json, "--json");
    as_usage([] { return runtime::backend_for("views", at::kCPU); });
    const LoadedEncoder loaded = load_encoder(options.checkpoint);
    const Evaluation evaluation(options, loaded.config);
    std::printf("%s; %s\n", evaluation.train.description.c_str(),
                evaluation.test.description.c_str());
    print_protocol(options.protocol);
    std::fflush(stdout);
    std::vector<Accuracy> rows;
    if (options.baselines) {
        rows.push_back(evaluation.raw());
        rows.push_back(evaluation.untrained(loaded.config));
    }
    rows.push_back(evaluation.of_encoder("trained", loaded.encoder));
    std::fputs(results_table(rows).c_str(), stdout);
    keep_results(options, to_json(options, evaluation, rows));
}

// Checks of CLI11: the empty text means that the value is fine.
std::string positive_count(const std::string &text) {
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    const bool fine =
        digits && text.size() <= 9 && text.find_first_not_of('0') != std::string::npos;
    return fine ? "" : "give a whole number from 1 to 999999999, not " + text;
}

std::string finite_number(const std::string &text, bool or_zero) {
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool fine = end != text.c_str() && *end == '\0' && std::isfinite(value) &&
                      (value > 0 || (or_zero && value == 0));
    return fine ? ""
                : std::string("give a finite number ") + (or_zero ? "of at least" : "above") +
                      " 0, not " + text;
}

void add_protocol(CLI::App &eval, const std::string &name, const std::string &help, bool with_knn,
                  bool with_linear) {
    CLI::App *command = eval.add_subcommand(name, help);
    auto options = std::make_shared<EvalOptions>();
    options->protocol.with_knn = with_knn;
    options->protocol.with_linear = with_linear;
    command
        ->add_option("--checkpoint", options->checkpoint,
                     "Run directory (its newest checkpoint is taken) or checkpoint file")
        ->required();
    command->add_option("--data", options->data,
                        "Labelled data set: fashion-mnist[:DIR], cifar10:DIR, cifar100:DIR or "
                        "synthetic:N (default: that of the training)");
    command->add_option("--limit", options->limit, "First n images of each split (default: all)")
        ->check(positive_count);
    command->add_flag("--baselines", options->baselines,
                      "Also evaluate raw pixels and the untrained encoder, by the same protocol");
    command->add_option("--device", options->device, "cpu, cuda or auto");
    command->add_option("--json", options->json,
                        "Write the results to this file; in a run directory its report shows them");
    if (with_knn) {
        command->add_option("--k", options->protocol.knn.neighbours, "Neighbours that vote (10)")
            ->check(positive_count);
        command
            ->add_option("--temperature", options->protocol.knn.temperature,
                         "A vote weighs exp(cosine similarity / temperature) (0.1)")
            ->check([](const std::string &text) { return finite_number(text, false); });
    }
    if (with_linear) {
        command
            ->add_option("--weight-decay", options->protocol.linear.weight_decay,
                         "L2 penalty of the linear classifier (0.0001)")
            ->check([](const std::string &text) { return finite_number(text, true); });
    }
    command->callback([options] { run_eval(*options); });
}

} // namespace

void add_eval(CLI::App &app) {
    CLI::App *eval = app.add_subcommand("eval", "Measure how well features tell classes apart");
    eval->require_subcommand(1);
    add_protocol(*eval, "knn", "Accuracy of the nearest neighbours", true, false);
    add_protocol(*eval, "linear", "Accuracy of a linear classifier on frozen features", false,
                 true);
    add_protocol(*eval, "all", "Both, in one table", true, true);
}

} // namespace haliclr::trainer
