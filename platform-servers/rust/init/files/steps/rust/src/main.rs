//! The steps of features/first.feature.

use std::fs;
use std::path::PathBuf;

use mprun::{given, then, Context, Result};

/// In the folder that all processes of a case share, and no other has.
fn note_file(ctx: &Context) -> Result<PathBuf> {
    Ok(ctx.shared_dir()?.join("note.txt"))
}

#[given("writes the note {string}")]
fn writes_the_note(ctx: &Context, text: String) -> Result {
    fs::write(note_file(ctx)?, &text)?;
    ctx.log(format!("wrote {text:?}"));
    Ok(())
}

#[then("finds the note {string}")]
fn finds_the_note(ctx: &Context, text: String) -> Result {
    assert_eq!(fs::read_to_string(note_file(ctx)?)?, text);
    fs::remove_file(note_file(ctx)?)?;
    Ok(())
}

fn main() -> std::process::ExitCode {
    mprun::main()
}
