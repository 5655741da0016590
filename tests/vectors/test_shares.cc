// Families seals, shamir, trees.
#include <doctest/doctest.h>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/recovery/rebuild.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/serial_parallel.h"
#include "tests/vectors/values.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

json::object run_seals(const std::string& what, const Input& input) {
  const auto key = secret<SealKeyTag>(input, "key");
  const Encoded ad = share_associated_data(input.fixed<Hash>("th1"), input.u32("from"),
                                           input.u32("to"), input.u32("point"));
  if (what == "seal") {
    const auto box =
        seal_shares(key, secret<ShareTag>(input, "f_s"), secret<ShareTag>(input, "f_b"), ad.view());
    return {{"associated_data", hex(ad.view())}, {"box", hex(*box)}};
  }
  const OpenedShares opened = at("crypto", open_shares(key, input.bytes("box"), ad.view()));
  return {{"f_s", reveal(opened.mask_share)}, {"f_b", reveal(opened.self_share)}};
}

// The coefficients, as the 64 bytes that each is drawn from.
Bytes draws_of(const std::vector<Bytes>& coefficients) {
  Bytes script;
  for (const Bytes& coefficient : coefficients) {
    put_bytes(script, coefficient);
    script.resize(script.size() + 32);
  }
  return script;
}

json::object split_vector(const Input& input) {
  const auto coefficients = input.byte_strings("coefficients");
  ScriptedEntropy entropy(draws_of(coefficients));
  const auto shares = at("crypto", split(secret<MaskKeyTag>(input, "secret"),
                                         static_cast<std::uint32_t>(coefficients.size() + 1),
                                         input.u32("k"), entropy));
  json::array shown;
  json::array tags;
  for (const Share& share : shares) {
    shown.emplace_back(reveal(share));
    tags.emplace_back(hex(share_tag(share).value().view()));
  }
  return {{"shares", shown}, {"tags", tags}};
}

json::object combine_vector(const Input& input) {
  std::vector<Share> shares;
  for (const Bytes& bytes : input.byte_strings("shares")) {
    shares.push_back(at("crypto", parse_share(bytes)));
  }
  std::vector<const Share*> pointers;
  for (const Share& share : shares) pointers.push_back(&share);
  return {{"secret", reveal(at("crypto", combine<MaskKeyTag>(input.numbers("points"), pointers)))}};
}

// As the aggregator has it: holder and point are one number here.
RecoveryJob job_of(const Input& input) {
  const Point expected = at("crypto", Point::parse(input.bytes("expected")));
  RebuildTarget target{0, ShareKind::mask_key, expected, {}, {}, {}};
  const auto points = input.numbers("points");
  const auto shares = input.byte_strings("shares");
  for (std::size_t i = 0; i < points.size(); ++i) {
    target.shares.push_back({points[i], points[i], RevealedShare::from(shares[i]).value()});
  }
  for (const Bytes& tag : input.byte_strings("tags")) {
    std::copy(tag.begin(), tag.end(), target.tags.emplace_back().begin());
  }
  RecoveryJob job;
  job.threshold = input.u32("t");
  job.targets.push_back(std::move(target));
  return job;
}

json::object rebuild_vector(const Input& input) {
  SerialParallel parallel;
  SilentMonitor monitor;
  const auto rebuilt = detail::rebuild_secrets(job_of(input), {parallel, monitor});
  const detail::Rebuilt& only = rebuilt.value().front();
  if (only.reason != Reason::ok) refuse("rebuild", only.reason);
  return {{"secret", reveal(std::get<MaskKey>(only.secret))},
          {"bad_points", number_list(only.bad_holders)}};
}

// [U2-9] What a holder does with a share that came out of a box.
json::object check_tag(const Input& input) {
  const Result<Share> share = parse_share(input.bytes("share"));
  if (share.has_error()) refuse("crypto", Reason::not_opened);
  const Bytes tag = input.bytes("tag");
  const Point expected = share_tag(*share).value();
  if (!std::equal(tag.begin(), tag.end(), expected.view().begin(), expected.view().end())) {
    refuse("crypto", Reason::not_opened);
  }
  return {};
}

json::object run_shamir(const std::string& what, const Input& input) {
  if (what == "split") return split_vector(input);
  if (what == "combine") return combine_vector(input);
  if (what == "rebuild") return rebuild_vector(input);
  return check_tag(input);
}

json::array hashes(const std::vector<Hash>& values) {
  json::array list;
  for (const Hash& value : values) list.emplace_back(hex(value.view()));
  return list;
}

json::object tree_vector(const Input& input) {
  const auto th1 = input.fixed<Hash>("th1");
  const std::uint32_t from = input.u32("from");
  std::vector<ShareItem> items;
  std::vector<Hash> leaves;
  for (const Bytes& bytes : input.byte_strings("items")) {
    items.push_back(parse_item(bytes));
    leaves.push_back(ShareTree::of(th1, from, {items.back()}).value().root());
  }
  const ShareTree tree = ShareTree::of(th1, from, items).value();
  json::array paths;
  for (const ShareItem& item : items) paths.push_back(hashes(tree.path(item.point)));
  return {{"root", hex(tree.root().view())}, {"leaves", hashes(leaves)}, {"paths", paths}};
}

json::object run_trees(const std::string& what, const Input& input) {
  if (what == "tree") return tree_vector(input);
  InboundItem inbound{input.u32("from"), parse_item(input.bytes("item")), {}};
  for (const Bytes& hash : input.byte_strings("path")) {
    inbound.path.push_back(Hash::from(hash).value());
  }
  TranscriptHasher hasher = TranscriptHasher::create().value();
  const Hash root =
      at("crypto", root_above(input.fixed<Hash>("th1"), inbound, input.u32("k"), hasher));
  if (root != input.fixed<Hash>("root")) refuse("crypto", Reason::bad_signature);
  return {};
}

}  // namespace

TEST_CASE("[SHARE-6, U2-9] vectors of seals") {
  run_family("seals", run_seals);
}
TEST_CASE("[SHAMIR-1, REBUILD-2, REBUILD-3] vectors of shamir") {
  run_family("shamir", run_shamir);
}
TEST_CASE("[TREE-1, TREE-2] vectors of trees") {
  run_family("trees", run_trees);
}

}  // namespace blindsum::vectors
