// What blindsumd published of a round, read back from its files; the checks are made here with as
// little of the product's code as can be.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/round/record.h"
#include "tests/e2e/harness/scene.h"
#include "tests/e2e/harness/sdk_member.h"

namespace blindsum::e2e {

class Outcome {
 public:
  // Waits for the round's files. Throws if they do not come, or if the record is none that
  // verify_record() accepts.
  Outcome(const Scene& scene, std::uint64_t round);

  std::string reason() const;  // "ok", or why it was aborted, as the JSON has it
  bool completed() const { return reason() == "ok"; }
  const SignedRecord& record() const { return record_; }
  const boost::json::value& json() const { return json_; }
  std::filesystem::path record_file() const { return record_file_; }

  // Roster indices, ascending.
  std::vector<std::uint32_t> cohort() const { return members("cohort"); }
  std::vector<std::uint32_t> u2() const { return members("u2"); }
  std::vector<std::uint32_t> survivors() const { return members("u3"); }
  // Whether the JSON names this member as dropped, in this phase and for this reason.
  bool dropped(std::uint32_t index, const std::string& phase, const std::string& reason) const;
  // Whether it names it as blamed, for this.
  bool blamed(std::uint32_t index, const std::string& kind) const;

  // The sum as published: elements of the ring, from the packed bytes; numbers, from the .npy file.
  Elements sum() const;
  std::vector<std::int64_t> integers(const std::string& tensor = "flat") const;
  std::vector<double> reals(const std::string& tensor = "flat") const;

 private:
  std::vector<std::uint32_t> members(const std::string& key) const;

  std::filesystem::path folder_;
  std::filesystem::path record_file_;
  SignedRecord record_;
  boost::json::value json_;
};

// Added element by element, mod 2^bits.
Elements add_up(const std::vector<Elements>& vectors, std::uint32_t bits);
// Added over the round's survivors; `values` are by roster index.
std::vector<std::int64_t> sum_over(
    const std::vector<std::uint32_t>& survivors,
    const std::map<std::uint32_t, std::vector<std::int64_t>>& values);

}  // namespace blindsum::e2e
