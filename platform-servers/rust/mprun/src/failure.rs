//! How a step says that it did not simply pass.

use std::any::type_name;
use std::backtrace::Backtrace;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::panic::Location;

use serde_json::{json, Map, Value};

use crate::{diff, panics};

const MAX_VALUE: usize = 20_000;

/// What a step or a hook may return with `?`.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// What a step or a hook comes to: nothing or data for the report.
pub type Outcome = std::result::Result<Option<Value>, Failure>;

/// Why a step did not pass. Every [`Error`] becomes one by `?`.
pub struct Failure(pub(crate) Box<Inner>);

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub kind: Kind,
    pub message: String,
    pub type_name: Option<String>,
    pub expected: Option<String>,
    pub actual: Option<String>,
    /// file and line as the compiler knows them
    pub place: Option<(String, u32)>,
    pub stack: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Assertion,
    Exception,
    Timeout,
    Cancelled,
    Pending,
    Skipped,
}

/// The runner has cancelled the step. Hand it on with `?`.
#[derive(Debug, Clone)]
pub struct Cancelled {
    pub(crate) reason: String,
}

impl Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "the step was cancelled: {}", self.reason)
    }
}

impl Error for Cancelled {}

/// Ends the step as failed: `return Err(fail("too few frames"))`.
#[track_caller]
pub fn fail(message: impl Display) -> Failure {
    Failure::new(Kind::Assertion, message.to_string())
}

/// Ends the step as pending: its body is not written yet.
#[track_caller]
pub fn pending() -> Failure {
    Failure::new(Kind::Pending, "the step is not written yet".to_owned())
}

/// Ends the step, and with it the case, as skipped: this platform cannot do it.
#[track_caller]
pub fn skip(reason: impl Display) -> Failure {
    Failure::new(Kind::Skipped, reason.to_string())
}

/// Fails unless the two are equal; the report shows both.
#[track_caller]
pub fn expect_equal<A, E>(actual: A, expected: E, message: impl Display) -> Result
where
    A: PartialEq<E> + Debug,
    E: Debug,
{
    if actual == expected {
        return Ok(());
    }
    let shown = |value: &dyn Debug| panics::unquoted(&format!("{value:?}"));
    Err(fail(message)
        .expected(shown(&expected))
        .actual(shown(&actual)))
}

impl Failure {
    #[track_caller]
    pub(crate) fn new(kind: Kind, message: String) -> Failure {
        let place = Location::caller();
        let told = matches!(kind, Kind::Assertion | Kind::Exception);
        Failure(Box::new(Inner {
            kind,
            message,
            place: Some((place.file().to_owned(), place.line())),
            stack: told
                .then(|| panics::stack(&Backtrace::force_capture().to_string()))
                .flatten(),
            ..Inner::default()
        }))
    }

    /// Of an error in a box, or of `anyhow` and its like:
    /// `call().map_err(Failure::wrap)?`.
    #[track_caller]
    pub fn wrap<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Failure {
        let error = error.into();
        Failure::of_error(&*error, type_name::<E>())
    }

    /// What was expected, for the report.
    #[must_use]
    pub fn expected(mut self, value: impl Display) -> Failure {
        self.0.expected = Some(shortened(value.to_string()));
        self
    }

    /// What was found, for the report.
    #[must_use]
    pub fn actual(mut self, value: impl Display) -> Failure {
        self.0.actual = Some(shortened(value.to_string()));
        self
    }

    /// Another reason of [`pending`].
    #[must_use]
    pub fn because(mut self, message: impl Display) -> Failure {
        self.0.message = message.to_string();
        self
    }

    #[track_caller]
    fn of_error(error: &(dyn Error + 'static), name: &str) -> Failure {
        let mut failure = Failure::new(Kind::Exception, error.to_string());
        if error.is::<Cancelled>() {
            failure.0.kind = Kind::Cancelled;
        } else if is_timeout(error) {
            failure.0.kind = Kind::Timeout;
        }
        let mut cause = error.source();
        while let Some(error) = cause {
            failure.0.message += &format!("\nCaused by: {error}");
            cause = error.source();
        }
        failure.0.type_name = Some(short_name(name));
        failure
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// The `failure` of a result; `display` makes the place of a file.
    pub(crate) fn as_json(&self, display: &dyn Fn(&str) -> String) -> Value {
        let inner = &self.0;
        let mut failure = Map::new();
        let kind = match inner.kind {
            Kind::Assertion => "assertion",
            Kind::Timeout | Kind::Cancelled => "timeout",
            _ => "exception",
        };
        failure.insert("kind".to_owned(), kind.into());
        failure.insert("message".to_owned(), inner.message.as_str().into());
        let mut add = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                failure.insert(name.to_owned(), value.as_str().into());
            }
        };
        add("type", &inner.type_name);
        add("expected", &inner.expected);
        add("actual", &inner.actual);
        add("stackTrace", &inner.stack);
        add("diff", &self.diff());
        if let Some((file, line)) = &inner.place {
            let place = json!({"file": display(file), "line": line});
            failure.insert("location".to_owned(), place);
        }
        Value::Object(failure)
    }

