"""Table of contents of the app: which function answers to which hook of Frappe. No logic."""

from education_ai.watched import doc_events as _doc_events

app_name = "education_ai"
app_title = "Education AI"
app_publisher = "Education AI contributors"
app_description = "Who needs help first, why, and what to do next, from the school's own records"
app_email = "education-ai@users.noreply.github.com"
app_license = "MIT"
required_apps = ["erpnext", "education"]

# Installing ---------------------------------------------------------------------------------------------------

before_install = "education_ai.install.before_install"
after_install = "education_ai.install.after_install"
after_migrate = ["education_ai.install.after_migrate"]
before_uninstall = "education_ai.uninstall.before_uninstall"
after_uninstall = "education_ai.uninstall.after_uninstall"

# Forms --------------------------------------------------------------------------------------------------------

doctype_js = {
	"Student": "public/js/student.js",
	"Course": "public/js/course.js",
	"Instructor": "public/js/instructor.js",
	"Program Enrollment": "public/js/program-enrollment.js",
	"Student Group": "public/js/student-group.js",
	"AI Conflict": "public/js/ai-conflict.js",
}

# What changes: every watched DocType by name (data/watched.json), and our own housekeeping ----------------------

doc_events = _doc_events(
	{
		"Student": {
			"on_trash": "education_ai.erasure.student_deleted",
			"before_rename": "education_ai.erasure.before_merge",
			"after_rename": [
				"education_ai.renaming.after_rename",
				"education_ai.peer_wishes.merged",
				"education_ai.exclusion.merged",
			],
		},
		"Course": {
			"before_rename": "education_ai.erasure.before_merge",
			"on_trash": "education_ai.erasure.class_deleted",
			"after_rename": "education_ai.renaming.after_rename",
		},
		"Student Group": {
			"before_rename": "education_ai.erasure.before_merge",
			"on_trash": "education_ai.erasure.class_deleted",
			"after_rename": ["education_ai.renaming.after_rename", "education_ai.peer_wishes.merged"],
		},
		"Academic Term": {
			"before_rename": "education_ai.erasure.before_merge",
			"on_trash": "education_ai.erasure.class_deleted",
		},
		"Assessment Result": {"on_trash": "education_ai.erasure.result_deleted"},
		"Instructor": {
			"before_rename": "education_ai.erasure.before_merge",
			"on_trash": ["education_ai.erasure.instructor_deleted", "education_ai.sealing.leave_no_copy"],
			"after_rename": "education_ai.sealing.after_rename",
		},
		"Program Enrollment": {
			"on_trash": "education_ai.sealing.leave_no_copy",
			"after_rename": "education_ai.sealing.after_rename",
		},
		"Property Setter": {"on_change": "education_ai.anchor.field_order_changed"},
		"Custom Field": {"on_change": "education_ai.anchor.custom_field_changed"},
		"DocShare": {"validate": "education_ai.permissions.refuse_share"},
	}
)
ignore_links_on_delete = [
	"AI Insight",
	"Assessment Insight",
	"AI Engagement Log",
	"AI Exclusion",
	"AI Read Log",
	"AI Conflict",
	"AI Peer Wish",
	"AI Sync State",
]

# Who may do what ----------------------------------------------------------------------------------------------

auth_hooks = ["education_ai.guard.refuse_all_but_the_contract"]
permission_query_conditions = {
	"AI Insight": "education_ai.permissions.ai_insight_query",
	"Assessment Insight": "education_ai.permissions.assessment_insight_query",
	"AI Engagement Log": "education_ai.permissions.ai_engagement_log_query",
	"AI Exclusion": "education_ai.permissions.ai_exclusion_query",
	"AI Read Log": "education_ai.permissions.ai_read_log_query",
	"AI Conflict": "education_ai.permissions.ai_conflict_query",
	"AI Peer Wish": "education_ai.permissions.ai_peer_wish_query",
}
has_permission = {
	"AI Insight": "education_ai.permissions.has_permission",
	"Assessment Insight": "education_ai.permissions.has_permission",
	"AI Engagement Log": "education_ai.permissions.has_permission",
	"AI Exclusion": "education_ai.permissions.has_permission",
	"AI Read Log": "education_ai.permissions.may_see_who_read",
	"AI Conflict": "education_ai.permissions.conflict_has_permission",
	"AI Peer Wish": "education_ai.permissions.has_permission",
}
override_whitelisted_methods = {
	"frappe.desk.notifications.get_open_count": "education_ai.open_count.get_open_count",
}
user_data_fields = [
	{"doctype": "AI Insight", "filter_by": "reviewer", "redact_fields": ["answer_note"], "partial": 1},
	{
		"doctype": "Assessment Insight",
		"filter_by": "reviewer",
		"redact_fields": ["answer_note"],
		"partial": 1,
	},
	{"doctype": "AI Exclusion", "filter_by": "excluded_by", "partial": 1},
	{"doctype": "AI Conflict", "filter_by": "decided_by", "partial": 1},
]

# Webhooks: what the template of a body may call -----------------------------------------------------------------

jinja = {"methods": ["education_ai.deliveries.education_ai_webhook_time"]}

# Time ---------------------------------------------------------------------------------------------------------

scheduler_events = {
	"daily_long": ["education_ai.retention.daily"],
	"cron": {"*/5 * * * *": ["education_ai.deliveries.watch"]},
}
