#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "crypto/entropy.h"
#include "support/error.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {
namespace {

Error system_error(int code) {
  return {code, boost::system::system_category()};
}

TEST_CASE("files: what is written atomically is read back, and replaces what was there") {
  const TemporaryFolder folder;
  const auto file = folder / "a";
  REQUIRE(write_file_atomically(file, std::string_view("first")).has_value());
  REQUIRE(write_file_atomically(file, std::string_view("second")).has_value());
  CHECK(read_text_file(file).value() == "second");
  CHECK_FALSE(std::filesystem::exists(folder / "a.partial"));
}

TEST_CASE("files: a write that fails leaves the old file, and no partial one") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "a");
  CHECK(write_file_atomically(folder / "a", std::string_view("x")).error() == system_error(EISDIR));
  CHECK_FALSE(std::filesystem::exists(folder / "a.partial"));
  CHECK(write_file_atomically(folder / "none" / "b", std::string_view("x")).error() ==
        system_error(ENOENT));
}

TEST_CASE("files: reading is bounded, and names what cannot be read") {
  const TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder / "a", std::string_view("12345")).has_value());
  CHECK(read_file(folder / "a", 5).value().size() == 5);
  CHECK(read_file(folder / "a", 4).error() == SupportError::file_too_large);
  CHECK(read_file(folder / "none", 5).error() == system_error(ENOENT));
  CHECK(read_file(folder.path(), 5).error() == system_error(EISDIR));
  // It says that its size is 0 and never ends.
  CHECK(read_file("/dev/zero", 100'000).error() == SupportError::file_too_large);
}

TEST_CASE("files: a private file is nobody else's and never replaces one") {
  const TemporaryFolder folder;
  const auto file = folder / "secret";
  const Bytes bytes{1, 2, 3};
  REQUIRE(write_private_file(file, bytes).has_value());
  CHECK(check_private(file).has_value());
  CHECK(write_private_file(file, Bytes{4}).error() == system_error(EEXIST));
  CHECK(read_file(file, 10).value() == bytes);
  CHECK_FALSE(std::filesystem::exists(folder / "secret.partial"));
  for (const ::mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    CHECK(check_private(file).error() == SupportError::not_private);
  }
}

TEST_CASE("files: a private file of root's may be readable by its group") {
  if (::geteuid() != 0) return;
  constexpr ::uid_t nobody = 65534;
  const TemporaryFolder folder;
  const auto file = folder / "secret";
  REQUIRE(write_private_file(file, Bytes{1}).has_value());
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chown(file.c_str(), 0, nobody) == 0);
  const auto as_member = [&](::mode_t mode) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    REQUIRE(::setegid(nobody) == 0);
    REQUIRE(::seteuid(nobody) == 0);
    auto checked = check_private(file);
    REQUIRE(::seteuid(0) == 0);
    REQUIRE(::setegid(0) == 0);
    return checked;
  };
  CHECK(as_member(0440).has_value());
  CHECK(as_member(0640).has_value());
  for (const ::mode_t mode : {0660U, 0444U, 0641U, 0450U}) {
    CHECK(as_member(mode).error() == SupportError::not_private);
  }
  REQUIRE(::chmod(file.c_str(), 0440) == 0);
  CHECK(check_private(file).error() == SupportError::not_private);  // root itself needs no group
}

TEST_CASE("files: folders are made with their parents, once and again") {
  const TemporaryFolder folder;
  REQUIRE(make_folder(folder / "a/b/c").has_value());
  REQUIRE(make_folder(folder / "a/b/c").has_value());
  CHECK(std::filesystem::is_directory(folder / "a/b/c"));
  REQUIRE(write_file_atomically(folder / "f", std::string_view("")).has_value());
  CHECK(make_folder(folder / "f/g").error() == system_error(ENOTDIR));
  CHECK(sync_folder(folder / "f").error() == system_error(ENOTDIR));
  CHECK(sync_file(folder / "none").error() == system_error(ENOENT));
}

TEST_CASE("files: a folder has one holder") {
  const TemporaryFolder folder;
  {
    auto held = FolderLock::take(folder.path());
    REQUIRE(held.has_value());
    CHECK(FolderLock::take(folder.path()).error() == SupportError::folder_locked);
    const FolderLock moved = *std::move(held);
    CHECK(FolderLock::take(folder.path()).error() == SupportError::folder_locked);
  }
  CHECK(FolderLock::take(folder.path()).has_value());
}

TEST_CASE("key file: a key comes back as it was; the file is private and never overwritten") {
  const TemporaryFolder folder;
  SystemEntropy entropy;
  const auto key = SigningKey::generate(entropy).value();
  REQUIRE(write_secret_key(folder / "k", key).has_value());
  const auto again = read_secret_key(folder / "k");
  REQUIRE(again.has_value());
  CHECK(again->verify_key() == key.verify_key());
  CHECK(write_secret_key(folder / "k", key).error() == system_error(EEXIST));
  REQUIRE(::chmod((folder / "k").c_str(), 0644) == 0);
  CHECK(read_secret_key(folder / "k").error() == SupportError::not_private);
}

TEST_CASE("key file: everything but its two lines is bad_key_file") {
  const TemporaryFolder folder;
  const std::string first = "blindsum ed25519 secret key v1\n";
  const std::string digits(64, 'a');
  const auto read = [&](const std::string& text) {
    REQUIRE(write_file_atomically(folder / "k", std::string_view(text)).has_value());
    REQUIRE(::chmod((folder / "k").c_str(), 0600) == 0);
    return read_secret_key(folder / "k");
  };
  CHECK(read(first + digits + "\n").has_value());
  CHECK(read(first + digits).has_value());
  for (const auto& text :
       {std::string(), first, first + digits.substr(1) + "\n", first + digits + "\n\n",
        first + digits + "b", first + std::string(63, 'a') + "g\n", digits + "\n",
        "blindsum ed25519 secret key v2\n" + digits + "\n", first + std::string(64, 'A') + "\n",
        first + std::string(64, '0') + "\n"}) {
    CAPTURE(text);
    CHECK(read(text).error() == SupportError::bad_key_file);
  }
}

TEST_CASE("a public key is 64 digits of a point that may be trusted") {
  SystemEntropy entropy;
  const auto key = SigningKey::generate(entropy).value().verify_key();
  CHECK(parse_verify_key(to_hex(key.view())).value() == key);
  CHECK(parse_verify_key("12").error() == CryptoError::bad_length);
  CHECK(parse_verify_key("zz").error() == CryptoError::bad_hex);
  CHECK(parse_verify_key(std::string(64, '0')).error() == CryptoError::bad_point);
}

}  // namespace
}  // namespace blindsum
