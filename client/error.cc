#include "client/error.h"

#include <array>
#include <string>

#include "crypto/error.h"
#include "protocol/round/reason.h"
#include "support/error.h"

namespace blindsum {
namespace {

struct Text {
  const char* name;
  const char* advice;
};

Text text_of(ClientError error) {
  switch (error) {
    case ClientError::certificate_refused:
      return {"certificate_refused",
              "the server's certificate does not chain to the CA file, or is expired; check both"};
    case ClientError::wrong_host_name:
      return {"wrong_host_name",
              "the server's certificate is for another name; check host, or set server_name"};
    case ClientError::wrong_server_key:
      return {"wrong_server_key",
              "the server's certificate has another key than the pinned one; ask its operator"};
    case ClientError::bad_ca_file:
      return {"bad_ca_file", "no certificates in PEM there; give the CA's, or the server's own"};
    case ClientError::tls_failed:
      return {"tls_failed", "no TLS 1.3 connection with that server; check host and port"};
    case ClientError::upgrade_refused:
      return {"upgrade_refused", "what answers there speaks no WebSocket; check host and port"};
    case ClientError::connection_closed:
      return {"connection_closed", "the server closed the connection; its log may say why"};
    case ClientError::no_callback:
      return {"no_callback", "the options have no on_round; set one"};
    case ClientError::bad_store:
      return {"bad_store",
              "the state folder's data is of another version, or of another program; what it "
              "remembers must not be lost: run the version that made it"};
    case ClientError::other_identity:
      return {"other_identity", "the state folder is another identity's; give each its own"};
    case ClientError::already_running:
      return {"already_running", "this participant runs already; one run at a time"};
  }
  return {"unknown", ""};
}

class ClientCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.client"; }
  [[nodiscard]] std::string message(int value) const override {
    return text_of(static_cast<ClientError>(value)).name;
  }
};

constexpr std::array kFileNames{"identity_file", "roster_file", "state_folder", "ca_file"};

// A category for each file and each category of causes: an error_code holds a number and a category
// and nothing else, and the number is the cause's.
class FileCategory final : public boost::system::error_category {
 public:
  void set(const char* file, const boost::system::error_category& cause) {
    file_ = file;
    cause_ = &cause;
  }
  [[nodiscard]] const boost::system::error_category& cause() const { return *cause_; }
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.client.file"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(file_) + ": " + cause_->message(value);
  }

 private:
  const char* file_ = "";
  const boost::system::error_category* cause_ = nullptr;
};

struct FileCategories {
  static constexpr std::size_t kCauses = 6;
  std::array<std::array<FileCategory, kCauses>, kFileNames.size()> all;

  FileCategories() {
    const std::array<const boost::system::error_category*, kCauses> causes{
        &boost::system::system_category(),
        &boost::system::generic_category(),
        &support_category(),
        &crypto_category(),
        &reason_category(),
        &client_category()};
    for (std::size_t file = 0; file < all.size(); ++file) {
      for (std::size_t cause = 0; cause < kCauses; ++cause) {
        all[file][cause].set(kFileNames[file], *causes[cause]);
      }
    }
  }
};

const FileCategories& file_categories() {
  static const FileCategories categories;
  return categories;
}

}  // namespace

std::string_view describe(ClientError error) {
  return text_of(error).advice;
}

const boost::system::error_category& client_category() noexcept {
  static const ClientCategory category;
  return category;
}

boost::system::error_code make_error_code(ClientError error) noexcept {
  return {static_cast<int>(error), client_category()};
}

Error in_file(LocalFile file, const Error& cause) {
  for (const auto& category : file_categories().all[static_cast<std::size_t>(file)]) {
    if (category.cause() == cause.category()) return {cause.value(), category};
  }
  return cause;
}

Error cause_of(const Error& error) {
  for (const auto& of_file : file_categories().all) {
    for (const auto& category : of_file) {
      if (category == error.category()) return {error.value(), category.cause()};
    }
  }
  return error;
}

std::optional<LocalFile> file_of(const Error& error) {
  const auto& all = file_categories().all;
  for (std::size_t file = 0; file < all.size(); ++file) {
    for (const auto& category : all[file]) {
      if (category == error.category()) return static_cast<LocalFile>(file);
    }
  }
  return std::nullopt;
}

}  // namespace blindsum
