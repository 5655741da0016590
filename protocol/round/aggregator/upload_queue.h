// The memory bound of the mask phase: at most `uploads_in_flight` vectors, whole or in parts, are
// held at a time; everybody else waits for a grant, first come first served (SPEC.md, UPLOAD-2).
// A place is held from the grant until the vector is in the accumulator. Who makes no progress, or
// is disconnected, gives its place up as soon as somebody waits for it, and its bytes are dropped.
//
// Plain bookkeeping: mask.cc tells members what comes of it. Members are cohort indices; u < n.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/vector/packed_upload.h"

namespace blindsum::detail::aggregator {

// Progress that keeps a place: a grant is not kept by a byte now and then. At this rate (64 KiB in
// a stall time of 10 s) a member is slower than any line that a vector is worth sending on.
inline constexpr std::uint64_t kLeastProgressBytes = 64 * 1024;

class UploadQueue {
 public:
  UploadQueue(const AggregatorLimits& limits, std::uint64_t packed_size)
      : limits_(limits), packed_size_(packed_size) {}
  // To the end of the queue; a member that has a place keeps it and counts as connected again.
  void enter(std::uint32_t u, Instant now);
  // Out of the queue; a place stays until somebody waits for it.
  void disconnect(std::uint32_t u);
  // Out of everything, the bytes are dropped. Not after hand_over().
  void remove(std::uint32_t u);

  struct Notice {
    enum class Kind { granted, taken_back } kind{};
    std::uint32_t member = 0;
    std::uint64_t offset = 0;  // of a grant
  };
  // Takes back what others need and grants what is free.
  std::vector<Notice> turn(Instant now);
  // The offset that a grant for u names (again); nothing if it has no place or waits for no bytes
  // but is being accumulated.
  std::optional<std::uint64_t> granted_offset(std::uint32_t u) const;
  // Counts a grant that is told (again).
  void told(std::uint32_t u);
  // Whether u was told more than one grant, so that it may send bytes twice, all in good faith.
  bool may_repeat(std::uint32_t u) const { return told_again_.contains(u); }

  // Errors: wrong_phase without a grant; wrong_offset (the chunk is dropped); wrong_length beyond
  // the end of the vector, or of no bytes at all (the caller removes the upload).
  [[nodiscard]] Result<void> add_chunk(std::uint32_t u, UploadChunk chunk, Instant now);
  // Whether this is the first wrong offset since a chunk was right: answered once, not each time.
  bool first_astray(std::uint32_t u);
  bool expects_bytes(std::uint32_t u) const;
  bool is_complete(std::uint32_t u) const;     // all bytes are there, not yet handed over
  bool is_handed_over(std::uint32_t u) const;  // to the accumulator, which has not answered yet
  std::uint32_t handed_over() const;
  // The bytes of a complete upload; its place is held until finish().
  PackedUpload hand_over(std::uint32_t u);
  void finish(std::uint32_t u);

  // When a place may next have to be taken back.
  std::optional<Instant> next_deadline() const;

 private:
  struct Place {
    std::uint32_t member = 0;
    PackedUpload data;
    std::uint64_t since_progress = 0;  // bytes
    Instant last_progress{};
    bool connected = true;
    bool handed_over = false;
    bool astray = false;
  };
  std::vector<Place>::iterator place_of(std::uint32_t u);
  Place* find(std::uint32_t u);
  const Place* find(std::uint32_t u) const;
  void take_place(std::vector<Place>::iterator place);
  bool gives_way(const Place& place, Instant now) const;

  AggregatorLimits limits_;
  std::uint64_t packed_size_;
  std::vector<Place> places_;
  std::deque<std::uint32_t> queue_;
  std::set<std::uint32_t> told_;
  std::set<std::uint32_t> told_again_;
};

}  // namespace blindsum::detail::aggregator
