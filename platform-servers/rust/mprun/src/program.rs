//! The program around the steps.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::{env, panic};

use crate::channel;
use crate::registry::Registry;
use crate::server::{problem_text, Server};

const USAGE: &str = "\
A platform server for mprun: it reads requests from standard input and answers
on standard output. mprun starts it; the command stands in mprun.yaml:

  platforms:
    rust:
      command: [steps/target/debug/steps]

options:
  --check   look at the step definitions, say what is wrong, end
  --list    list the step definitions and hooks, end
  --help    this text
";

/// The `main` of a program with steps: serves until standard input ends.
///
/// It serves on the thread that calls it, and ends what `println!` does to
/// standard output: what is printed goes to standard error.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => serve(),
        ["--check"] => check(),
        ["--list"] => list(),
        ["--help" | "-h"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("mprun: unknown arguments: {}\n\n{USAGE}", words.join(" "));
            ExitCode::from(2)
        }
    }
}

fn serve() -> ExitCode {
    let result = channel::take_standard_streams().and_then(|(input, output)| {
        if io::stderr().is_terminal() && env::var_os("MPRUN").is_none() {
            eprint!("{USAGE}");
        }
        let registry = Registry::collect();
        if !registry.problems.is_empty() {
            eprintln!("mprun: {}", problem_text(&registry.problems));
        }
        Server::new(registry, output)?.serve(input)
    });
    drop(panic::take_hook());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mprun: {error}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> ExitCode {
    let registry = Registry::collect();
    for problem in &registry.problems {
        eprintln!("{problem}");
    }
    println!(
        "step definitions: {}, errors: {}",
        registry.steps.len(),
        registry.problems.len()
    );
    match registry.problems.len() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn list() -> ExitCode {
    let registry = Registry::collect();
    for step in &registry.steps {
        let place = step.definition.place;
        let file = registry.file_of(place);
        println!(
            "{}  # {file}:{}",
            step.definition.pattern.source(),
            place.line
        );
    }
    for (_, hook) in &registry.hooks {
        let title = hook.title.unwrap_or(hook.kind);
        println!(
            "{title}  # {}:{}",
            registry.file_of(hook.place),
            hook.place.line
        );
    }
    ExitCode::SUCCESS
}
