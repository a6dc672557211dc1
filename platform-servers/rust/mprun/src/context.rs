//! What a step is given as its first argument.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{json, Map, Value};

use crate::cancel::Gate;
use crate::failure::{fail, Cancelled, Failure, IntoOutcome, Result};
use crate::process::{Process, Sink};
use crate::state::State;

const MAX_EXPORTS: usize = 64;
const MAX_EXPORT_BYTES: usize = 65_536;
const MAX_INLINE_BYTES: usize = 1024 * 1024;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Level, String> {
        let all = [
            Level::Trace,
            Level::Debug,
            Level::Info,
            Level::Warn,
            Level::Error,
        ];
        all.into_iter()
            .find(|level| level.name() == name)
            .ok_or_else(|| "there are trace, debug, info, warn and error".to_owned())
    }
}

/// What a step or a hook tells the report.
#[derive(Default)]
pub(crate) struct Report {
    pub data: Map<String, Value>,
    pub logs: Vec<Value>,
    pub attachments: Vec<Value>,
    pub exports: Map<String, Value>,
}

/// One for each step and each hook. What it does needs no `mut`, so values of
/// the state and the context can be used together.
pub struct Context {
    process: Rc<Process>,
    sink: Rc<Sink>,
    gate: Arc<Gate>,
    params: Value,
    started: Instant,
    report: RefCell<Report>,
    cancel_told: Cell<bool>,
}

impl Context {
    pub(crate) fn new(
        process: Rc<Process>,
        sink: Rc<Sink>,
        gate: Arc<Gate>,
        params: Value,
    ) -> Context {
        Context {
            process,
            sink,
            gate,
            params,
            started: Instant::now(),
            report: RefCell::default(),
            cancel_told: Cell::new(false),
        }
    }

    // State

