#include "tests/sim/disk/sim_disk.h"

#include <algorithm>
#include <set>
#include <utility>

namespace blindsum::sim {
namespace {

// Whether this is the operation that was waited for; counts it.
bool is_due(std::optional<std::uint64_t>& within) {
  if (!within || (*within)-- > 0) return false;
  within.reset();
  return true;
}

}  // namespace

void SimDisk::apply(Bytes& content, const Change& change) {
  if (change.size) return content.resize(*change.size);
  const std::size_t end = change.offset + change.bytes.size();
  if (content.size() < end) content.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(),
            content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

void SimDisk::apply(Names& names, const NameChange& change) {
  if (change.file) {
    names[change.name] = change.file;
  } else {
    names.erase(change.name);
  }
}

// True: this operation is under way when the machine stops.
bool SimDisk::begins_stopped() {
  ++operations_;
  if (is_due(full_within_)) is_full_ = true;
  if (!is_due(stops_within_)) return false;
  is_stopped_ = true;
  return true;
}

DiskStatus SimDisk::change(const FileRef& file, Change change) {
  if (is_stopped_) return DiskStatus::stopped;
  const bool stops = begins_stopped();
  const bool grows = !change.size && change.offset + change.bytes.size() > file->now.size();
  if (!stops && is_full_ && grows) {  // some of it arrives
    change.bytes.resize(change.bytes.size() / 2);
    apply(file->now, change);
    file->unsynced.push_back(std::move(change));
    return DiskStatus::full;
  }
  if (stops) {
    interrupted_ = file;
  } else {
    apply(file->now, change);
  }
  file->unsynced.push_back(std::move(change));
  return stops ? DiskStatus::stopped : DiskStatus::ok;
}

DiskStatus SimDisk::write(const FileRef& file, std::uint64_t offset, ByteView bytes) {
  return change(file, {.offset = offset, .bytes = Bytes(bytes.begin(), bytes.end())});
}

DiskStatus SimDisk::truncate(const FileRef& file, std::uint64_t size) {
  return change(file, {.offset = 0, .bytes = {}, .size = size});
}

void SimDisk::change_name(NameChange change) {
  if (is_stopped_) {
    name_interrupted_ = true;
  } else {
    apply(names_, change);
  }
  unsynced_names_.push_back(std::move(change));
}

DiskStatus SimDisk::open(const std::string& name, bool may_create, FileRef& file) {
  if (is_stopped_) return DiskStatus::stopped;
  const auto found = names_.find(name);
  if (found != names_.end()) {
    file = found->second;
    return DiskStatus::ok;
  }
  if (!may_create) return DiskStatus::missing;
  const bool stops = begins_stopped();
  if (is_full_ && !stops) return DiskStatus::full;
  file = std::make_shared<File>();
  change_name({name, file});
  return stops ? DiskStatus::stopped : DiskStatus::ok;
}

DiskStatus SimDisk::remove(const std::string& name) {
  if (is_stopped_) return DiskStatus::stopped;
  if (!names_.contains(name)) return DiskStatus::missing;
  const bool stops = begins_stopped();
  change_name({name, nullptr});
  return stops ? DiskStatus::stopped : DiskStatus::ok;
}

// What a failing sync was for is seen until the power goes, and never written.
bool SimDisk::sync_fails() {
  if (!is_due(sync_fails_within_)) return false;
  sync_failed_ = true;
  return true;
}

DiskStatus SimDisk::sync(const FileRef& file) {
  if (is_stopped_ || begins_stopped()) return DiskStatus::stopped;
  const bool fails = sync_fails();
  for (const Change& one : file->unsynced) {
    if (!fails) apply(file->durable, one);
  }
  file->unsynced.clear();
  return fails ? DiskStatus::sync_failed : DiskStatus::ok;
}

DiskStatus SimDisk::sync_names() {
  if (is_stopped_ || begins_stopped()) return DiskStatus::stopped;
  const bool fails = sync_fails();
  for (const NameChange& one : unsynced_names_) {
    if (!fails) apply(durable_names_, one);
  }
  unsynced_names_.clear();
  return fails ? DiskStatus::sync_failed : DiskStatus::ok;
}

std::vector<std::string> SimDisk::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : names_) names.push_back(name);
  return names;
}

