// Inside wire/ only: domain struct ↔ generated message, one pair of functions each. frames.cc puts
// them into frames. read() gets a message that parse_strictly() has let through; its errors are
// Reasons, or those of crypto/. The session id is read by the caller and written here.
#pragma once

#include <string>
#include <vector>

#include "protocol/round/messages.h"
#include "protocol/wire/frames.h"

namespace blindsum::v1 {
class Advert;
class AttestRequest;
class Attestation;
class Challenge;
class Cohort;
class Delivery;
class Envelope;
class Hello;
class Join;
class Joined;
class Leave;
class Offer;
class Receipt;
class Refusal;
class Rejected;
class RoundAborted;
class RoundResult;
class SessionError;
class Shares;
class Unmask;
class UnmaskRequest;
class UploadAccepted;
class UploadGrant;
class Void;
class VoidCertificate;
class VoidRequest;
class Welcome;
}  // namespace blindsum::v1

namespace blindsum::detail {

// session_messages.cc
Result<Challenge> read(const v1::Challenge& in);
Result<Hello> read(const v1::Hello& in);
Result<Welcome> read(const v1::Welcome& in);
Result<Join> read(const v1::Join& in);
Result<Joined> read(const v1::Joined& in);
Result<Leave> read(const v1::Leave& in);
Result<SessionError> read(const v1::SessionError& in);
void write(const Challenge& message, v1::Envelope& out);
void write(const Hello& message, v1::Envelope& out);
void write(const Welcome& message, v1::Envelope& out);
void write(const Join& message, v1::Envelope& out);
void write(const Joined& message, v1::Envelope& out);
void write(const Leave& message, v1::Envelope& out);
void write(const SessionError& message, v1::Envelope& out);

// advertise_messages.cc
Result<Offer> read(const v1::Offer& in);
Result<SignedAdvert> read(const v1::Advert& in);
Result<Cohort> read(const v1::Cohort& in);
void write(const SessionId& id, const Offer& message, v1::Envelope& out);
void write(const SessionId& id, const SignedAdvert& message, v1::Envelope& out);
void write(const SessionId& id, const Cohort& message, v1::Envelope& out);
// 164 bytes each, also in records [ADVERT-3].
Result<std::vector<SignedAdvert>> read_adverts(const std::string& field);
std::string write_adverts(const std::vector<SignedAdvert>& adverts);

// share_messages.cc
Result<Shares> read(const v1::Shares& in);
Result<Delivery> read(const v1::Delivery& in);
void write(const SessionId& id, const Shares& message, v1::Envelope& out);
void write(const SessionId& id, const Delivery& message, v1::Envelope& out);

// mask_messages.cc
Result<UploadGrant> read(const v1::UploadGrant& in);
Result<Receipt> read(const v1::Receipt& in);
Result<UploadAck> read(const v1::UploadAccepted& in);
void write(const SessionId& id, const UploadGrant& message, v1::Envelope& out);
void write(const SessionId& id, const Receipt& message, v1::Envelope& out);
void write(const SessionId& id, const UploadAck& message, v1::Envelope& out);

// attest_messages.cc
Result<Survivors> read(const v1::AttestRequest& in);
Result<Attestation> read(const v1::Attestation& in);
Result<Certificate> read(const v1::UnmaskRequest& in);
void write(const SessionId& id, const Survivors& message, v1::Envelope& out);
void write(const SessionId& id, const Attestation& message, v1::Envelope& out);
void write(const SessionId& id, const Certificate& message, v1::Envelope& out);
// Signer bitmap and signatures, 64 bytes each, also in VOID certificates and records.
Result<QuorumSignatures> read_quorum(const std::string& signers, const std::string& signatures);
std::string write_signatures(const std::vector<Signature>& signatures);

// unmask_messages.cc
Result<Unmask> read(const v1::Unmask& in);
void write(const SessionId& id, const Unmask& message, v1::Envelope& out);
// Protobuf's copy of the shares, if it is an Unmask [DISK-5, REBUILD-5]. The frame is its owner's.
void wipe_shares(v1::Envelope& envelope);

// end_messages.cc
Result<VoidRequest> read(const v1::VoidRequest& in);
Result<VoidVote> read(const v1::Void& in);
Result<VoidCertificate> read(const v1::VoidCertificate& in);
Result<RoundRecord> read(const v1::RoundResult& in);
Result<RoundAborted> read(const v1::RoundAborted& in);
Result<Refusal> read(const v1::Refusal& in);
Result<Rejection> read(const v1::Rejected& in);
void write(const SessionId& id, const VoidRequest& message, v1::Envelope& out);
void write(const SessionId& id, const VoidVote& message, v1::Envelope& out);
void write(const SessionId& id, const VoidCertificate& message, v1::Envelope& out);
void write(const SessionId& id, const RoundRecord& message, v1::Envelope& out);
void write(const SessionId& id, const RoundAborted& message, v1::Envelope& out);
void write(const SessionId& id, const Refusal& message, v1::Envelope& out);
void write(const SessionId& id, const Rejection& message, v1::Envelope& out);

// reason_text.cc: what a message says about an end or a rejection.
// [WIRE-3] Errors: wrong_length of a name that is too long, whatever it says.
Result<void> check_reason(const std::string& name);
// [WIRE-7] A name that is not on the list is an internal_error of the other side.
Reason read_reason(const std::string& name);
// Errors: wrong_length.
Result<std::string> read_detail(const std::string& detail);
std::string write_reason(Reason reason);
std::string write_detail(const std::string& detail);

}  // namespace blindsum::detail
