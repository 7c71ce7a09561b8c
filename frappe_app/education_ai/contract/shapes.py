"""The requests of the contract, as `sidecar/erpnext/contract.ts` states them. Numbers are numbers: nothing is coerced."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=140)]
Optional140 = Annotated[str, Field(max_length=140)]
Date = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$")]
Revision = Annotated[int, Field(ge=0, le=2**53)]
Level = Literal["act", "watch", "steady"]
Confidence = Literal["sure", "fairly", "little"]


class Strict(BaseModel):
	model_config = ConfigDict(strict=True, extra="ignore")


class Hello(Strict):
	sidecar_version: Optional140
	contract_versions: list[int]
	epoch: str | None
	token: str | None
	take_over: bool


class Pull(Strict):
	epoch: str
	token: str
	ack: Annotated[list[int], Field(max_length=1000)]
	limit: Annotated[int, Field(ge=1, le=1000)]


class Lessons(Strict):
	student_group: Name | None
	instructor: Name | None
	from_date: Date | None
	to_date: Date | None
	after: Optional140


class SnapshotQuestion(Strict):
	doctype: Name
	names: list[Name] | None = None
	after: Optional140 | None = None
	students: list[Name] | None = None
	academic_year: Name | None = None
	lessons: Lessons | None = None


class Snapshot(SnapshotQuestion):
	epoch: str
	also: Annotated[list[SnapshotQuestion], Field(min_length=1, max_length=20)] | None = None


class Digest(Strict):
	epoch: str
	doctype: Name
	buckets: bool = False
	bucket: Annotated[int, Field(ge=0, le=255)] | None = None
	modified_from: Moment | None = None
	after: Optional140 | None = None


class Evidence(Strict):
	doctype: Name
	names: list[Name]


class Reason(Strict):
	code: Name
	about: Optional140
	params: dict[str, str | int | float]
	evidence: Evidence | None


class Series(Strict):
	code: Name
	values: list[int | float | None]


class Chart(Strict):
	kind: Literal["line", "bar"]
	code: Name
	labels: list[str]
	series: list[Series]


class InsightValues(Strict):
	level: Level
	clarity: Annotated[int, Field(ge=0, le=100)]
	reasons: list[Reason]
	chart: Chart | None
	confidence: Confidence
	records_to: Date | None
	model_version: Optional140


class InsightAddress(Strict):
	target_doctype: Literal["Student", "Course", "Student Group"]
	target: Name
	insight: Literal["attendance", "marks", "risk", "class", "group"]
	course: Optional140
	student_group: Optional140
	academic_term: Optional140


class ResultAddress(Strict):
	assessment_result: Name


class Gap(Strict):
	criterion: Name
	score: int | float
	maximum: int | float
	class_percent: int | None


class Interval(Strict):
	low: int
	high: int
	tests: int


class AssessmentValues(Strict):
	student: Name
	course: Name
	ai_analysis: list[Reason]
	improvement_suggestions: list[Reason]
	learning_gaps: list[Gap]
	predicted_next: Interval | None
	confidence: Confidence
	model_version: Optional140


class DocumentAddress(Strict):
	doctype: Name
	name: Name


class SessionAddress(Strict):
	session: Name


class EngagementValues(Strict):
	student: Name
	session_date: Date
	interaction_duration: int
	questions_asked: int
	concepts_explored: list[str]
	help_requests: int
	independence_score: int | float


class InsightItem(Strict):
	kind: Literal["insight"]
	revision: Revision
	address: InsightAddress
	values: InsightValues


class AssessmentItem(Strict):
	kind: Literal["assessment_insight"]
	revision: Revision
	address: ResultAddress
	values: AssessmentValues


class FieldsItem(Strict):
	"""`seen` names, for each field that people edit too, the state that the proposal was merged with."""

	kind: Literal["fields"]
	revision: Revision
	address: DocumentAddress
	values: dict[str, Any]
	seen: dict[str, str] = {}


class Settled(Strict):
	value: dict[str, Any]
	base: dict[str, Any]


class ConflictAddress(Strict):
	doctype: Name
	name: Name
	field: Name
	key: Name


class ConflictValues(Strict):
	site: Any
	ai: Any
	base: Any
	rule: Literal["manual_review"]


class ConflictItem(Strict):
	kind: Literal["conflict"]
	revision: Revision
	address: ConflictAddress
	values: ConflictValues


class EngagementItem(Strict):
	kind: Literal["engagement"]
	revision: Revision
	address: SessionAddress
	values: EngagementValues


class WithdrawItem(Strict):
	kind: Literal["withdraw"]
	revision: Revision
	address: InsightAddress | ResultAddress | ConflictAddress


Item = Annotated[
	InsightItem | AssessmentItem | FieldsItem | ConflictItem | EngagementItem | WithdrawItem,
	Field(discriminator="kind"),
]


class WriteBack(Strict):
	epoch: str
	items: Annotated[list[Item], Field(max_length=200)]


class CheckDetail(Strict):
	doctype: Name
	found: int
	repaired: int


class Check(Strict):
	check: Literal["hourly", "daily", "weekly", "monthly", "backfill"]
	finished: Annotated[
		str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$")
	]
	examined: int
	found: int
	repaired: int
	details: list[CheckDetail]


class DeadWork(Strict):
	code: Optional140
	doctype: Optional140
	name: Optional140


Rung = Literal["rule", "pooled", "trained"]
Share = Annotated[int | float, Field(ge=0, le=1)]


class ModelScore(Strict):
	rung: Rung
	brier: int | float
	log_loss: int | float
	calibration_error: int | float
	auc: int | float


class ModelBin(Strict):
	said: Share
	came: Share
	pupils: int


class RuleRecord(Strict):
	pupils: int
	came: Share


class Estimate(Strict):
	value: Share
	low: Share
	high: Share


class ModelErrors(Strict):
	auc: Estimate
	caught: Estimate
	false_alarms: Estimate


class ModelGroup(ModelErrors):
	group: Optional140
	pupils: int
	courses: int
	failed_or_left: int


class Fairness(Strict):
	groups: list[ModelGroup]
	gaps: ModelErrors


class ModelCheck(Strict):
	how: Literal["later_terms", "folds"]
	pupil_terms: int
	scores: Annotated[list[ModelScore], Field(max_length=3)]
	bins: Annotated[list[ModelBin], Field(max_length=10)]
	rule: RuleRecord
	fairness: Fairness | None = None


class ModelCard(Strict):
	rung: Rung
	learned_on: Date
	pupil_terms: int
	failed_or_left: int
	terms: list[Name]
	checked: ModelCheck | None


class Report(Strict):
	epoch: str
	checks: list[Check]
	dead: list[DeadWork]
	lag_seconds: int | float
	model: ModelCard | None = None