    fn diff(&self) -> Option<String> {
        let (expected, actual) = (self.0.expected.as_ref()?, self.0.actual.as_ref()?);
        let lines = expected.contains('\n') || actual.contains('\n');
        lines.then(|| diff::unified(expected, actual))
    }
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut)
}

fn shortened(mut value: String) -> String {
    if value.len() > MAX_VALUE {
        let end = (0..=MAX_VALUE).rev().find(|at| value.is_char_boundary(*at));
        value.truncate(end.unwrap_or(0));
        value += "...";
    }
    value
}

/// `std::io::error::Error` as `Error`, `a::B<c::D>` as it stands.
fn short_name(name: &str) -> String {
    match name.rsplit_once("::") {
        Some((_, last)) if !name.contains('<') => last.to_owned(),
        _ => name.to_owned(),
    }
}

impl Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl<E: Error + 'static> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Failure {
        Failure::of_error(&error, type_name::<E>())
    }
}

/// What may stand in the `Err` that a step returns.
pub trait IntoFailure {
    fn into_failure(self) -> Failure;
}

impl IntoFailure for Failure {
    fn into_failure(self) -> Failure {
        self
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> IntoFailure for E {
    fn into_failure(self) -> Failure {
        let mut failure = Failure::wrap(self);
        // It came as a value: this place and this stack say nothing.
        failure.0.place = None;
        failure.0.stack = None;
        failure
    }
}

/// What a step or a hook may return: nothing, data for the report (a JSON
/// object), or a `Result` of either.
pub trait IntoOutcome {
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Ok(None)
    }
}

impl IntoOutcome for Value {
    fn into_outcome(self) -> Outcome {
        Ok(Some(self))
    }
}

impl<E: IntoFailure> IntoOutcome for std::result::Result<(), E> {
    fn into_outcome(self) -> Outcome {
        self.map(|()| None).map_err(E::into_failure)
    }
}

impl<E: IntoFailure> IntoOutcome for std::result::Result<Value, E> {
    fn into_outcome(self) -> Outcome {
        self.map(Some).map_err(E::into_failure)
    }
}

#[cfg(test)]
mod tests {
    use super::{expect_equal, fail, Failure, IntoOutcome, Kind};

    fn parses(text: &str) -> super::Result<i32> {
        Ok(text.parse::<i32>()?)
    }

    #[test]
    fn an_error_knows_the_line_of_its_question_mark() {
        let failure = parses("x").unwrap_err();
        let (file, line) = failure.0.place.clone().unwrap();
        assert!(file.ends_with("failure.rs"), "{file}");
        assert!(line > 200, "{line}");
        assert_eq!(failure.kind(), Kind::Exception);
        assert_eq!(failure.0.type_name.as_deref(), Some("ParseIntError"));
        assert!(failure.message().contains("invalid digit"));
    }

    #[test]
    fn unequal_values_are_told() {
        assert!(expect_equal(1, 1, "same").is_ok());
        let failure = expect_equal("a\nb", "a\nc", "the text is wrong").unwrap_err();
        let json = failure.as_json(&str::to_owned);
        assert_eq!(json["expected"], "a\nc");
        assert_eq!(json["actual"], "a\nb");
        assert_eq!(json["kind"], "assertion");
        assert!(json["diff"].as_str().unwrap().ends_with(" a\n-c\n+b"));
    }

    #[test]
    fn all_kinds_of_errors_can_be_returned() {
        let text: Result<(), &str> = Err("text");
        let boxed: Result<(), Box<dyn std::error::Error + Send + Sync>> = Err("boxed".into());
        let own: Result<(), Failure> = Err(fail("own"));
        let messages = [
            text.into_outcome(),
            boxed.into_outcome(),
            own.into_outcome(),
        ]
        .map(|outcome| outcome.unwrap_err().to_string());
        assert_eq!(messages, ["text", "boxed", "own"]);
    }

    #[test]
    fn causes_are_told() {
        let inner = std::io::Error::new(std::io::ErrorKind::TimedOut, "inner");
        let failure = Failure::from(std::io::Error::new(std::io::ErrorKind::Other, inner));
        assert!(failure.message().starts_with("inner"));
    }
}
