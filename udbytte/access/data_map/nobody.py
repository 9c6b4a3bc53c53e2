"""The data map of what is about no person: the organisation, rounds, catalogues, money of units, counts."""

from __future__ import annotations

from .kinds import Rows, about_nobody

NOBODY: dict[str, Rows] = {
    "udbytte.Unit": about_nobody(fields="starts_on ends_on external_id name path"),
    "udbytte.Round_units": about_nobody(),
    "udbytte.Round": about_nobody(
        fields="name announced_on kickoff_on conversations_from conversations_to closes_on procedure criteria"
        " possibilities money days published_on closed_on discussed_on uncoordinated"
    ),
    "udbytte.FollowUpDay": about_nobody(fields="day"),
    "udbytte.PreparationQuestion": about_nobody(
        fields="position asked text_da text_en help_da help_en titles about_last"
    ),
    "udbytte.Course": about_nobody(
        by="signup_email_by",
        fields="title provider kind code code_system key subject level ects days price duration start_text url"
        " signup_email description entered_by_hand",
    ),
    "udbytte.CourseRun": about_nobody(
        fields="starts_on ends_on key title place postcode region address hours bring url mode price"
        " extra_price signup_deadline cancel_by cancel_cost seats taken minimum_participants guaranteed"
        " retrieved_on cancelled_on withdrawn_on imported"
    ),
    "udbytte.RunReport": about_nobody(by="by", fields="change on", texts="why before"),
    "udbytte.JointNeed": about_nobody(by="by", fields="title created_on closed_on"),
    "udbytte.PracticeMethod": about_nobody(
        fields="key position name_da name_en summary_da summary_en fits_da fits_en asks_da asks_en length_da"
        " length_en start_da start_en follow_up_da follow_up_en pitfalls_da pitfalls_en ready_title_da"
        " ready_title_en ready_purpose_da ready_purpose_en ready_if_then_da ready_if_then_en"
        " ready_check_da ready_check_en ready_turn_to_da ready_turn_to_en weeks check_in_weeks role"
        " helper_hours people_from people_to wishes changes_environment hidden added_on hidden_days"
    ),
    "udbytte.PracticeGroup": about_nobody(fields="formed_on"),
    "udbytte.RoundReport": about_nobody(fields="on facts"),
    "udbytte.DemoMark": about_nobody(fields="made_on"),
    "udbytte.UnitTally": about_nobody(fields="on own published"),
    "udbytte.WholeTally": about_nobody(fields="name on sums"),
    "udbytte.StaleTally": about_nobody(),
    "udbytte.Budget": about_nobody(fields="amount published_on"),
    "udbytte.SpendingAuthority": about_nobody(fields="disposes per_course per_year"),
    "udbytte.FundingSource": about_nobody(
        fields="key name limit limit_per_da limit_per_en applicant pays_wages sectors own_share kinds"
        " least_price earliest_days latest_days conditions_da conditions_en asks_da asks_en url source"
        " facts_of checked_on hidden"
    ),
    "udbytte.MailOutage": about_nobody(fields="since ended_at trouble last_tried_at", texts="answer"),
    "udbytte.RulesVersion": about_nobody(by="by", fields="number changed published_on", texts="texts"),
    "udbytte.KickoffMeeting": about_nobody(
        by="by", fields="planned_at minutes place planned_turn held_on", texts="agenda clarified"
    ),
    "udbytte.SelfCheck": about_nobody(
        fields="opened_on closed_on answers sums shown_answers shown public_key is_unreadable"
    ),
    "udbytte.SealedAnswers": about_nobody(secrets="sealed"),
    "udbytte.BallotKey": about_nobody(fields="public"),
    "udbytte.SetupCode": about_nobody(fields="wrong_tries made_at", secrets="digest"),
    "udbytte.SpentBallot": about_nobody(secrets="mark"),
    "udbytte.RetentionLimit": about_nobody(by="set_by", fields="record months set_on"),
    "udbytte.PrivacyNotice": about_nobody(by="by", fields="number contact addition limits published_on"),
    "socialaccount.SocialApp": about_nobody(
        fields="provider provider_id name settings", secrets="client_id secret key"
    ),
}
