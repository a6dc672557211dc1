package ipc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A connection, or a listener that accepts one when it is needed. */
final class SocketLink extends Link {
    private static final int BACKLOG = 8;

    private final ServerSocketChannel listener;
    private final Path path;
    private SocketChannel connection;

    private SocketLink(ServerSocketChannel listener, Path path,
            SocketChannel connection) {
        this.listener = listener;
        this.path = path;
        this.connection = connection;
    }

    static SocketLink listenTcp() throws IOException {
        return listen(StandardProtocolFamily.INET,
                new InetSocketAddress("127.0.0.1", 0), null);
    }

    static SocketLink listenUnix(Path path) throws IOException {
        return listen(StandardProtocolFamily.UNIX,
                UnixDomainSocketAddress.of(path), path);
    }

    private static SocketLink listen(ProtocolFamily family,
            SocketAddress address, Path path) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(family);
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        return new SocketLink(listener, path, null);
    }

    static SocketLink connectTcp(int port) throws IOException {
        return connect(StandardProtocolFamily.INET,
                new InetSocketAddress("127.0.0.1", port));
    }

    static SocketLink connectUnix(Path path) throws IOException {
        return connect(StandardProtocolFamily.UNIX,
                UnixDomainSocketAddress.of(path));
    }

    private static SocketLink connect(ProtocolFamily family,
            SocketAddress address) throws IOException {
        SocketChannel connection = SocketChannel.open(family);
        try {
            connection.connect(address);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        return new SocketLink(null, null, connection);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private SocketChannel connection() throws IOException {
        if (connection == null && listener == null) {
            throw new Frame.StreamEnded();
        }
        if (connection == null) {
            connection = listener.accept();
        }
        return connection;
    }

    @Override
    int read(ByteBuffer target) throws IOException {
        try {
            return connection().read(target);
        } catch (SocketException e) {
            // The other end went without a word.
            return -1;
        }
    }

    @Override
    void write(byte[] data) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        while (bytes.hasRemaining()) {
            connection().write(bytes);
        }
    }

    @Override
    void drop() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void close() throws IOException {
        drop();
        if (listener != null) {
            listener.close();
        }
        if (path != null) {
            Files.delete(path);
        }
    }
}
