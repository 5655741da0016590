// spambase-evaluate: what the demo compares with. Trains on the e-mails of one or more files
// together, or takes a finished model, and prints the accuracy on a test set.
//
//   spambase-evaluate --test test.csv --train org-01.csv --train org-02.csv --epochs 50
//   spambase-evaluate --test test.csv --model model.f64
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>

#include "examples/spambase/logistic.h"

namespace {

spambase::Model read_model(const std::string& path) {
  spambase::Model model{};
  std::ifstream file(path, std::ios::binary);
  // reinterpret_cast: the file is the model's doubles as they lie in memory (little-endian).
  file.read(reinterpret_cast<char*>(model.data()), sizeof(model));
  if (!file) throw std::runtime_error("cannot read a model of 58 doubles from " + path);
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Accuracy of a spam filter trained on the given files, or of a given model"};
  std::string test, model_file;
  std::vector<std::string> files;
  unsigned epochs = 50;
  app.add_option("--test", test, "CSV of the held-out e-mails")->required();
  app.add_option("--train", files, "CSV to train on; may be given several times");
  app.add_option("--model", model_file, "file of 58 little-endian doubles");
  app.add_option("--epochs", epochs, "passes over the e-mails")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    spambase::Model model{};
    if (!model_file.empty()) model = read_model(model_file);
    std::vector<spambase::Email> emails;
    for (const std::string& file : files) {
      const auto more = spambase::read_emails(file);
      emails.insert(emails.end(), more.begin(), more.end());
    }
    if (!emails.empty()) spambase::train(model, emails, epochs, 1);
    std::printf("%.6f\n", spambase::accuracy(model, spambase::read_emails(test)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "spambase-evaluate: %s\n", error.what());
    return 1;
  }
  return 0;
}
