/**
 * Every constant that decides whether something is said, and the reason for it. What a school may choose
 * itself (watch and act rate, pass mark, smallest group) comes from AI Settings instead.
 */
import peerGroups from '../../fixtures/app/peer_groups.json' with { type: 'json' };

/** Written into every insight; raised when a rule here changes what is said. */
export const MODEL_VERSION = 'rules-1';

// Attendance -------------------------------------------------------------------------------------------------

/** Three weeks: with fewer school days one cold already reads as a rate under 90%. */
export const MIN_SCHOOL_DAYS = 15;

/** The recent window of the trend: whole weeks, so that every weekday counts equally on that side. */
export const RECENT_SCHOOL_DAYS = 15;

/** A fall of less than ten points is one day in two weeks: nothing to speak to anyone about. */
export const ATTENDANCE_TREND_POINTS = 10;

/** A change that is older than four weeks is told by the rate and the trend. */
export const ALARM_RECENT_DAYS = 20;

/** One day of presence does not end it: two weeks, in which somebody may look. */
export const ALARM_STAYS_DAYS = 10;

/** Two illnesses in a month happen to many. */
export const ALARM_SPELLS = 3;

/**
 * Looked at every day of a term of 80 school days, 95 in 100 simulated pupils without change stay under 6.2 where it
 * is highest (a chance of one in seven); `evaluate` prints how often it is passed.
 */
export const ALARM_EVIDENCE = 6.6;

/** One illness is one spell, however long; a trend needs the pupil to have stayed away more than once. */
export const TREND_SPELLS = 2;

/** Significance of the attendance trend and of the weekday pattern (the latter after Bonferroni). */
export const ALPHA = 0.05;

/** Three absences on one weekday happen by chance to someone in every class. */
export const WEEKDAY_ABSENCES = 4;

/** The pattern must still be there: at least two of the last five such weekdays. */
export const WEEKDAY_RECENT = 5;
export const WEEKDAY_RECENT_ABSENCES = 2;

/** A whole school week away without approved leave. */
export const STREAK_SCHOOL_DAYS = 5;

/** After two weeks without any new row the streak is history (holidays, a pupil who left). */
export const STREAK_FRESH_DAYS = 14;

/** At most one day in thirty missed. */
export const GOOD_ATTENDANCE_RATE = 97;

// Marks ------------------------------------------------------------------------------------------------------

/** Two marks are a difference, three can be a direction. */
export const MIN_TESTS = 3;

/** Older tests than the last six say little about where the pupil is going now. */
export const TREND_TESTS = 6;

/** One grade step in most scales; less is within what one question decides. */
export const MARKS_TREND_POINTS = 10;

/** Mann-Kendall, one-sided: the smallest value that three tests can reach is 1/6. */
export const MARKS_TREND_P = 0.17;

/** One-sided 5% of the normal distribution: the change must stand out from the usual scatter of marks. */
export const MARKS_TREND_Z = 1.64;

/** One test shows a bad day, two a part that is weak. */
export const GAP_TESTS = 2;

/**
 * A pupil's own profile: with ten points a test and usual scatter, parts differ by less than 20 in nine pupils
 * of ten. Beside it, a part within ten points of the class is no gap, however strong the rest.
 */
export const GAP_POINTS = 20;
export const GAP_CLASS_POINTS = 10;

/** More than two gaps are no gaps but a level. */
export const MAX_GAPS = 2;

/** Two or three next steps are read; a longer list is not. */
export const MAX_STEPS = 3;

/** The 90% quantile of the normal distribution: leaves 10% on either side of an 80% interval. */
export const Z_80 = 1.2815515655446004;

/** A test written later, or marked later, is no missed test: a week after half of the class has a result it is. */
export const GRACE_DAYS = 7;

// Class ------------------------------------------------------------------------------------------------------

/** One test is a picture of that test, not of the class. */
export const MIN_CLASS_TESTS = 2;

/** With four tests in strict order the one-sided Mann-Kendall p is 1/24; below four it cannot pass 5%. */
export const CLASS_TREND_TESTS = 4;

/** Class means of tests of different difficulty usually lie within 15 points. */
export const CLASS_STEADY_SPREAD = 15;

/** Only a part this far below the others is called the hardest. */
export const HARDEST_POINTS = 10;

