// Certificates of servers for tests, good ones and others.
#pragma once

#include <filesystem>
#include <string>

namespace blindsum {

struct TestCertificate {
  std::string names = "DNS:localhost,IP:127.0.0.1";  // its subjectAltName
  long valid_from_s = -60;                           // from now
  long valid_to_s = 86'400;
};
// Self-signed, as PEM files.
void write_test_certificate(const std::filesystem::path& certificate,
                            const std::filesystem::path& key, const TestCertificate& wanted);

}  // namespace blindsum
