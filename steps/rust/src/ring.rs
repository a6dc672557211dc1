//! A ring of frames in POSIX shared memory, between one writer and one reader.
//! Rule: steps/README.md, "The ring".
//!
//! What is in the ring is told by its header alone, which changes only under
//! the lock; the other two semaphores just say that a look is worth while. A
//! frame counts once `written` has grown, and is gone once `taken` has, each by
//! one store after all others: a process may be killed anywhere. Who lives is
//! told by record locks, which the kernel drops at any death.

use std::ffi::CString;
use std::io;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use mprun::{fail, Context, Level};

use crate::shared::{Memory, Semaphore};

const MAGIC: u32 = 0x4D50_5247;
const VERSION: u32 = 1;
pub const METADATA_BYTES: usize = 1024;
pub const HEADER_BYTES: usize = std::mem::size_of::<RingHeader>();
const MIN_CAPACITY: usize = 16;
/// The byte with the record lock under which roles and the lock change hands.
const GUARD_BYTE: i64 = 2;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    Writer = 0,
    Reader = 1,
}

impl Role {
    fn other(self) -> Role {
        match self {
            Role::Writer => Role::Reader,
            Role::Reader => Role::Writer,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Role::Writer => "writer",
            Role::Reader => "reader",
        }
    }

    /// As the header names the holder of the lock.
    fn number(self) -> u32 {
        self as u32 + 1
    }
}

/// In the byte order of the machine.
#[repr(C)]
pub struct RingHeader {
    /// Set last.
    magic: AtomicU32,
    version: AtomicU32,
    pub capacity: AtomicU32,
    metadata_room: AtomicU32,
    pub metadata_size: AtomicU32,
    pub closed: AtomicU32,
    holder: AtomicU32,
    pub last_id: AtomicU32,
    pid: [AtomicU32; 2],
    pub waits: [AtomicU32; 2],
    pub written: AtomicU64,
    pub taken: AtomicU64,
}

const _: () = assert!(HEADER_BYTES == 64, "the layout of steps/README.md");

/// Why a ring was not opened.
pub enum Refused {
    /// A living process has the role: its number.
    Taken(u32),
    Failed(mprun::Failure),
}

pub struct Ring {
    name: String,
    pub role: Role,
    pub memory: Memory,
    lock: Semaphore,
    /// Posted after each frame that was put, and after each that was taken.
    pub data: Semaphore,
    pub space: Semaphore,
    /// The names are removed here.
    owned: bool,
    pub holds: bool,
    /// Locks that came here from the dead.
    pub takeovers: u32,
}

/// The names of the memory and of the three semaphores.
fn names(name: &str) -> [CString; 4] {
    ["", ".lock", ".data", ".space"]
        .map(|end| CString::new(format!("{name}{end}")).expect("a name without a zero byte"))
}

impl Ring {
    /// Makes it and becomes its reader.
    pub fn create(name: &str, capacity: usize) -> mprun::Result<Ring> {
        if capacity < MIN_CAPACITY {
            return Err(fail(format!(
                "a ring has at least {MIN_CAPACITY} bytes, not {capacity}"
            )));
        }
        let size = HEADER_BYTES + METADATA_BYTES + capacity;
        let [memory_name, lock, data, space] = names(name);
        let memory =
            Memory::create(&memory_name, size).map_err(|error| cannot_open(name, error))?;
        let semaphores = Semaphore::create(&lock, 1).and_then(|lock| {
            Ok((
                lock,
                Semaphore::create(&data, 0)?,
                Semaphore::create(&space, 0)?,
            ))
        });
        let (lock, data, space) = semaphores.map_err(|error| {
            let _ = remove(name);
            cannot_open(name, error)
        })?;
        let mut ring = Ring {
            name: name.to_owned(),
            role: Role::Reader,
            memory,
            lock,
            data,
            space,
            owned: true,
            holds: false,
            takeovers: 0,
        };
        let header = ring.header();
        header.version.store(VERSION, SeqCst);
        header.capacity.store(capacity as u32, SeqCst);
        header.metadata_room.store(METADATA_BYTES as u32, SeqCst);
        header.magic.store(MAGIC, SeqCst);
        assert!(ring.enter(), "a ring that was just made has a reader");
        Ok(ring)
    }

    pub fn attach(name: &str, role: Role) -> Result<Ring, Refused> {
        let failed = |error| Refused::Failed(cannot_open(name, error));
        let wrong =
            |what: &str| Refused::Failed(fail(format!("cannot open the ring {name}: {what}")));
        let [memory_name, lock, data, space] = names(name);
        let memory = Memory::open(&memory_name).map_err(failed)?;
        if memory.size() < HEADER_BYTES + METADATA_BYTES {
            return Err(wrong("it is too small"));
        }
        let mut ring = Ring {
            name: name.to_owned(),
            role,
            lock: Semaphore::open(&lock).map_err(failed)?,
            data: Semaphore::open(&data).map_err(failed)?,
            space: Semaphore::open(&space).map_err(failed)?,
            memory,
            owned: false,
            holds: false,
            takeovers: 0,
        };
        ring.check_header().map_err(wrong)?;
        if !ring.enter() {
            return Err(Refused::Taken(ring.pid(role)));
        }
        ring.owned = role == Role::Reader;
        if role == Role::Writer {
            ring.header().closed.store(0, SeqCst);
        }
        Ok(ring)
    }