/** Parts listed. */
export const MAX_PARTS = 3;

/** A part is to be taught again when at least half of the class earned under half of its points. */
export const RETEACH_SHARE = 0.5;

/** Residual degrees of freedom under which a spread within pupils is not known well enough to use. */
export const MIN_SPREAD_FREEDOM = 10;

/** Where a school uses no terms: one year back. */
export const NO_TERM_DAYS = 365;

// How sure ---------------------------------------------------------------------------------------------------

/** Eight weeks of days; six tests; four tests of at least ten pupils: half of a usual term or more. */
export const SURE_SCHOOL_DAYS = 40;
export const SURE_TESTS = 6;
export const SURE_CLASS_TESTS = 4;
export const SURE_CLASS_PUPILS = 10;

// Learning profile -------------------------------------------------------------------------------------------

/** Six tests over all courses: with fewer, one test alone decides whether a pupil moves with the class. */
export const PACE_TESTS = 6;

/** Under six degrees of freedom scatter half as large and twice as large as usual are hard to tell apart. */
export const CONSISTENCY_FREEDOM = 6;

/** Two school weeks before a test; eight tests: with fewer, only a correlation of 75 in 100 or more could be told. */
export const LINK_SCHOOL_DAYS = 10;
export const LINK_TESTS = 8;

/** Courses of which a profile tells what was mastered before: as many as are read at a glance. */
export const MAX_PROFILE_COURSES = 6;

/** Up to two things at once can be kept in mind; beyond that, one step at a time. */
export const ONE_STEP_REASONS = 2;

// Course -----------------------------------------------------------------------------------------------------

/** A correlation over fewer pupils than a small class can be anything. */
export const MIN_DISCRIMINATION_PUPILS = 20;

/** Ebel's mark: from 0.4 on a part tells pupils apart very well; the whole range has to lie under it. */
export const DISCRIMINATION_HIGH = 0.4;

/** Of one class, "the course as a whole" would be that class under another name. */
export const MIN_COURSE_CLASSES = 2;

/** Parts and names listed: as many as are read at a glance. */
export const MAX_DIFFICULTY_PARTS = 6;
export const MAX_NAMES = 10;

// Instructor -------------------------------------------------------------------------------------------------

/** One week is that week: a test week, a trip. */
export const MIN_TEACHING_WEEKS = 2;

/** Beside one or two other classes, a colleague's own figure could be read off. */
export const MIN_OTHER_CLASSES = 3;

// Peer groups ------------------------------------------------------------------------------------------------

/** From six pupils on groups of three and four come out even. */
export const MIN_PEER_PUPILS = 6;

/** Of a lecture no teacher forms groups by hand, and comparing every pair of pupils would take seconds. */
export const MAX_PEER_PUPILS = 100;

/** In groups of more than four somebody only listens. The site refuses by the same number what no group could hold. */
export const PEER_GROUP_SIZE = peerGroups.most_pupils;

/** Who explains has three quarters of the points of a part; who is to listen, under half of them. */
export const PEER_STRONG_PERCENT = 75;
export const PEER_WEAK_PERCENT = 50;

/**
 * Two pupils change places only if at least this many more gaps meet somebody who can explain. In simulated classes of 26
 * one to two pupils then move from test to test, where for two more gaps it would be two to three, with 2% more explained.
 */
export const PEER_CLEAR_GAIN = 3;

/** Explanations told for each group: as many as fit into one lesson. */
export const MAX_EXPLANATIONS = 2;

// What followed ----------------------------------------------------------------------------------------------

/** Four school weeks: shorter, and one illness decides; longer, and other things have happened meanwhile. */
export const FOLLOW_DAYS = 28;

/** Tests are rarer than school days: those of a term so far, twelve weeks. */
export const FOLLOW_TESTS_DAYS = 84;

/** Two school weeks on either side: less is a holiday with a week beside it. */
export const MIN_FOLLOW_DAYS = 10;
export const MIN_TESTS_BEFORE = 2;
export const MIN_TESTS_AFTER = 1;

/** Who stands further away than one grade step is no one to compare with. */
export const MATCH_POINTS = 10;

/** With fewer pairs one pupil decides what "followed". */
export const MIN_FOLLOWED = 10;