void SimDisk::heal() {
  full_within_.reset();
  sync_fails_within_.reset();
  is_full_ = sync_failed_ = false;
}

void SimDisk::stop() {
  is_stopped_ = true;
  stops_within_.reset();
}

// What a change becomes: itself, pieces of it, or nothing.
std::vector<SimDisk::Change> SimDisk::left_of(const Change& change, bool is_last,
                                              Survival survival) {
  switch (survival) {
    case Survival::nothing:
      return {};
    case Survival::everything:
      return {change};
    case Survival::newest:
      return is_last ? std::vector{change} : std::vector<Change>{};
    case Survival::some:
      return random_.chance(500) ? std::vector{change} : std::vector<Change>{};
    case Survival::last_torn: {
      if (!is_last || change.size) return {change};
      Change cut = change;
      cut.bytes.resize(random_.below(static_cast<std::uint32_t>(change.bytes.size() + 1)));
      return {cut};
    }
    case Survival::sectors:
      break;
  }
  if (change.size) return random_.chance(500) ? std::vector{change} : std::vector<Change>{};
  std::vector<Change> left;
  for (std::size_t at = 0; at < change.bytes.size();) {
    const std::uint64_t offset = change.offset + at;
    const std::size_t size =
        std::min<std::size_t>(kSectorBytes - offset % kSectorBytes, change.bytes.size() - at);
    const auto first = change.bytes.begin() + static_cast<std::ptrdiff_t>(at);
    if (random_.chance(500)) {
      left.push_back(
          {.offset = offset, .bytes = Bytes(first, first + static_cast<std::ptrdiff_t>(size))});
    }
    at += size;
  }
  return left;
}

void SimDisk::survive(File& file, Survival survival) {
  for (std::size_t i = 0; i < file.unsynced.size(); ++i) {
    const Change& change = file.unsynced[i];
    std::size_t size = 0;
    for (const Change& left : left_of(change, i + 1 == file.unsynced.size(), survival)) {
      size += left.bytes.size();
      apply(file.durable, left);
    }
    if (change.size || change.bytes.empty()) continue;
    if (size == 0) ++dropped_;
    if (size > 0 && size < change.bytes.size()) ++torn_;
  }
  file.unsynced.clear();
  file.now = file.durable;
}

void SimDisk::lose_power(Survival survival) {
  std::set<FileRef> files;
  for (const auto& [name, file] : names_) files.insert(file);
  for (const auto& [name, file] : durable_names_) files.insert(file);
  for (const NameChange& one : unsynced_names_) {
    if (one.file) files.insert(one.file);
    // As with what is in files, so with their names; the last one is torn by half a chance.
    const bool is_last = &one == &unsynced_names_.back();
    const bool stays =
        survival == Survival::everything || (survival == Survival::newest && is_last) ||
        (survival == Survival::last_torn && !is_last) ||
        (survival != Survival::nothing && survival != Survival::newest && random_.chance(500));
    if (stays) apply(durable_names_, one);
  }
  unsynced_names_.clear();
  names_ = durable_names_;
  // By name, so that chance is the same on every machine.
  std::set<FileRef> done;
  for (const auto& [name, file] : names_) {
    if (done.insert(file).second) survive(*file, survival);
  }
  interrupted_.reset();
  name_interrupted_ = is_stopped_ = sync_failed_ = false;
}

void SimDisk::end_process() {
  if (interrupted_) {
    Change& change = interrupted_->unsynced.back();
    if (!change.size) {
      change.bytes.resize(random_.below(static_cast<std::uint32_t>(change.bytes.size() + 1)));
    }
    apply(interrupted_->now, change);
    interrupted_.reset();
  }
  if (name_interrupted_) {
    if (random_.chance(500)) {
      apply(names_, unsynced_names_.back());
    } else {
      unsynced_names_.pop_back();
    }
  }
  name_interrupted_ = is_stopped_ = false;
}

void SimDisk::spoil(const std::string& name) {
  const auto found = names_.find(name);
  if (found == names_.end() || found->second->durable.empty()) return;
  File& file = *found->second;
  const std::size_t at = random_.below(static_cast<std::uint32_t>(file.durable.size()));
  file.durable[at] ^= 1;
  if (at < file.now.size()) file.now[at] = file.durable[at];
}

}  // namespace blindsum::sim
