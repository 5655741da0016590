// The parts of the SDK that stand alone: backoff, chunks, names of errors, which errors are final.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "client/backoff.h"
#include "client/chunks.h"
#include "client/error.h"
#include "client/final_error.h"
#include "crypto/error.h"
#include "protocol/round/reason.h"
#include "support/error.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

class NoEntropy final : public Entropy {
 public:
  Result<void> fill(ByteSpan) override { return CryptoError::entropy_failed; }
};

TEST_CASE("[WIRE-8] pauses double up to a bound, with full jitter, and begin anew") {
  SeededEntropy entropy(5);
  std::vector<std::chrono::milliseconds> largest(12, std::chrono::milliseconds(0));
  std::vector<std::chrono::milliseconds> smallest(12, Backoff::kMost);
  for (int run = 0; run < 200; ++run) {
    Backoff backoff(entropy);
    for (std::size_t i = 0; i < largest.size(); ++i) {
      const auto pause = backoff.next().value();
      largest[i] = std::max(largest[i], pause);
      smallest[i] = std::min(smallest[i], pause);
    }
  }
  auto limit = Backoff::kFirst;
  for (std::size_t i = 0; i < largest.size(); ++i) {
    CHECK(largest[i] <= limit);
    CHECK(largest[i] > limit * 9 / 10);   // 200 draws come near the limit,
    CHECK(smallest[i] < limit * 1 / 10);  // and near nothing
    limit = std::min(limit * 2, Backoff::kMost);
  }
  Backoff backoff(entropy);
  for (int i = 0; i < 20; ++i) CHECK(backoff.next().has_value());
  backoff.reset();
  CHECK(backoff.next().value() <= Backoff::kFirst);
}

TEST_CASE("without entropy there is no pause to be had") {
  NoEntropy none;
  CHECK(Backoff(none).next().error() == CryptoError::entropy_failed);
}

TEST_CASE("[OFFER-1] chunks are put together in their order, and nothing else") {
  const Bytes data{1, 2, 3, 4};
  ChunkAssembly assembly(4);
  CHECK_FALSE(assembly.complete());
  CHECK(assembly.add(0, ByteView(data).first(3)));
  CHECK_FALSE(assembly.complete());
  CHECK(assembly.add(3, ByteView(data).subspan(3)));
  CHECK(assembly.complete());
  CHECK(assembly.bytes() == data);
  CHECK_FALSE(assembly.add(4, data));  // more than was announced
  CHECK_FALSE(assembly.complete());

  ChunkAssembly gap(4);
  CHECK_FALSE(gap.add(1, ByteView(data).first(1)));
  CHECK_FALSE(gap.add(0, data));  // broken for good
  CHECK(ChunkAssembly(0).complete());
}

TEST_CASE("every error of the client has a name of its own and says what to do") {
  std::set<std::string> names;
  for (const ClientError error :
       {ClientError::certificate_refused, ClientError::wrong_host_name, ClientError::bad_ca_file,
        ClientError::tls_failed, ClientError::upgrade_refused, ClientError::connection_closed,
        ClientError::no_callback, ClientError::bad_store, ClientError::other_identity,
        ClientError::already_running, ClientError::wrong_server_key}) {
    names.insert(make_error_code(error).message());
    CHECK(std::string(describe(error)).size() > 20);
  }
  CHECK(names.size() == 11);
  CHECK(names.contains("certificate_refused"));
  CHECK(make_error_code(ClientError{99}).message() == "unknown");
}

TEST_CASE("an error says which file it is about, and remains what it is") {
  const Error missing = make_error_code(boost::system::errc::no_such_file_or_directory);
  for (const Error& cause :
       {missing, make_error_code(SupportError::not_private),
        make_error_code(CryptoError::bad_signature), make_error_code(Reason::roster_expired),
        make_error_code(ClientError::bad_store)}) {
    const Error error = in_file(LocalFile::roster, cause);
    CHECK(error.message() == "roster_file: " + cause.message());
    CHECK(cause_of(error) == cause);
    CHECK(file_of(error) == LocalFile::roster);
    CHECK(in_file(LocalFile::identity, error) == error);  // the first file counts
  }
  CHECK(cause_of(missing) == missing);
  CHECK(!file_of(missing));
  CHECK(in_file(LocalFile::ca, missing).message() == "ca_file: " + missing.message());
}

TEST_CASE("only what connecting again cannot mend is final") {
  for (const Reason reason :
       {Reason::unknown_member, Reason::roster_expired, Reason::roster_mismatch,
        Reason::wrong_aggregator, Reason::bad_signature, Reason::unsupported_version,
        Reason::task_not_served, Reason::task_finished, Reason::superseded}) {
    CHECK(is_final(reason));
  }
  for (const Reason reason :
       {Reason::server_draining, Reason::slow_reader, Reason::time_limit, Reason::bad_frame,
        Reason::message_too_large, Reason::too_many_joins}) {
    CHECK_FALSE(is_final(reason));
  }
  CHECK(is_final(ClientError::certificate_refused));
  CHECK(is_final(ClientError::wrong_host_name));
  CHECK(is_final(ClientError::wrong_server_key));
  CHECK_FALSE(is_final(ClientError::tls_failed));
  CHECK_FALSE(is_final(ClientError::connection_closed));
  CHECK_FALSE(is_final(ClientError::upgrade_refused));
  CHECK_FALSE(is_final(make_error_code(boost::system::errc::connection_refused)));
  CHECK_FALSE(is_final(Error()));
}

}  // namespace
}  // namespace blindsum
