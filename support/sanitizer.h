// Whether a sanitizer is compiled in, and which: the address and the thread sanitizer read their
// own process, keep what was freed, and shadow all of it.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLINDSUM_ADDRESS_SANITIZED true
#endif
#if __has_feature(thread_sanitizer)
#define BLINDSUM_THREAD_SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define BLINDSUM_ADDRESS_SANITIZED true
#endif
#if defined(__SANITIZE_THREAD__)
#define BLINDSUM_THREAD_SANITIZED true
#endif
#ifndef BLINDSUM_ADDRESS_SANITIZED
#define BLINDSUM_ADDRESS_SANITIZED false
#endif
#ifndef BLINDSUM_THREAD_SANITIZED
#define BLINDSUM_THREAD_SANITIZED false
#endif

namespace blindsum {

inline constexpr bool kSanitized = BLINDSUM_ADDRESS_SANITIZED || BLINDSUM_THREAD_SANITIZED;

}  // namespace blindsum
