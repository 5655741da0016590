"""What the protocol refuses, by the names of Appendix A."""


class Refused(Exception):
    """`reason` is a name of Appendix A, `detail` a line for people.

    `session_id` is set by the wire where a frame is malformed and says of which round it is
    [WIRE-3]: then the round ends, or the message counts as not sent; else the session is closed.
    """

    def __init__(self, reason, detail="", session_id=None):
        super().__init__(f"{reason}: {detail}" if detail else reason)
        if reason not in REASONS:
            raise ValueError(f"{reason} is no reason of Appendix A")
        self.reason = reason
        self.detail = detail
        self.session_id = session_id


def demand(condition, reason, detail=""):
    """Raises Refused(reason) unless the condition holds."""
    if not condition:
        raise Refused(reason, detail)


REASONS = frozenset("""
bad_frame message_too_large wrong_phase wrong_round unknown_round conflicting_answer unknown_member
roster_expired roster_older roster_mismatch bad_roster bad_signature bad_point identity_point
bad_scalar bad_bitmap bad_order wrong_length bad_padding wrong_offset bad_offset not_in_cohort
not_in_u2 not_in_u3 too_few_members too_few_survivors too_few_picks too_few_shares missing_item
wrong_item missing_proof unexpected_proof missing_receipt unexpected_receipt in_degree_exceeded
own_advert_changed certificate_short transcript_mismatch already_unmasked already_void
cohort_too_small cohort_too_large survivors_too_few floor_too_low corruption_bound_too_low
cohort_selection_not_trusted sigma_too_low vector_too_long time_limits_too_long task_not_served
infeasible_parameters ring_too_narrow round_not_newer too_many_rounds_today wrong_aggregator
wrong_previous_record wrong_payload payload_too_large unsupported_version unsupported_suite
bad_parameters not_finite value_out_of_range weight_out_of_range wrong_shape bad_sum input_spent
input_declined store_failed checkpoint_damaged state_locked time_limit participant_stopped
superseded upload_stalled server_draining task_finished too_many_joins slow_reader
secret_not_rebuilt bad_share bad_dealing not_opened record_mismatch internal_error
""".split())
