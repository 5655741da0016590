#include "tests/e2e/harness/sdk_member.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace blindsum::e2e {

UpdateCallback always(std::vector<std::int64_t> values) {
  return [values = std::move(values)](const RoundOffer&, ByteView) {
    return std::optional(Update{values});
  };
}

UpdateCallback always(std::vector<double> values, std::uint64_t weight) {
  return [values = std::move(values), weight](const RoundOffer&, ByteView) {
    return std::optional(Update{values, weight});
  };
}

SdkMember::SdkMember(ParticipantOptions options) : name_(options.identity_file.stem().string()) {
  options.on_progress = [this](const Progress& one) { keep([&] { progress_.push_back(one); }); };
  options.on_result = [this](const RoundResult& one) {
    keep([&] { results_.insert_or_assign(one.round, one); });
  };
  options.on_encoded = [this](const RoundOffer& offer, const RingVector& vector) {
    Elements elements;
    for (std::uint64_t i = 0; i < vector.size(); ++i) elements.push_back(vector.get(i));
    keep([&] { encoded_[offer.round] = std::move(elements); });
  };
  options.on_round = [this, program = std::move(options.on_round)](const RoundOffer& offer,
                                                                   ByteView payload) {
    keep([&] { payloads_[offer.round] = Bytes(payload.begin(), payload.end()); });
    return program(offer, payload);
  };
  auto participant = Participant::create(std::move(options));
  if (!participant) throw std::runtime_error(name_ + ": " + participant.error().message());
  participant_.emplace(*std::move(participant));
  thread_ = std::thread([this] {
    auto summary = participant_->run();
    keep([&] { ended_ = std::move(summary); });
  });
}

SdkMember::~SdkMember() {
  stop();
  thread_.join();
}

void SdkMember::keep(std::function<void()> change) {
  const std::lock_guard lock(mutex_);
  change();
  changed_.notify_all();
}

template <class Done>
bool SdkMember::wait(Done&& done) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, done);
}

std::optional<RoundResult> SdkMember::result(std::uint64_t round) {
  std::optional<RoundResult> found;
  wait([&] {
    const auto it = results_.find(round);
    if (it != results_.end()) found = it->second;
    return found.has_value();
  });
  return found;
}

bool SdkMember::saw(ProgressKind kind, const std::string& text, std::uint64_t round) {
  return wait([&] {
    return std::any_of(progress_.begin(), progress_.end(), [&](const Progress& one) {
      return one.kind == kind && one.text == text && one.round == round;
    });
  });
}

std::optional<Result<RunSummary>> SdkMember::ended() {
  std::optional<Result<RunSummary>> summary;
  wait([&] {
    summary = ended_;
    return summary.has_value();
  });
  return summary;
}

std::string SdkMember::error() {
  const auto summary = ended();
  if (!summary) return "no end";
  return *summary ? "no error" : summary->error().message();
}

std::vector<Progress> SdkMember::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

std::size_t SdkMember::count(ProgressKind kind) const {
  const auto all = progress();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Progress& one) { return one.kind == kind; }));
}

Bytes SdkMember::payload(std::uint64_t round) const {
  const std::lock_guard lock(mutex_);
  const auto found = payloads_.find(round);
  return found == payloads_.end() ? Bytes() : found->second;
}

Elements SdkMember::encoded(std::uint64_t round) const {
  const std::lock_guard lock(mutex_);
  const auto found = encoded_.find(round);
  return found == encoded_.end() ? Elements() : found->second;
}

}  // namespace blindsum::e2e
