//! Panics of steps: the message with expected and actual, the place, and the
//! stack from the user's function on.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, Location};

use crate::failure::{Failure, Inner, Kind};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Told>> = const { RefCell::new(None) };
}

struct Told {
    place: Option<(String, u32)>,
    stack: Option<String>,
}

/// Panics inside of catch() are kept, all others told as ever.
pub fn install() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if WATCHED.with(Cell::get) {
            LAST.with(|last| *last.borrow_mut() = Some(told(info.location())));
        } else {
            usual(info);
        }
    }));
}

fn told(place: Option<&Location>) -> Told {
    Told {
        place: place.map(|place| (place.file().to_owned(), place.line())),
        stack: stack(&Backtrace::force_capture().to_string()),
    }
}

/// Calls the function; a panic becomes a failure.
pub fn catch<T>(function: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let before = WATCHED.with(|watched| watched.replace(true));
    let result = panic::catch_unwind(AssertUnwindSafe(function));
    WATCHED.with(|watched| watched.set(before));
    let told = LAST.with(|last| last.borrow_mut().take());
    result.unwrap_or_else(|payload| Err(failure(&*payload, told)))
}

fn failure(payload: &(dyn Any + Send), told: Option<Told>) -> Failure {
    let message = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "a panic whose payload is no text".to_owned(),
    };
    let mut inner = of_message(message);
    if let Some(told) = told {
        inner.place = told.place;
        inner.stack = told.stack;
    }
    Failure(Box::new(inner))
}

/// What the standard macros say, taken apart.
fn of_message(message: String) -> Inner {
    if let Some(rest) = message.strip_prefix("not yet implemented") {
        let reason = rest.trim_start_matches(": ");
        return Inner {
            kind: Kind::Pending,
            message: if reason.is_empty() {
                message.clone()
            } else {
                reason.to_owned()
            },
            ..Inner::default()
        };
    }
    if let Some(inner) = comparison(&message) {
        return inner;
    }
    let is_assertion = message.starts_with("assertion failed");
    Inner {
        kind: if is_assertion {
            Kind::Assertion
        } else {
            Kind::Exception
        },
        type_name: Some("panic".to_owned()),
        message,
        ..Inner::default()
    }
}

/// That of assert_eq and assert_ne: the right side counts as expected.
fn comparison(message: &str) -> Option<Inner> {
    let rest = message.strip_prefix("assertion `left ")?;
    let (operator, rest) = rest.split_once(" right` failed")?;
    let (said, values) = rest.split_once("\n  left: ")?;
    let (left, right) = values.split_once("\n right: ")?;
    let said = said.trim_start_matches(": ");
    let equal = operator == "==";
    let shown = if said.is_empty() {
        format!("assertion failed: left {operator} right")
    } else {
        said.to_owned()
    };
    let expected = unquoted(right);
    Some(Inner {
        kind: Kind::Assertion,
        message: shown,
        type_name: Some("panic".to_owned()),
        expected: Some(if equal {
            expected
        } else {
            format!("anything but {expected}")
        }),
        actual: Some(unquoted(left)),
        ..Inner::default()
    })
}

/// A text as `{:?}` shows it without its quotes and escapes; all else as it is.
pub fn unquoted(shown: &str) -> String {
    read_quoted(shown).unwrap_or_else(|| shown.to_owned())
}

fn read_quoted(shown: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = shown.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => text.push(match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    let digits: String = letters.by_ref().take_while(|l| *l != '}').collect();
                    let number = u32::from_str_radix(digits.trim_start_matches('{'), 16);
                    char::from_u32(number.ok()?)?
                }
                other => other,
            }),
            other => text.push(other),
        }
    }
    Some(text)
}

