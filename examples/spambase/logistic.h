// Logistic regression on the Spambase features, small enough to read: what every organisation of
// the demo runs on its own e-mails. Knows nothing of blindsum.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace spambase {

constexpr std::size_t kFeatures = 57;
constexpr std::size_t kModelSize = kFeatures + 1;  // weights, then the bias

using Model = std::array<double, kModelSize>;

struct Email {
  std::array<double, kFeatures>
      features{};  // log1p of the published columns, run lengths quartered
  bool is_spam = false;
};

// Reads a CSV with a header line and 58 columns. Throws std::runtime_error with file and line.
std::vector<Email> read_emails(const std::filesystem::path& csv);

// Stochastic gradient descent in place: `epochs` passes over the e-mails, shuffled by `seed`.
void train(Model& model, const std::vector<Email>& emails, unsigned epochs, std::uint64_t seed);

// Share of e-mails that the model puts on the right side, 0..1.
double accuracy(const Model& model, const std::vector<Email>& emails);

}  // namespace spambase
