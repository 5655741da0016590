#include "blindsum.pb.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kAdvertBytes = 4 + 3 * point_bytes;
constexpr std::size_t kSignedAdvertBytes = kAdvertBytes + Signature::size_bytes;
static_assert(kAdvertBytes == sizeof(decltype(std::declval<Advert>().bytes())));

// [ADVERT-1, KEY-2] kAdvertBytes of them.
Result<Advert> read_advert(FieldReader& reader) {
  const std::uint32_t roster_index = reader.u32();
  BLINDSUM_TRY(mask_point, Point::parse(reader.take(point_bytes)));
  BLINDSUM_TRY(channel_point, Point::parse(reader.take(point_bytes)));
  BLINDSUM_TRY(self_point, Point::parse(reader.take(point_bytes)));
  return Advert{roster_index, mask_point, channel_point, self_point};
}

}  // namespace

Result<Offer> read(const v1::Offer& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  BLINDSUM_TRY(parameters, decode_parameters(view_of(in.parameters())));
  return Offer{bytes_of(in.parameters()), std::move(parameters), signature};
}

void write(const SessionId&, const Offer& message, v1::Envelope& out) {
  v1::Offer& body = *out.mutable_offer();
  body.set_parameters(field_of(message.parameter_bytes));
  body.set_signature(field_of(message.signature.view()));
}

Result<SignedAdvert> read(const v1::Advert& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  if (in.advert().size() != kAdvertBytes) return Reason::wrong_length;
  FieldReader reader(view_of(in.advert()));
  BLINDSUM_TRY(advert, read_advert(reader));
  return SignedAdvert{advert, signature};
}

void write(const SessionId& id, const SignedAdvert& message, v1::Envelope& out) {
  v1::Advert& body = *out.mutable_advert();
  body.set_session_id(field_of(id.view()));
  body.set_advert(field_of(message.advert.bytes()));
  body.set_signature(field_of(message.signature.view()));
}

Result<std::vector<SignedAdvert>> read_adverts(const std::string& field) {
  BLINDSUM_TRY(count, count_entries(field, kSignedAdvertBytes));
  std::vector<SignedAdvert> adverts;
  adverts.reserve(count);
  FieldReader reader(view_of(field));
  for (std::size_t u = 0; u < count; ++u) {
    BLINDSUM_TRY(advert, read_advert(reader));
    adverts.push_back({advert, reader.fixed<Signature>()});
  }
  return adverts;
}

std::string write_adverts(const std::vector<SignedAdvert>& adverts) {
  Bytes out;
  out.reserve(adverts.size() * kSignedAdvertBytes);
  for (const SignedAdvert& member : adverts) {
    put_bytes(out, member.advert.bytes());
    put_bytes(out, member.signature.view());
  }
  return field_of(out);
}

Result<Cohort> read(const v1::Cohort& in) {
  BLINDSUM_TRY(adverts, read_adverts(in.adverts()));
  return Cohort{std::move(adverts)};
}

void write(const SessionId& id, const Cohort& message, v1::Envelope& out) {
  v1::Cohort& body = *out.mutable_cohort();
  body.set_session_id(field_of(id.view()));
  body.set_adverts(write_adverts(message.adverts));
}

}  // namespace blindsum::detail
