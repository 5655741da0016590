// What Linux knows about a process: processor time by kind of thread, memory, and the bytes of its
// TCP connections.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace blindsum::bench {

// Seconds of processor time. A program of ours computes on threads called "compute-…"; its first
// thread does the input and output.
struct ThreadTimes {
  double first_s = 0;
  double compute_s = 0;
  double other_s = 0;
  double total_s() const { return first_s + compute_s + other_s; }
};
// Of the threads that live. Throws std::runtime_error if the process does not.
[[nodiscard]] ThreadTimes thread_times(pid_t process);
[[nodiscard]] ThreadTimes operator-(const ThreadTimes& later, const ThreadTimes& earlier);

// Of this process, with threads that have ended; and of the calling thread.
[[nodiscard]] double own_cpu_s();
[[nodiscard]] double own_thread_cpu_s();

// Peak resident memory. Throws likewise.
[[nodiscard]] std::uint64_t peak_memory_bytes(pid_t process);
// Begins to count the peak anew, where the system lets us.
void forget_own_peak();

// All that TCP carried for one connection, TLS and its handshake included.
struct Traffic {
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
};
// Of this process's TCP connections that are open, in no order.
[[nodiscard]] std::vector<Traffic> own_tcp_traffic();

// As many descriptors as the system lets this process have; how many these are.
std::uint64_t allow_all_descriptors();

}  // namespace blindsum::bench
