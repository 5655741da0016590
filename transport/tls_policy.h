// What every context for TLS of ours takes and does, on either side [WIRE-1]: version 1.3, and only
// key exchanges that are cheap. OpenSSL's own list has groups of 2048 to 8192 bits, in which one
// ClientHello costs whoever answers it as much as hundreds in X25519; P-256 is there since
// everybody has to have it [RFC 8446, 9.1].
#pragma once

struct ssl_ctx_st;

namespace blindsum {

// False if OpenSSL cannot; its queue of errors says why.
[[nodiscard]] bool set_tls_policy(ssl_ctx_st* context);

}  // namespace blindsum
