//! POSIX shared memory and named semaphores, and a buffer for one frame made of
//! both.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::NonNull;
use std::slice;

use mprun::{fail, Cancelled, Context};

use crate::frame::{Frame, Header, HEADER_BYTES};

/// A wait lasts so long at a time: then a cancel, or a death, is looked for.
const SLICE_MS: i64 = 50;

/// The name with its slash, for this system.
pub fn ipc_name(ctx: &Context, name: &str) -> mprun::Result<CString> {
    Ok(CString::new(format!("/{}-{name}", ctx.ipc_prefix()?))?)
}

/// Shared memory, mapped. The names are removed by whoever made them.
pub struct Memory {
    start: NonNull<u8>,
    size: usize,
    fd: OwnedFd,
}

impl Memory {
    /// Makes it (it must not be there yet), filled with zeros.
    pub fn create(name: &CString, size: usize) -> io::Result<Memory> {
        let fd = open(name, libc::O_CREAT | libc::O_EXCL)?;
        // SAFETY: a call on a descriptor of ours.
        let made = match unsafe { libc::ftruncate(fd.as_raw_fd(), size as libc::off_t) } {
            0 => Memory::map(fd, size),
            _ => Err(io::Error::last_os_error()),
        };
        if made.is_err() {
            Memory::unlink(name)?;
        }
        made
    }

    pub fn open(name: &CString) -> io::Result<Memory> {
        let fd = open(name, 0)?;
        let size = std::fs::File::from(fd.try_clone()?).metadata()?.len();
        Memory::map(fd, size as usize)
    }

    fn map(fd: OwnedFd, size: usize) -> io::Result<Memory> {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: the system chooses the place; the result is checked.
        let start = unsafe {
            let anywhere = std::ptr::null_mut();
            libc::mmap(anywhere, size, access, libc::MAP_SHARED, fd.as_raw_fd(), 0)
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Memory { start, size, fd })
    }

