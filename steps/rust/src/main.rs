//! The steps of features/ipc in Rust; steps/README.md says what each does.

mod channel;
mod channel_steps;
mod frame;
mod opening_steps;
mod peer;
mod ring;
mod ring_frames;
mod ring_steps;
mod shared;
mod shared_steps;

fn main() -> std::process::ExitCode {
    mprun::main()
}
