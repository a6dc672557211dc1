//! The methods that look at definitions without running them.

use serde_json::{json, Map, Value};

use crate::expression::Found;
use crate::registry::{Pattern, Place, Registry};
use crate::{json, snippet};

/// The answer to listStepDefinitions.
pub fn list(registry: &Registry) -> Value {
    let steps = registry.steps.iter().map(|step| {
        let definition = step.definition;
        let pattern = match definition.pattern {
            Pattern::Expression(source) => json!({"type": "cucumberExpression", "source": source}),
            Pattern::Regex(source) => {
                json!({"type": "regex", "dialect": "rust-regex", "source": source})
            }
        };
        let mut entry = json!({"id": step.id, "pattern": pattern, "stepType": null,
            "location": location(registry, definition.place)});
        if !definition.doc.is_empty() {
            entry["doc"] = definition.doc.into();
        }
        entry
    });
    let types = registry.types.iter().map(|of| {
        json!({"name": of.name, "regexps": [of.regexp], "useForSnippets": true,
            "preferForSuggestions": false, "location": location(registry, of.place)})
    });
    let hooks = registry.hooks.iter().map(|(id, hook)| {
        json!({"id": id, "type": hook.kind, "name": hook.title, "tagExpression": hook.tags,
            "order": hook.order, "location": location(registry, hook.place)})
    });
    json!({"stepDefinitions": steps.collect::<Vec<_>>(),
        "parameterTypes": types.collect::<Vec<_>>(), "hooks": hooks.collect::<Vec<_>>()})
}

pub fn location(registry: &Registry, place: Place) -> Value {
    json!({"file": registry.file_of(place), "line": place.line})
}

/// The answer to matchSteps; None if the steps are no list of texts.
pub fn match_steps(registry: &Registry, steps: &Value) -> Option<Value> {
    let results = steps.as_array()?.iter().map(|entry| {
        let text = json::text(entry, "step")?;
        Some(match_step(registry, entry, text))
    });
    Some(json!({"results": results.collect::<Option<Vec<_>>>()?}))
}

fn match_step(registry: &Registry, entry: &Value, text: &str) -> Value {
    let matches = registry.find(text);
    let mut result = json!({"matches": matches.iter().map(|found| {
        let args = found.found.iter().map(|found| argument(text, found));
        json!({"id": found.step.id, "args": args.collect::<Vec<_>>()})
    }).collect::<Vec<_>>()});
    if matches.is_empty() {
        let step_type = json::text(entry, "stepType").unwrap_or("step");
        let mut argument = Map::new();
        if let Some(kind) = json::text(entry, "argument") {
            argument.insert(kind.to_owned(), true.into());
        }
        let code = snippet::of_step(registry, text, step_type, Some(&Value::Object(argument)));
        result["snippets"] = json!([{"language": "rust", "code": code}]);
    }
    result
}

/// Offsets count characters.
fn argument(text: &str, found: &Found) -> Value {
    let place = |bytes: usize| text[..bytes].chars().count();
    json!({"value": found.text, "type": found.type_name,
        "start": found.span.map(|(start, _)| place(start)),
        "end": found.span.map(|(_, end)| place(end))})
}
