//! Running one step or one hook and shaping its result.

use serde_json::{json, Value};

use crate::argument::{Arguments, Kind as ArgumentKind};
use crate::catalog::location;
use crate::failure::{Failure, Kind, Outcome};
use crate::registry::{Call, Hook, Match, Place, Registry};
use crate::{json, panics, snippet, Context};

/// Runs the step that was asked for; the result to answer.
pub fn step(registry: &Registry, ctx: &Context, arguments: Arguments) -> Value {
    let text = ctx.step().unwrap_or_default();
    let mut matches = registry.find(text);
    let result = match matches.len() {
        0 => undefined(registry, ctx, text),
        1 => matched(registry, ctx, matches.remove(0), arguments),
        _ => ambiguous(registry, &matches),
    };
    finished(ctx, result)
}

/// Runs a hook that was listed; the result to answer.
pub fn hook(registry: &Registry, ctx: &Context, hook: &Hook) -> Value {
    let outcome = call(ctx, hook.call, &mut Arguments::default());
    finished(ctx, shaped(registry, ctx, hook.place, outcome))
}

fn finished(ctx: &Context, mut result: Value) -> Value {
    let report = ctx.take_report();
    result["logs"] = report.logs.into();
    if !report.attachments.is_empty() {
        result["attachments"] = report.attachments.into();
    }
    if !report.exports.is_empty() {
        result["exports"] = report.exports.into();
    }
    if !report.data.is_empty() {
        result["data"] = report.data.into();
    }
    result["durationMs"] = ctx.elapsed_ms().into();
    result
}

fn undefined(registry: &Registry, ctx: &Context, text: &str) -> Value {
    let request = ctx.request();
    let step_type = json::text(request, "stepType").unwrap_or("step");
    let code = snippet::of_step(registry, text, step_type, request.get("argument"));
    json!({"success": false, "status": "undefined",
        "failure": {"message": format!("no step definition matches: {text}")},
        "snippets": [{"language": "rust", "code": code}]})
}

fn ambiguous(registry: &Registry, matches: &[Match]) -> Value {
    let mut message = "several step definitions match:".to_owned();
    let entries = matches.iter().map(|found| {
        let definition = found.step.definition;
        let (source, place) = (definition.pattern.source(), definition.place);
        let file = registry.file_of(place);
        message += &format!("\n  {source}  # {file}:{}", place.line);
        json!({"id": found.step.id, "pattern": source, "location": location(registry, place)})
    });
    let entries: Vec<Value> = entries.collect();
    json!({"success": false, "status": "ambiguous", "matches": entries,
        "failure": {"message": message}})
}

fn matched(registry: &Registry, ctx: &Context, found: Match, mut arguments: Arguments) -> Value {
    let definition = found.step.definition;
    let kinds: &[ArgumentKind] = definition.arguments;
    arguments.values = found.found.into_iter().map(|found| found.value).collect();
    let outcome = match arguments.check_taken(kinds) {
        Ok(()) => call(ctx, definition.call, &mut arguments),
        Err(failure) => Err(failure),
    };
    shaped(registry, ctx, definition.place, outcome)
}

fn call(ctx: &Context, function: Call, arguments: &mut Arguments) -> Outcome {
    let outcome = panics::catch(|| function(ctx, arguments));
    match outcome {
        // What a cancel led to, in whatever words the step told it.
        Err(failure) if ctx.was_cancel_told() && failure.kind() != Kind::Cancelled => {
            Err(ctx.cancel_failure().unwrap_or(failure))
        }
        other => other,
    }
}

fn shaped(registry: &Registry, ctx: &Context, place: Place, outcome: Outcome) -> Value {
    match outcome {
        Ok(data) => {
            add_data(ctx, data);
            json!({"success": true, "status": "passed"})
        }
        Err(failure) if failure.kind() == Kind::Pending => {
            json!({"success": false, "status": "pending", "reason": failure.message()})
        }
        Err(failure) if failure.kind() == Kind::Skipped => {
            json!({"success": false, "status": "skipped", "reason": failure.message()})
        }
        Err(failure) => json!({"success": false, "status": "failed",
            "failure": failure_json(registry, place, &failure)}),
    }
}

fn failure_json(registry: &Registry, place: Place, failure: &Failure) -> Value {
    let mut json = failure.as_json(&|file| registry.display(place.folder, file));
    // Where it stands is not known, or in this library: then the step is.
    let own = failure.kind() == Kind::Cancelled || json::text(&json["location"], "file").is_none();
    if own {
        json["location"] = location(registry, place);
    }
    json
}

fn add_data(ctx: &Context, data: Option<Value>) {
    match data {
        None | Some(Value::Null) => {}
        Some(Value::Object(members)) => {
            for (name, value) in members {
                ctx.data(&name, value);
            }
        }
        Some(value) => ctx.data("value", value),
    }
}
