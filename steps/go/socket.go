package main

import (
	"context"
	"net"
	"time"
)

// connection is the end of a stream socket that connects.
type connection struct{ net.Conn }

func connect(ctx context.Context, network, address string) (endpoint, error) {
	var dialer net.Dialer
	made, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &connection{made}, nil
}

func (c *connection) stream(context.Context) (stream, error) {
	if c.Conn == nil {
		return nil, errEnded
	}
	return c.Conn, nil
}

func (c *connection) drop() { _ = c.close() }

func (c *connection) close() error {
	if c.Conn == nil {
		return nil
	}
	err := c.Conn.Close()
	c.Conn = nil
	return err
}

// listener is the end that listens. It accepts one connection after the other,
// each when a read finds none.
type listener struct {
	connection
	waiting interface {
		net.Listener
		SetDeadline(time.Time) error
	}
}

func listen(ctx context.Context, network, address string) (*listener, error) {
	var config net.ListenConfig
	made, err := config.Listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if local, ok := made.(*net.UnixListener); ok {
		return &listener{waiting: local}, nil
	}
	return &listener{waiting: made.(*net.TCPListener)}, nil
}

func (l *listener) port() int { return l.waiting.Addr().(*net.TCPAddr).Port }

func (l *listener) stream(ctx context.Context) (stream, error) {
	if l.Conn == nil {
		err := interruptible(ctx, l.waiting, func() (err error) {
			l.Conn, err = l.waiting.Accept()
			return err
		})
		if err != nil {
			l.Conn = nil
			return nil, err
		}
	}
	return l.Conn, nil
}

// close also removes the file of a socket.
func (l *listener) close() error {
	_ = l.connection.close()
	return l.waiting.Close()
}