    /// What the process remembers: one value of each type, by default at
    /// first. Every process of every case begins without any.
    #[track_caller]
    pub fn state<T: Default + 'static>(&self) -> State<T> {
        if let Some(state) = self.process.states.get() {
            return state;
        }
        self.process.states.insert(T::default());
        self.process.states.get().expect("it is there now")
    }

    /// The same for a type without a default, or where an earlier step must
    /// have been here: fails if no [`Context::set_state`] came before.
    #[track_caller]
    pub fn existing_state<T: 'static>(&self) -> Result<State<T>> {
        if let Some(state) = self.process.states.get() {
            return Ok(state);
        }
        Err(fail(format!(
            "this process ('{}') has no {}: no step has set it here. Each process has a \
             state of its own; what another one knows comes by its ctx.export and \
             ctx.exported",
            self.process_name(),
            type_name::<T>()
        )))
    }

    /// Puts a value in the place of the one of this type.
    pub fn set_state<T: 'static>(&self, value: T) {
        self.process.states.insert(value);
    }

    // Reporting

    /// A line of the report.
    pub fn log(&self, message: impl Display) {
        self.log_at(Level::Info, message);
    }

    pub fn log_at(&self, level: Level, message: impl Display) {
        let message = message.to_string();
        let entry = json!({"time": now(), "level": level.name(), "message": message});
        if self.sink.send_log(&entry) {
            return;
        }
        let entry = if self.process.is_bare() {
            format!("[{}] {message}", level.name().to_uppercase()).into()
        } else {
            entry
        };
        self.report.borrow_mut().logs.push(entry);
    }

    /// A value for the report.
    pub fn data(&self, name: &str, value: impl Serialize) {
        let value = serde_json::to_value(value).unwrap_or_else(|error| error.to_string().into());
        self.report.borrow_mut().data.insert(name.to_owned(), value);
    }

    /// Text for the report; a large one becomes a file.
    #[track_caller]
    pub fn attach_text(&self, name: &str, media_type: &str, text: &str) -> Result {
        self.attach_bytes_as(name, media_type, text.as_bytes(), || {
            ("identity", text.to_owned())
        })
    }

    /// Bytes for the report; many become a file.
    #[track_caller]
    pub fn attach(&self, name: &str, media_type: &str, bytes: &[u8]) -> Result {
        self.attach_bytes_as(name, media_type, bytes, || ("base64", base64(bytes)))
    }

    fn attach_bytes_as(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
        inline: impl FnOnce() -> (&'static str, String),
    ) -> Result {
        let mut entry = json!({"name": name, "mediaType": media_type});
        if bytes.len()
            > self
                .process
                .limit("maxInlineAttachmentBytes", MAX_INLINE_BYTES)
        {
            entry["path"] = self.save(name, bytes)?.into();
        } else {
            let (encoding, body) = inline();
            entry["encoding"] = encoding.into();
            entry["body"] = body.into();
        }
        self.report.borrow_mut().attachments.push(entry);
        Ok(())
    }

    /// Writes a file of the report; its name there.
    fn save(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let keep = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
        let safe: String = name
            .chars()
            .map(|letter| if keep(letter) { letter } else { '_' })
            .collect();
        let safe = match safe.trim_start_matches('.') {
            "" => "attachment",
            safe => safe,
        };
        let folder = self.artifact_dir()?;
        fs::create_dir_all(&folder)?;
        for number in 1..1_000_000 {
            let path = match number {
                1 => safe.to_owned(),
                _ => format!("{number}-{safe}"),
            };
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(folder.join(&path));
            match file {
                Ok(mut file) => {
                    file.write_all(bytes)?;
                    return Ok(path);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(fail(format!(
            "no name is free for {safe} in {}",
            folder.display()
        )))
    }

    /// Hands a value to the later steps of all processes of the case.
    #[track_caller]
    pub fn export(&self, key: impl Display, value: impl Display) -> Result {
        let mut exports = self.report.borrow().exports.clone();
        exports.insert(key.to_string(), value.to_string().into());
        let bytes =
            |(key, value): (&String, &Value)| key.len() + value.as_str().map_or(0, str::len);
        if exports.len() > MAX_EXPORTS
            || exports.iter().map(bytes).sum::<usize>() > MAX_EXPORT_BYTES
        {
            return Err(fail(format!(
                "a step may export {MAX_EXPORTS} values, together {MAX_EXPORT_BYTES} bytes"
            )));
        }
        self.report.borrow_mut().exports = exports;
        Ok(())
    }

    /// What a process exported before this step.
    #[track_caller]
    pub fn exported(&self, process: &str, key: &str) -> Result<String> {
        let exports = &self.scenario()["exports"][process];
        if let Some(value) = exports[key].as_str() {
            return Ok(value.to_owned());
        }
        let others = exports.as_object().map(|exports| exports.keys().cloned());
        let others = others.map_or(Vec::new(), Iterator::collect).join(", ");
        let hint = if others.is_empty() {
            "nothing so far: a step of it hands values on with ctx.export".to_owned()
        } else {
            format!("only {others}")
        };
        Err(fail(format!(
            "the '{process}' process has exported no '{key}' ({hint})"
        )))
    }

    // Where things belong

    /// The folder that all processes of the case share.
    #[track_caller]
    pub fn shared_dir(&self) -> Result<PathBuf> {
        self.required("sharedDir", "MPRUN_SHARED_DIR")
            .map(PathBuf::from)
    }

    /// The prefix of every system-wide name that the case makes.
    #[track_caller]
    pub fn ipc_prefix(&self) -> Result<String> {
        self.required("ipcPrefix", "MPRUN_IPC_PREFIX")
    }

    /// The folder for files that the report should keep.
    #[track_caller]
    pub fn artifact_dir(&self) -> Result<PathBuf> {
        self.required("artifactDir", "MPRUN_ARTIFACT_DIR")
            .map(PathBuf::from)
    }

    #[track_caller]
    fn required(&self, member: &str, variable: &str) -> Result<String> {
        self.process.setting(member, variable).ok_or_else(|| {
            fail(format!(
                "the runner gave no {member}: neither run.{member} of initialize nor {variable}"
            ))
        })
    }

    // What the runner told

    /// The name of the process: `writer`, `node#2`.
    pub fn process_name(&self) -> &str {
        self.params["process"].as_str().unwrap_or_default()
    }

    /// The text of the step, or of the one that the hook is of; else none.
    pub fn step(&self) -> Option<&str> {
        self.params["step"].as_str()
    }

    /// In a hook: what the case, the run, or after a step this one has come to.
    pub fn status(&self) -> Option<&str> {
        self.params["status"].as_str()
    }

    /// The `context` of the request as it came.
    pub fn scenario(&self) -> &Value {
        &self.params["context"]
    }

    /// The params of the request as they came.
    pub fn request(&self) -> &Value {
        &self.params
    }

    pub fn tags(&self) -> Vec<&str> {
        let tags = self.scenario()["tags"].as_array();
        tags.map_or(Vec::new(), |tags| {
            tags.iter().filter_map(Value::as_str).collect()
        })
    }

    /// The seed of the case.
    pub fn seed(&self) -> Option<u64> {
        self.process.setting("seed", "MPRUN_SEED")?.parse().ok()
    }

    /// The platform's `options` of the configuration.
    pub fn options(&self) -> Value {
        self.process.params()["options"].clone()
    }

    // The end

    /// Calls the function once when the process ends, or the case of one that
    /// is kept; what was added last comes first, and the state is dropped after
    /// all. What it fails with makes the case *leaked*.
    pub fn defer<R: IntoOutcome>(&self, function: impl FnOnce(&Context) -> R + 'static) {
        let call = move |ctx: &Context| function(ctx).into_outcome();
        self.process.clean_ups.borrow_mut().push(Box::new(call));
    }

    /// Whether the runner wants the step to end.
    pub fn cancelled(&self) -> bool {
        self.gate.reason().is_some()
    }

    /// Fails if the runner wants the step to end.
    pub fn checkpoint(&self) -> std::result::Result<(), Cancelled> {
        match self.gate.reason() {
            None => Ok(()),
            Some(reason) => {
                self.cancel_told.set(true);
                Err(Cancelled { reason })
            }
        }
    }

    /// What is left of the step's time; None if it has no end.
    pub fn remaining(&self) -> Option<Duration> {
        let budget = self.scenario()["timeoutMs"]
            .as_u64()
            .filter(|budget| *budget > 0)?;
        Some(Duration::from_millis(budget).saturating_sub(self.started.elapsed()))
    }

    /// Waits; a cancel ends it.
    pub fn sleep(&self, time: Duration) -> std::result::Result<(), Cancelled> {
        self.gate.sleep(time);
        self.checkpoint()
    }

    /// Waits until this can be read; false if the time is over before.
    pub fn wait_readable(
        &self,
        file: &impl AsRawFd,
        time: Option<Duration>,
    ) -> std::result::Result<bool, Cancelled> {
        self.wait(file, libc::POLLIN, time)
    }

    /// Waits until this can be written.
    pub fn wait_writable(
        &self,
        file: &impl AsRawFd,
        time: Option<Duration>,
    ) -> std::result::Result<bool, Cancelled> {
        self.wait(file, libc::POLLOUT, time)
    }

    fn wait(
        &self,
        file: &impl AsRawFd,
        events: libc::c_short,
        time: Option<Duration>,
    ) -> std::result::Result<bool, Cancelled> {
        let end = time.and_then(|time| Instant::now().checked_add(time));
        loop {
            self.checkpoint()?;
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let left_ms = left.map_or(-1, |left| {
                left.as_micros().div_ceil(1000).min(60_000) as libc::c_int
            });
            let entry = |fd, events| libc::pollfd {
                fd,
                events,
                revents: 0,
            };
            let mut polled = [
                entry(file.as_raw_fd(), events),
                entry(self.gate.fd(), libc::POLLIN),
            ];
            // SAFETY: two entries, as the call is told.
            unsafe { libc::poll(polled.as_mut_ptr(), 2, left_ms) };
            if polled[0].revents != 0 {
                self.checkpoint()?;
                return Ok(true);
            }
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(false);
            }
        }
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Whether the step was told of the cancel by an error.
    pub(crate) fn was_cancel_told(&self) -> bool {
        self.cancel_told.get()
    }

    pub(crate) fn cancel_failure(&self) -> Option<Failure> {
        self.gate.reason().map(|reason| Cancelled { reason }.into())
    }

    pub(crate) fn elapsed_ms(&self) -> f64 {
        let micros = self.started.elapsed().as_micros();
        micros as f64 / 1000.0
    }

    pub(crate) fn take_report(&self) -> Report {
        self.report.take()
    }
}

/// The time of day, as `2024-01-01T10:00:00.123Z`.
fn now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let (seconds, milliseconds) = (since.as_secs(), since.subsec_millis());
    let (year, month, day) = date_of_day(seconds / 86_400);
    let second = seconds % 86_400;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{milliseconds:03}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Year, month and day of the so many-th day after 1970-01-01.
fn date_of_day(mut day: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    loop {
        let days = if is_leap(year) { 366 } else { 365 };
        if day < days {
            break;
        }
        day -= days;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    (year, month as u64 + 1, day + 1)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(*three.get(index).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * index)) as usize & 63];
            text.push(if index > three.len() {
                '='
            } else {
                letter.into()
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, date_of_day, Level};

    #[test]
    fn encodes_base64() {
        let texts = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
        assert_eq!(base64(&[0xff, 0xfe, 0xfd]), "//79");
    }

    #[test]
    fn knows_the_calendar() {
        assert_eq!(date_of_day(0), (1970, 1, 1));
        assert_eq!(date_of_day(19_782), (2024, 2, 29));
        assert_eq!(date_of_day(19_783), (2024, 3, 1));
        assert_eq!(date_of_day(47_541), (2100, 3, 1));
    }

    #[test]
    fn reads_levels() {
        assert_eq!("warn".parse(), Ok(Level::Warn));
        assert!("loud".parse::<Level>().is_err());
    }
}