    fn check_header(&self) -> Result<(), &'static str> {
        let header = self.header();
        let capacity = self.memory.size() - HEADER_BYTES - METADATA_BYTES;
        if header.magic.load(SeqCst) != MAGIC {
            Err("the magic is wrong")
        } else if header.version.load(SeqCst) != VERSION {
            Err("it has another version")
        } else if header.metadata_room.load(SeqCst) as usize != METADATA_BYTES
            || capacity < MIN_CAPACITY
            || self.capacity() != capacity
        {
            Err("its sizes do not fit the shared memory")
        } else {
            Ok(())
        }
    }

    /// Lets go, and removes the names that are this process's to remove.
    pub fn close(mut self) -> mprun::Result {
        self.unlock();
        if self.pid(self.role) == process::id() {
            self.header().pid[self.role as usize].store(0, SeqCst);
        }
        if self.owned {
            remove(&self.name)
                .map_err(|error| fail(format!("cannot remove the ring {}: {error}", self.name)))?;
        }
        Ok(())
    }

    pub fn header(&self) -> &RingHeader {
        // SAFETY: the mapping is larger, begins on a page, lives as long as
        // self, and all of the header is atomic.
        unsafe { &*self.memory.start().cast::<RingHeader>() }
    }

    pub fn capacity(&self) -> usize {
        self.header().capacity.load(SeqCst) as usize
    }

    fn pid(&self, role: Role) -> u32 {
        self.header().pid[role as usize].load(SeqCst)
    }

    // Who lives

    fn record_lock(
        &self,
        command: libc::c_int,
        kind: libc::c_int,
        byte: i64,
    ) -> Option<libc::flock> {
        // SAFETY: a zeroed lock is one; the descriptor is open.
        unsafe {
            let mut lock: libc::flock = std::mem::zeroed();
            lock.l_type = kind as libc::c_short;
            lock.l_whence = libc::SEEK_SET as libc::c_short;
            lock.l_start = byte;
            lock.l_len = 1;
            loop {
                if libc::fcntl(self.memory.fd(), command, &mut lock) == 0 {
                    return Some(lock);
                }
                let waits = command == libc::F_SETLKW;
                if !waits || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                    return None;
                }
            }
        }
    }

    /// What the function does, no other process does meanwhile.
    fn guarded<T>(&mut self, function: impl FnOnce(&mut Ring) -> T) -> T {
        self.record_lock(libc::F_SETLKW, libc::F_WRLCK, GUARD_BYTE);
        let result = function(self);
        self.record_lock(libc::F_SETLK, libc::F_UNLCK, GUARD_BYTE);
        result
    }

    /// The other end attached, did not detach, and is no more.
    pub fn other_died(&self) -> bool {
        let other = self.role.other();
        let lock = self.record_lock(libc::F_GETLK, libc::F_WRLCK, other as i64);
        self.pid(other) != 0
            && lock.is_some_and(|lock| lock.l_type == libc::F_UNLCK as libc::c_short)
    }

    /// Becomes the ring's only process in this role, and gives back the lock if
    /// the one before died with it. False: another process has the role.
    fn enter(&mut self) -> bool {
        self.guarded(|ring| {
            let role = ring.role;
            if ring
                .record_lock(libc::F_SETLK, libc::F_WRLCK, role as i64)
                .is_none()
            {
                return false;
            }
            if ring.header().holder.load(SeqCst) == role.number() {
                ring.takeovers += 1;
                ring.header().holder.store(0, SeqCst);
                ring.lock.post();
            }
            ring.header().waits[role as usize].store(0, SeqCst);
            ring.header().pid[role as usize].store(process::id(), SeqCst);
            true
        })
    }

    // The lock

    /// Waits for the lock; where the other end died with it, takes it over.
    pub fn lock(&mut self, ctx: &Context) -> mprun::Result {
        if self.holds {
            return Err(fail("the process holds the lock of the ring already"));
        }
        loop {
            if self.lock.wait(ctx)? {
                self.note_holder();
                return Ok(());
            }
            if self.take_over(ctx) {
                return Ok(());
            }
        }
    }

    fn note_holder(&mut self) {
        self.header().holder.store(self.role.number(), SeqCst);
        self.holds = true;
    }

    /// With two processes, whoever is alive and waits for the lock knows that
    /// the dead one has it. True: the lock is here now.
    fn take_over(&mut self, ctx: &Context) -> bool {
        let (died, was_held) = self.guarded(|ring| {
            let died = ring.other_died();
            let was_held = died && !ring.lock.try_wait();
            if died {
                ring.note_holder();
            }
            (died, was_held)
        });
        if was_held {
            self.takeovers += 1;
            let other = self.role.other();
            ctx.log_at(
                Level::Warn,
                format!(
                    "the {}, process {}, died with the lock",
                    other.name(),
                    self.pid(other)
                ),
            );
        }
        died
    }

    pub fn unlock(&mut self) {
        if self.holds {
            self.holds = false;
            self.header().holder.store(0, SeqCst);
            self.lock.post();
        }
    }

    /// The other end waits for data or space at this moment.
    pub fn other_waits(&self) -> bool {
        self.header().waits[self.role.other() as usize].load(SeqCst) != 0
    }
}

impl Role {
    /// The failure of one who finds the role taken.
    pub fn taken(self, name: &str, pid: u32) -> mprun::Failure {
        fail(format!(
            "the ring {name} has a {} already: process {pid}",
            self.name()
        ))
    }
}

fn cannot_open(name: &str, error: io::Error) -> mprun::Failure {
    fail(format!("cannot open the ring {name}: {error}"))
}

fn remove(name: &str) -> io::Result<()> {
    let [memory, semaphores @ ..] = names(name);
    let mut result = Memory::unlink(&memory);
    for name in &semaphores {
        result = result.and(Semaphore::unlink(name));
    }
    result
}
