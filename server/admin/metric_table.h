// Every metric there is: name, type, labels, help. Made into families by metrics.cc, and held
// against docs/metrics.md by tests/admin/test_metrics.py.
#pragma once

#include <string_view>

namespace blindsum {

enum class MetricType { counter, gauge, histogram };

struct MetricInfo {
  std::string_view name;
  MetricType type{};
  std::string_view labels;
  std::string_view help;
};

inline constexpr MetricInfo kMetrics[] = {
    {"blindsum_rounds_total", MetricType::counter, "task, outcome",
     "Rounds that are over; outcome is completed, or why it aborted"},
    {"blindsum_round_seconds", MetricType::histogram, "task",
     "From the start of a completed round to its record"},
    {"blindsum_phase_seconds", MetricType::histogram, "task, phase", "Time spent in a phase"},
    {"blindsum_last_completed_timestamp_seconds", MetricType::gauge, "task",
     "When a round completed last, in seconds since 1970"},
    {"blindsum_participants", MetricType::gauge, "task, phase",
     "Members that have answered this phase of the round that runs"},
    {"blindsum_waiting_members", MetricType::gauge, "task",
     "Members that wait for the task's next round"},
    {"blindsum_task_state", MetricType::gauge, "task, state",
     "1 for the state that the task is in"},
    {"blindsum_dropouts_total", MetricType::counter, "task, phase, reason",
     "Members left out of a round"},
    {"blindsum_rounds_over_budget_total", MetricType::counter, "task",
     "Rounds that are over and lost more members of their cohort than delta"},
    {"blindsum_rejections_total", MetricType::counter, "task, reason",
     "Messages of members that a round did not take"},
    {"blindsum_blame_total", MetricType::counter, "task, kind", "Blame in records"},
    {"blindsum_sessions", MetricType::gauge, "", "Sessions that are open"},
    {"blindsum_sessions_opened_total", MetricType::counter, "", "Members that proved who they are"},
    {"blindsum_sessions_closed_total", MetricType::counter, "reason",
     "Sessions that are over; reason is ok where the peer went"},
    {"blindsum_tls_handshakes_total", MetricType::counter, "result",
     "Handshakes of TLS, ok or failed"},
    {"blindsum_connections_refused_total", MetricType::counter, "reason",
     "Connections that were closed at once"},
    {"blindsum_received_bytes_total", MetricType::counter, "", "Frames of members, without TLS"},
    {"blindsum_sent_bytes_total", MetricType::counter, "", "Frames to members, without TLS"},
    {"blindsum_accumulated_bytes_total", MetricType::counter, "", "Packed uploads added to sums"},
    {"blindsum_accumulate_seconds_total", MetricType::counter, "", "Time spent on adding them"},
    {"blindsum_unmasked_elements_total", MetricType::counter, "", "Elements of sums without masks"},
    {"blindsum_unmasked_streams_total", MetricType::counter, "", "Mask streams taken off"},
    {"blindsum_unmask_seconds_total", MetricType::counter, "",
     "Time from the last answer to the sum"},
    {"blindsum_compute_queue_jobs", MetricType::gauge, "", "Jobs that no thread has taken yet"},
    {"blindsum_unhandled_bytes", MetricType::gauge, "", "Received and not dealt with yet"},
    {"blindsum_disk_free_bytes", MetricType::gauge, "folder",
     "Room for results and for the state of rounds"},
    {"blindsum_certificate_expiry_seconds", MetricType::gauge, "",
     "Until the certificate ends; negative once it has"},
    {"blindsum_ready", MetricType::gauge, "", "1 if /readyz says so"},
    {"blindsum_roster_epoch", MetricType::gauge, "", "Epoch of the roster"},
    {"blindsum_roster_members", MetricType::gauge, "", "Members in it"},
    {"blindsum_admin_requests_total", MetricType::counter, "status",
     "Requests on the operator's port; status is none where there was no request"},
    {"blindsum_audit_lines_total", MetricType::counter, "outcome",
     "Lines of the audit: written, failed, or left_out because peers caused too many"},
    {"blindsum_start_timestamp_seconds", MetricType::gauge, "",
     "When the process started, in seconds since 1970"},
    {"blindsum_build_info", MetricType::gauge, "version, kernel",
     "Always 1; the kernel is the one that takes masks off"},
};

}  // namespace blindsum
