//! Code that would define a step.

use regex::Regex;
use serde_json::Value;

use crate::json;
use crate::registry::Registry;

/// One part of a step's text that is a value rather than a word.
struct Part {
    start: usize,
    end: usize,
    name: String,
}

pub fn of_step(
    registry: &Registry,
    text: &str,
    step_type: &str,
    argument: Option<&Value>,
) -> String {
    let parts = find_parts(registry, text);
    let mut expression = String::new();
    let mut words = String::new();
    let mut parameters = vec!["ctx: &Context".to_owned()];
    let mut at = 0;
    for part in &parts {
        expression += &escaped(&text[at..part.start]);
        expression += &format!("{{{}}}", part.name);
        words += &text[at..part.start];
        words.push(' ');
        parameters.push(parameter(part, parameters.len()));
        at = part.end;
    }
    expression += &escaped(&text[at..]);
    words += &text[at..];
    for (member, parameter) in [
        ("dataTable", "table: DataTable"),
        ("docString", "text: DocString"),
    ] {
        if argument.is_some_and(|argument| json::has(argument, member)) {
            parameters.push(parameter.to_owned());
        }
    }
    let attribute = match step_type {
        "given" | "when" | "then" => step_type,
        _ => "step",
    };
    format!(
        "#[{attribute}({expression:?})]\nfn {}({}) -> mprun::Result {{\n    \
         Err(mprun::pending())\n}}\n",
        function_name(&words),
        parameters.join(", ")
    )
}

/// Values do not overlap; of two that begin at one place the longer counts.
fn find_parts(registry: &Registry, text: &str) -> Vec<Part> {
    let own = registry.types.iter().map(|of| (of.name, of.regexp));
    let usual = [
        ("string", r#""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"#),
        ("float", r"-?\d*\.\d+"),
        ("int", r"-?\d+"),
    ];
    let mut found = Vec::new();
    for (name, regexp) in own.chain(usual) {
        let Ok(regex) = Regex::new(regexp) else {
            continue;
        };
        found.extend(regex.find_iter(text).map(|part| Part {
            start: part.start(),
            end: part.end(),
            name: name.to_owned(),
        }));
    }
    found.retain(|part| part.start < part.end && stands_alone(text, part));
    // Of equal ones the first: a type of the user's comes before the usual.
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut end = 0;
    found.retain(|part| {
        let free = part.start >= end;
        if free {
            end = part.end;
        }
        free
    });
    found
}

fn stands_alone(text: &str, part: &Part) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(|l| l.is_alphanumeric() || l == '_');
    !is_word(text[..part.start].chars().next_back()) && !is_word(text[part.end..].chars().next())
}

/// A value's parameter; each name is there once.
fn parameter(part: &Part, number: usize) -> String {
    let (name, of) = match part.name.as_str() {
        "string" => ("text", "String"),
        "int" => ("number", "i64"),
        "float" => ("number", "f64"),
        _ => ("value", "String"),
    };
    format!("{name}{number}: {of}")
}

/// What means something in an expression stands behind a backslash.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for letter in text.chars() {
        if matches!(letter, '\\' | '/' | '(' | '{') {
            result.push('\\');
        }
        result.push(letter);
    }
    result
}

fn function_name(words: &str) -> String {
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut name = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !name.is_empty() && name.len() + word.len() > 50 {
            break;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name += &word.to_ascii_lowercase();
    }
    let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    // Two words, so that it is no word of the language.
    if is_name && name.contains('_') {
        name
    } else {
        format!("step_{name}").trim_end_matches('_').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::of_step;
    use crate::registry::{ParameterType, Place, Registry};
    use serde_json::json;

    static COLOUR: ParameterType = ParameterType {
        name: "colour",
        regexp: "red|green",
        place: Place {
            file: "steps.rs",
            line: 1,
            column: 1,
            folder: "/nowhere",
        },
    };

    #[test]
    fn suggests_an_expression_and_a_function() {
        let registry = Registry::new(vec![], vec![], vec![&COLOUR]);
        let argument = json!({"dataTable": {"rows": []}});
        assert_eq!(
            of_step(
                &registry,
                "paints 3 red/green (big) boxes x2 with 'it\\'s' in 0.5 s",
                "when",
                Some(&argument)
            ),
            "#[when(\"paints {int} {colour}\\\\/{colour} \\\\(big) boxes x2 with {string} in \
             {float} s\")]\nfn paints_big_boxes_x2_with_in_s(ctx: &Context, number1: i64, \
             value2: String, value3: String, text4: String, number5: f64, table: DataTable) \
             -> mprun::Result {\n    Err(mprun::pending())\n}\n"
        );
        let code = of_step(&registry, "🚚", "step", None);
        assert!(code.starts_with("#[step(\"🚚\")]\nfn step("), "{code}");
    }
}
