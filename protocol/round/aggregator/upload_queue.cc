#include "protocol/round/aggregator/upload_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "faults/faults.h"

namespace blindsum::detail::aggregator {

std::vector<UploadQueue::Place>::iterator UploadQueue::place_of(std::uint32_t u) {
  return std::find_if(places_.begin(), places_.end(),
                      [u](const Place& candidate) { return candidate.member == u; });
}

UploadQueue::Place* UploadQueue::find(std::uint32_t u) {
  const auto place = place_of(u);
  return place == places_.end() ? nullptr : &*place;
}

const UploadQueue::Place* UploadQueue::find(std::uint32_t u) const {
  return const_cast<UploadQueue*>(this)->find(u);
}

void UploadQueue::enter(std::uint32_t u, Instant now) {
  if (Place* const place = find(u)) {
    // Another session over one that never ended is no progress.
    if (!std::exchange(place->connected, true)) place->last_progress = now;
    place->astray = false;
  } else if (std::find(queue_.begin(), queue_.end(), u) == queue_.end()) {
    queue_.push_back(u);
  }
}

void UploadQueue::disconnect(std::uint32_t u) {
  std::erase(queue_, u);
  if (Place* const place = find(u)) place->connected = false;
}

void UploadQueue::remove(std::uint32_t u) {
  std::erase(queue_, u);
  const auto place = place_of(u);
  if (place != places_.end() && !place->handed_over) take_place(place);
}

void UploadQueue::take_place(std::vector<Place>::iterator place) {
  places_.erase(place);
}

bool UploadQueue::gives_way(const Place& place, Instant now) const {
  if (place.handed_over) return false;
  return !place.connected || now - place.last_progress >= Instant(limits_.upload_stall_ms);
}

// [UPLOAD-2]
std::vector<UploadQueue::Notice> UploadQueue::turn(Instant now) {
  std::vector<Notice> notices;
  // Only those who wait already: who is sent back to the queue now must not push out the next.
  for (std::size_t waiting = queue_.size(); waiting > 0; --waiting) {
    if (places_.size() >= limits_.uploads_in_flight) {
      const auto idle =
          std::min_element(places_.begin(), places_.end(), [&](const Place& a, const Place& b) {
            return std::pair(!gives_way(a, now), a.last_progress) <
                   std::pair(!gives_way(b, now), b.last_progress);
          });
      if (idle == places_.end() || !gives_way(*idle, now)) break;
      if (idle->connected) {
        queue_.push_back(idle->member);
        notices.push_back({Notice::Kind::taken_back, idle->member, 0});
      }
      take_place(idle);
    }
    Place place;
    place.member = queue_.front();
    place.last_progress = now;
    queue_.pop_front();
    notices.push_back({Notice::Kind::granted, place.member, 0});
    places_.push_back(std::move(place));
  }
  return notices;
}

std::optional<std::uint64_t> UploadQueue::granted_offset(std::uint32_t u) const {
  const Place* const place = find(u);
  if (place == nullptr || place->handed_over) return std::nullopt;
  return place->data.size();
}

void UploadQueue::told(std::uint32_t u) {
  if (!told_.insert(u).second) told_again_.insert(u);
}

Result<void> UploadQueue::add_chunk(std::uint32_t u, UploadChunk chunk, Instant now) {
  Place* const place = find(u);
  if (place == nullptr || place->handed_over) return Reason::wrong_phase;
  if (chunk.offset != place->data.size() && !fault(Fault::chunk_anywhere)) {
    return Reason::wrong_offset;
  }
  const std::uint64_t missing = packed_size_ - place->data.size();
  const std::uint64_t size = chunk.bytes().size();
  if (size == 0 || size > missing) return Reason::wrong_length;
  place->astray = false;
  place->since_progress += size;
  place->data.append(std::move(chunk.data), chunk.skipped);
  if (place->since_progress >= kLeastProgressBytes || place->data.size() == packed_size_) {
    place->since_progress = 0;
    place->last_progress = now;
  }
  return {};
}

bool UploadQueue::first_astray(std::uint32_t u) {
  Place* const place = find(u);
  return place != nullptr && !std::exchange(place->astray, true);
}

bool UploadQueue::expects_bytes(std::uint32_t u) const {
  const Place* const place = find(u);
  return place != nullptr && !place->handed_over && place->data.size() < packed_size_;
}

bool UploadQueue::is_complete(std::uint32_t u) const {
  const Place* const place = find(u);
  if (place == nullptr || place->handed_over) return false;
  return place->data.size() == packed_size_ || fault(Fault::upload_unfinished);
}

bool UploadQueue::is_handed_over(std::uint32_t u) const {
  const Place* const place = find(u);
  return place != nullptr && place->handed_over;
}

std::uint32_t UploadQueue::handed_over() const {
  return static_cast<std::uint32_t>(std::count_if(
      places_.begin(), places_.end(), [](const Place& place) { return place.handed_over; }));
}

PackedUpload UploadQueue::hand_over(std::uint32_t u) {
  Place* const place = find(u);
  place->handed_over = true;
  if (fault(Fault::upload_unfinished)) place->data.append(Bytes(packed_size_ - place->data.size()));
  return std::move(place->data);
}

void UploadQueue::finish(std::uint32_t u) {
  const auto place = place_of(u);
  if (place != places_.end()) take_place(place);
}

std::optional<Instant> UploadQueue::next_deadline() const {
  if (queue_.empty()) return std::nullopt;
  std::optional<Instant> next;
  for (const Place& place : places_) {
    if (place.handed_over) continue;
    const Instant stalled = place.last_progress + Instant(limits_.upload_stall_ms);
    if (!next || stalled < *next) next = stalled;
  }
  return next;
}

}  // namespace blindsum::detail::aggregator