    pub fn unlink(name: &CString) -> io::Result<()> {
        // SAFETY: a text that ends in a zero byte.
        done(unsafe { libc::shm_unlink(name.as_ptr()) })
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    /// Where the memory begins; it is mapped on page bounds.
    pub fn start(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// Copies the bytes to this place. Others may write there meanwhile: the
    /// ring's lock, or the buffer's semaphore, says who may.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        assert!(at <= self.size && bytes.len() <= self.size - at);
        // SAFETY: inside of the mapping, and no reference is made to it.
        unsafe {
            self.start()
                .add(at)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
    }

    pub fn read(&self, at: usize, count: usize) -> Vec<u8> {
        assert!(at <= self.size && count <= self.size - at);
        let mut bytes = vec![0; count];
        // SAFETY: as in write().
        unsafe {
            let to = slice::from_raw_parts_mut(bytes.as_mut_ptr(), count);
            self.start()
                .add(at)
                .copy_to_nonoverlapping(to.as_mut_ptr(), count);
        }
        bytes
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the mapping that was made, once.
        unsafe { libc::munmap(self.start().cast(), self.size) };
    }
}

fn open(name: &CString, flags: libc::c_int) -> io::Result<OwnedFd> {
    let flags = flags | libc::O_RDWR | libc::O_CLOEXEC;
    // SAFETY: a text that ends in a zero byte; the new descriptor is ours.
    unsafe {
        match libc::shm_open(name.as_ptr(), flags, 0o600) {
            -1 => Err(io::Error::last_os_error()),
            fd => Ok(OwnedFd::from_raw_fd(fd)),
        }
    }
}

fn done(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// A named semaphore.
pub struct Semaphore(NonNull<libc::sem_t>);

impl Semaphore {
    pub fn create(name: &CString, value: libc::c_uint) -> io::Result<Semaphore> {
        let mode: libc::c_uint = 0o600;
        // SAFETY: with these flags a mode and a value follow.
        Semaphore::check(unsafe {
            libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, mode, value)
        })
    }

    pub fn open(name: &CString) -> io::Result<Semaphore> {
        // SAFETY: without flags nothing more follows.
        Semaphore::check(unsafe { libc::sem_open(name.as_ptr(), 0) })
    }

    fn check(semaphore: *mut libc::sem_t) -> io::Result<Semaphore> {
        match NonNull::new(semaphore) {
            Some(semaphore) if semaphore.as_ptr() != libc::SEM_FAILED => Ok(Semaphore(semaphore)),
            _ => Err(io::Error::last_os_error()),
        }
    }

    pub fn unlink(name: &CString) -> io::Result<()> {
        // SAFETY: a text that ends in a zero byte.
        done(unsafe { libc::sem_unlink(name.as_ptr()) })
    }

    pub fn post(&self) {
        // SAFETY: open until drop().
        unsafe { libc::sem_post(self.0.as_ptr()) };
    }

    /// True if it could be had at once.
    pub fn try_wait(&self) -> bool {
        // SAFETY: as in post().
        unsafe { libc::sem_trywait(self.0.as_ptr()) == 0 }
    }

    /// Waits a moment; true if it was posted.
    pub fn wait(&self, ctx: &Context) -> Result<bool, Cancelled> {
        ctx.checkpoint()?;
        // SAFETY: a zeroed time is one, and is written before it is used.
        unsafe {
            let mut end: libc::timespec = std::mem::zeroed();
            libc::clock_gettime(libc::CLOCK_REALTIME, &mut end);
            let later = end.tv_nsec + SLICE_MS * 1_000_000;
            end.tv_sec += later / 1_000_000_000;
            end.tv_nsec = later % 1_000_000_000;
            Ok(libc::sem_timedwait(self.0.as_ptr(), &end) == 0)
        }
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: it was opened, and is closed once.
        unsafe { libc::sem_close(self.0.as_ptr()) };
    }
}

/// One frame in shared memory; the semaphore tells that it is there.
pub struct SharedBuffer {
    name: CString,
    memory: Memory,
    posted: Semaphore,
    owned: bool,
}

impl SharedBuffer {
    pub fn create(name: CString, size: usize) -> io::Result<SharedBuffer> {
        let memory = Memory::create(&name, size)?;
        match Semaphore::create(&name, 0) {
            Ok(posted) => Ok(SharedBuffer {
                name,
                memory,
                posted,
                owned: true,
            }),
            Err(error) => {
                Memory::unlink(&name)?;
                Err(error)
            }
        }
    }

    pub fn attach(name: CString) -> io::Result<SharedBuffer> {
        Ok(SharedBuffer {
            memory: Memory::open(&name)?,
            posted: Semaphore::open(&name)?,
            name,
            owned: false,
        })
    }

    pub fn close(self) -> mprun::Result {
        if self.owned {
            let (semaphore, memory) = (Semaphore::unlink(&self.name), Memory::unlink(&self.name));
            semaphore.and(memory)?;
        }
        Ok(())
    }

    pub fn size(&self) -> usize {
        self.memory.size()
    }

    pub fn put(&self, frame: &Frame) -> mprun::Result {
        let bytes = frame.encode();
        let size = self.memory.size();
        if bytes.len() > size {
            return Err(fail(format!(
                "a frame of {} bytes is larger than the buffer's {size}",
                bytes.len()
            )));
        }
        self.memory.write(0, &bytes);
        self.posted.post();
        Ok(())
    }

    pub fn take(&self, ctx: &Context) -> mprun::Result<Frame> {
        while !self.posted.wait(ctx)? {}
        if self.memory.size() < HEADER_BYTES {
            return Err(fail("the buffer is smaller than a header"));
        }
        let header = Header::parse(&self.memory.read(0, HEADER_BYTES)).map_err(fail)?;
        if header.size > self.memory.size() - HEADER_BYTES {
            return Err(fail("the frame is larger than the buffer"));
        }
        let frame = Frame {
            id: header.id,
            payload: self.memory.read(HEADER_BYTES, header.size),
        };
        if frame.checksum() != header.checksum {
            return Err(fail(format!("the checksum of frame {} is wrong", frame.id)));
        }
        Ok(frame)
    }
}
