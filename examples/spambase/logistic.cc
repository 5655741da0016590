#include "examples/spambase/logistic.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

namespace spambase {
namespace {

constexpr double kLearningRate = 0.3;
constexpr double kWeightDecay = 1e-4;
constexpr std::size_t kBatch = 16;
// The last three columns are run lengths, up to thousands: on the scale of the others after log1p
// / 4.
constexpr std::size_t kFirstRunLength = 54;
constexpr double kRunLengthScale = 0.25;

double score(const Model& model, const Email& email) {
  return std::inner_product(email.features.begin(), email.features.end(), model.begin(),
                            model[kFeatures]);
}

Email parse_line(const std::string& line, const std::string& where) {
  std::istringstream columns(line);
  std::string cell;
  std::vector<double> values;
  while (std::getline(columns, cell, ',')) {
    std::size_t used = 0;
    const double value = std::stod(cell, &used);
    if (used != cell.size()) throw std::runtime_error(where + ": not a number: " + cell);
    values.push_back(value);
  }
  if (values.size() != kFeatures + 1) throw std::runtime_error(where + ": expected 58 columns");
  Email email;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    const double scale = i < kFirstRunLength ? 1.0 : kRunLengthScale;
    email.features[i] = std::log1p(values[i]) * scale;
  }
  email.is_spam = values[kFeatures] == 1.0;
  return email;
}

void step(Model& model, const std::vector<const Email*>& batch) {
  Model gradient{};
  for (const Email* email : batch) {
    const double error = 1.0 / (1.0 + std::exp(-score(model, *email))) - (email->is_spam ? 1 : 0);
    for (std::size_t i = 0; i < kFeatures; ++i) gradient[i] += error * email->features[i];
    gradient[kFeatures] += error;
  }
  const double count = static_cast<double>(batch.size());
  for (std::size_t i = 0; i < kModelSize; ++i) {
    const double decay = i < kFeatures ? kWeightDecay * model[i] : 0.0;
    model[i] -= kLearningRate * (gradient[i] / count + decay);
  }
}

}  // namespace

std::vector<Email> read_emails(const std::filesystem::path& csv) {
  std::ifstream file(csv);
  if (!file) throw std::runtime_error("cannot read " + csv.string());
  std::vector<Email> emails;
  std::string line;
  std::getline(file, line);  // the header
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    const std::string where = csv.string() + ":" + std::to_string(number);
    if (!line.empty()) emails.push_back(parse_line(line, where));
  }
  if (emails.empty()) throw std::runtime_error(csv.string() + " has no e-mails");
  return emails;
}

void train(Model& model, const std::vector<Email>& emails, unsigned epochs, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<const Email*> order;
  for (const Email& email : emails) order.push_back(&email);
  for (unsigned epoch = 0; epoch < epochs; ++epoch) {
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t first = 0; first < order.size(); first += kBatch) {
      const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end =
          order.begin() + static_cast<std::ptrdiff_t>(std::min(first + kBatch, order.size()));
      step(model, std::vector<const Email*>(begin, end));
    }
  }
}

double accuracy(const Model& model, const std::vector<Email>& emails) {
  const auto right = std::count_if(emails.begin(), emails.end(), [&](const Email& email) {
    return (score(model, email) > 0) == email.is_spam;
  });
  return static_cast<double>(right) / static_cast<double>(emails.size());
}

}  // namespace spambase
