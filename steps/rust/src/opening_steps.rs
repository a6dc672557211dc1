//! The steps that open a channel.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::PathBuf;

use mprun::{given, Context};

use crate::channel::{Channel, Listener};
use crate::peer::{exported_number, peer};

fn shared_path(ctx: &Context, name: &str, end: &str) -> mprun::Result<PathBuf> {
    Ok(ctx.shared_dir()?.join(format!("{name}{end}")))
}

fn abstract_address(ctx: &Context, name: &str) -> mprun::Result<SocketAddr> {
    let name = format!("{}-{name}", ctx.ipc_prefix()?);
    Ok(SocketAddr::from_abstract_name(name)?)
}

/// Closes the channel that is open, then opens another.
fn open(ctx: &Context, make: impl FnOnce() -> mprun::Result<Channel>) -> mprun::Result {
    peer(ctx).channel.close()?;
    peer(ctx).channel = make()?;
    Ok(())
}

#[given("creates the pipe {string}")]
fn creates_pipe(ctx: &Context, name: String) -> mprun::Result {
    let path = shared_path(ctx, &name, ".fifo")?;
    open(ctx, || Channel::create_pipe(path))
}

#[given("opens the pipe {string} for writing")]
fn opens_pipe(ctx: &Context, name: String) -> mprun::Result {
    let path = shared_path(ctx, &name, ".fifo")?;
    open(ctx, || Channel::open_pipe(&path))
}

#[given("listens at the socket {string}")]
fn listens_at_socket(ctx: &Context, name: String) -> mprun::Result {
    let path = shared_path(ctx, &name, ".sock")?;
    open(ctx, || {
        let listener = UnixListener::bind(&path)?;
        listener.set_nonblocking(true)?;
        Ok(Channel::of_listener(Listener::Unix(listener), Some(path)))
    })
}

#[given("connects to the socket {string}")]
fn connects_to_socket(ctx: &Context, name: String) -> mprun::Result {
    let path = shared_path(ctx, &name, ".sock")?;
    open(ctx, || {
        let stream = UnixStream::connect(path)?;
        stream.set_nonblocking(true)?;
        Ok(Channel::of_stream(stream))
    })
}

#[given("listens at the abstract socket {string}")]
fn listens_at_abstract_socket(ctx: &Context, name: String) -> mprun::Result {
    let address = abstract_address(ctx, &name)?;
    open(ctx, || {
        let listener = UnixListener::bind_addr(&address)?;
        listener.set_nonblocking(true)?;
        Ok(Channel::of_listener(Listener::Unix(listener), None))
    })
}

#[given("connects to the abstract socket {string}")]
fn connects_to_abstract_socket(ctx: &Context, name: String) -> mprun::Result {
    let address = abstract_address(ctx, &name)?;
    open(ctx, || {
        let stream = UnixStream::connect_addr(&address)?;
        stream.set_nonblocking(true)?;
        Ok(Channel::of_stream(stream))
    })
}

#[given("listens on a free TCP port")]
fn listens_on_tcp(ctx: &Context) -> mprun::Result {
    open(ctx, || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        ctx.log(format!("listening on port {port}"));
        ctx.export("port", port)?;
        Ok(Channel::of_listener(Listener::Tcp(listener), None))
    })
}

#[given("connects to the TCP port of the {string} process")]
fn connects_to_tcp(ctx: &Context, process: String) -> mprun::Result {
    let port = u16::try_from(exported_number(ctx, &process, "port")?)?;
    ctx.log(format!("connecting to port {port}"));
    open(ctx, || {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nonblocking(true)?;
        Ok(Channel::of_stream(stream))
    })
}
