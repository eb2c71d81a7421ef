package field

import (
	"errors"
	"strconv"
)

// An Error is a fault at a place in a buffer or file.
type Error struct {
	Off  int64  // bytes from the start of the buffer or file
	In   string // Spec or Format name: "skype.udp", "pcapng"
	What string // lower case, no full stop: "length runs past the datagram"
	Err  error  // one of the sentinels below, or the cause
}

// The sentinels. ErrShort and ErrSnapped are kept apart, for the first accuses
// the sender and the second the capture.
var (
	ErrShort       = errors.New("not enough bytes")           // the message is cut or lies about its length
	ErrSnapped     = errors.New("cut by the capture's limit") // the file has less than the wire had
	ErrFormat      = errors.New("not this format")
	ErrUnsupported = errors.New("known but not supported")
	ErrChecksum    = errors.New("checksum differs")
	ErrLimit       = errors.New("beyond our limits") // deeper, longer or more than we follow
)

func (e *Error) Error() string {
	s := e.In + ": " + e.What + " at offset " + strconv.FormatInt(e.Off, 10)
	if e.Err != nil && e.What == "" {
		s = e.In + ": " + e.Err.Error() + " at offset " + strconv.FormatInt(e.Off, 10)
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }
