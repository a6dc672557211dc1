//! Step definitions, parameter types and hooks: what the attributes entered,
//! compiled at the start so that every mistake is told at once.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::argument::{Arguments, Kind};
use crate::expression::{Found, Matcher, Types};
use crate::failure::Outcome;
use crate::{Context, TagExpression};

/// The function of one form that an attribute writes around the user's.
pub type Call = fn(&Context, &mut Arguments) -> Outcome;

/// Where an attribute stands, as the compiler tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: &'static str,
    pub line: u32,
    pub column: u32,
    /// That of the package.
    pub folder: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    Expression(&'static str),
    Regex(&'static str),
}

impl Pattern {
    pub fn source(&self) -> &'static str {
        match self {
            Pattern::Expression(source) | Pattern::Regex(source) => source,
        }
    }
}

pub struct StepDefinition {
    pub pattern: Pattern,
    pub keyword: &'static str,
    pub arguments: &'static [Kind],
    pub function: &'static str,
    pub doc: &'static str,
    pub call: Call,
    pub place: Place,
}

pub struct Hook {
    pub kind: &'static str,
    pub tags: Option<&'static str>,
    pub title: Option<&'static str>,
    pub order: i32,
    pub function: &'static str,
    pub doc: &'static str,
    pub call: Call,
    pub place: Place,
}

pub struct ParameterType {
    pub name: &'static str,
    pub regexp: &'static str,
    pub place: Place,
}

inventory::collect!(StepDefinition);
inventory::collect!(Hook);
inventory::collect!(ParameterType);

/// Something wrong in the steps.
#[derive(Debug)]
pub struct Problem {
    pub file: String,
    pub line: u32,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// A definition with its compiled pattern; none if that is broken.
pub struct Step {
    pub id: String,
    pub definition: &'static StepDefinition,
    matcher: Option<Matcher>,
}

pub struct Match<'a> {
    pub step: &'a Step,
    pub found: Vec<Found>,
}

/// Everything that the program has, in the order of files and lines.
pub struct Registry {
    pub steps: Vec<Step>,
    pub hooks: Vec<(String, &'static Hook)>,
    pub types: Vec<&'static ParameterType>,
    pub problems: Vec<Problem>,
    /// A step may go elsewhere.
    start_folder: PathBuf,
}

impl Registry {
    /// What the attributes of the whole program entered.
    pub fn collect() -> Registry {
        Registry::new(
            inventory::iter::<StepDefinition>.into_iter().collect(),
            inventory::iter::<Hook>.into_iter().collect(),
            inventory::iter::<ParameterType>.into_iter().collect(),
        )
    }

    pub fn new(
        mut definitions: Vec<&'static StepDefinition>,
        mut hooks: Vec<&'static Hook>,
        mut types: Vec<&'static ParameterType>,
    ) -> Registry {
        definitions.sort_by_key(|definition| definition.place);
        hooks.sort_by_key(|hook| hook.place);
        types.sort_by_key(|of| of.place);
        let mut registry = Registry {
            steps: Vec::new(),
            hooks: (hooks.iter().enumerate())
                .map(|(index, hook)| (format!("h{}", index + 1), *hook))
                .collect(),
            types,
            problems: Vec::new(),
            start_folder: env::current_dir().unwrap_or_default(),
        };
        let compiled = registry.compile_types();
        for (index, definition) in definitions.into_iter().enumerate() {
            let matcher = registry.compile(definition, &compiled);
            registry.steps.push(Step {
                id: format!("s{}", index + 1),
                definition,
                matcher,
            });
        }
        for hook in hooks {
            if let Some(Err(error)) = hook.tags.map(TagExpression::parse) {
                registry.report(hook.place, error);
            }
        }
        registry
    }

    fn compile_types(&mut self) -> Types {
        let mut compiled = Types::default();
        for of in self.types.clone() {
            if let Err(error) = compiled.add(of.name, of.regexp) {
                self.report(of.place, format!("parameter type {:?}: {error}", of.name));
            }
        }
        compiled
    }

    fn compile(&mut self, definition: &'static StepDefinition, types: &Types) -> Option<Matcher> {
        let result = match definition.pattern {
            Pattern::Expression(source) => Matcher::of_expression(source, types),
            Pattern::Regex(source) => Matcher::of_regex(source),
        };
        let takes = (definition.arguments.iter())
            .filter(|kind| **kind == Kind::Value)
            .count();
        let fault = match &result {
            Err(error) => error.clone(),
            Ok(matcher) if matcher.count() != takes => format!(
                "the pattern gives {}, the function {} takes {}",
                count(matcher.count(), "value"),
                definition.function,
                count(takes, "value"),
            ),
            Ok(_) => return result.ok(),
        };
        let source = definition.pattern.source();
        self.report(definition.place, format!("step {source:?}: {fault}"));
        None
    }

    fn report(&mut self, place: Place, message: String) {
        self.problems.push(Problem {
            file: self.display(place.folder, place.file),
            line: place.line,
            message,
        });
    }

    /// All definitions that match the text.
    pub fn find(&self, text: &str) -> Vec<Match<'_>> {
        let found = self.steps.iter().filter_map(|step| {
            let found = step.matcher.as_ref()?.find(text)?;
            Some(Match { step, found })
        });
        found.collect()
    }

    /// The file relative to where the server was started, if it lies below.
    /// The compiler gives it relative to the folder in which cargo ran, which
    /// is that of the package or one above it.
    pub fn display(&self, folder: &str, file: &str) -> String {
        let path = Path::new(folder)
            .ancestors()
            .map(|folder| folder.join(file))
            .find(|path| path.exists());
        let Some(path) = path else {
            return file.to_owned();
        };
        let relative = path.strip_prefix(&self.start_folder).unwrap_or(&path);
        relative.to_string_lossy().into_owned()
    }

    pub fn file_of(&self, place: Place) -> String {
        self.display(place.folder, place.file)
    }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