/// The frames of a backtrace that are the user's, innermost first: behind what
/// makes the panic or the error, up to the function that the attribute wrote.
pub fn stack(backtrace: &str) -> Option<String> {
    let frames = frames(backtrace);
    let end = frames
        .iter()
        .position(|frame| frame[0].contains("__mprun_call"))?;
    let start = frames[..end]
        .iter()
        .rposition(|frame| is_machinery(&frame[0]));
    let user = frames[start.map_or(0, |start| start + 1)..end]
        .iter()
        .skip_while(|frame| is_library(frame));
    let lines = user.flatten().map(|line| line.trim_end());
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn is_machinery(name: &str) -> bool {
    [
        "core::panicking::",
        "std::panicking::",
        "rust_begin_unwind",
        "core::option::",
        "core::result::",
        "core::ops::function",
        "core::slice::index",
        "core::str::",
        "__rustc::rust_begin_unwind",
        "std::backtrace",
        "mprun::failure::",
        "mprun::panics::",
        "mprun::argument::",
        "mprun::context::",
        "core::cell::",
        "core::convert::",
    ]
    .iter()
    .any(|prefix| name.contains(prefix))
}

/// Of the standard library, whose sources lie there.
fn is_library(frame: &[String]) -> bool {
    frame
        .get(1)
        .is_some_and(|place| place.contains("/rustc/") || place.contains("/rustlib/src/"))
}

/// Each with its name first, then the line that says where it is.
fn frames(backtrace: &str) -> Vec<Vec<String>> {
    let mut frames: Vec<Vec<String>> = Vec::new();
    for line in backtrace.lines() {
        let place = line.trim_start();
        if place.starts_with("at ") {
            if let Some(frame) = frames.last_mut() {
                frame.push(format!("    {place}"));
            }
        } else if let Some((number, name)) = place.split_once(": ") {
            if number.bytes().all(|byte| byte.is_ascii_digit()) {
                frames.push(vec![name.to_owned()]);
            }
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::{catch, of_message, stack, unquoted, Kind};

    #[test]
    fn takes_the_messages_of_the_macros_apart() {
        let inner = of_message(
            "assertion `left == right` failed: the size is wrong\n  left: 1000\n right: 1024"
                .to_owned(),
        );
        assert_eq!(inner.message, "the size is wrong");
        assert_eq!(inner.expected.as_deref(), Some("1024"));
        assert_eq!(inner.actual.as_deref(), Some("1000"));
        assert_eq!(inner.kind, Kind::Assertion);
        let inner = of_message("assertion failed: a < b".to_owned());
        assert_eq!((inner.kind, inner.expected), (Kind::Assertion, None));
        assert_eq!(
            of_message("not yet implemented".to_owned()).kind,
            Kind::Pending
        );
        assert_eq!(of_message("not yet implemented: x".to_owned()).message, "x");
        assert_eq!(of_message("boom".to_owned()).kind, Kind::Exception);
    }

    #[test]
    fn what_assert_eq_says_is_understood() {
        let failure = catch(|| -> crate::Result {
            assert_eq!("a\nb\"", "a\nc", "text of {}", 1);
            Ok(())
        })
        .unwrap_err();
        assert_eq!(failure.0.message, "text of 1");
        assert_eq!(failure.0.expected.as_deref(), Some("a\nc"));
        assert_eq!(failure.0.actual.as_deref(), Some("a\nb\""));
    }

    #[test]
    fn reads_what_debug_writes() {
        for text in ["", "a", "\"\\\n\t\r\0\u{7f}\u{2028}🚚'"] {
            assert_eq!(unquoted(&format!("{text:?}")), text);
        }
        for other in ["1024", "[\"a\"]", "\"a\" \"b\"", "\"a\"b\""] {
            assert_eq!(unquoted(other), other);
        }
    }

    #[test]
    fn a_stack_begins_and_ends_at_the_users_functions() {
        let text = "   0: std::backtrace::Backtrace::create\n\
            \x20  1: core::panicking::assert_failed\n             at /x.rs:1:1\n\
            \x20  2: steps::deep\n             at ./src/main.rs:3:5\n\
            \x20  3: steps::step\n             at ./src/main.rs:9:5\n\
            \x20  4: steps::_::__mprun_call\n\
            \x20  5: mprun::execute::call\n";
        assert_eq!(
            stack(text).unwrap(),
            "steps::deep\n    at ./src/main.rs:3:5\nsteps::step\n    at ./src/main.rs:9:5"
        );
        let library = text.replace(
            "   2:",
            "   2: <alloc::vec::Vec<T>>::index\n             at /rustc/1/library/mod.rs:1\n\
            \x20  7:",
        );
        assert_ne!(library, text);
        assert_eq!(stack(&library), stack(text));
        assert_eq!(stack("unsupported backtrace"), None);
    }
}
